package dev.sluice.client.grpc;

import dev.sluice.client.Connection;
import dev.sluice.client.Credential;
import dev.sluice.client.NewEvent;
import dev.sluice.client.Refusal;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.client.http.Http;
import dev.sluice.client.http.StreamingCall;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.UpdateResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** gRPC-Web over HTTP/1.1, as a browser speaks it. */
public final class GrpcWebClient {

    private GrpcWebClient() {}

    public static Connection streamUpdates(
            URI edge, Credential credential, Encoding encoding, SubscriptionRequest request) {
        return streamUpdates(
                edge,
                credential,
                encoding,
                ClientMessages.streamRequest(request).toByteArray());
    }

    /** Any message, also one that is no {@code StreamRequest}. */
    public static Connection streamUpdates(URI edge, Credential credential, Encoding encoding, byte[] message) {
        return StreamingCall.start(call(edge, "StreamUpdates", credential, encoding, message), (headers, mailbox) -> {
            encoding.require(headers);
            return new GrpcWebBody(encoding, headers, GrpcWebBody.notifications(mailbox));
        });
    }

    /** Waits for the answer. */
    public static SendResult sendUpdate(URI edge, String token, Encoding encoding, NewEvent event) {
        List<byte[]> messages = new ArrayList<>();
        try {
            var response = Http.CLIENT.send(
                    call(
                                    edge,
                                    "SendUpdate",
                                    Credential.bearer(token),
                                    encoding,
                                    ClientMessages.updateRequest(event).toByteArray())
                            .build(),
                    BodyHandlers.ofByteArray());
            encoding.require(response.headers());
            var body = new GrpcWebBody(encoding, response.headers(), messages::add);
            body.read(response.body());
            return new SendResult(
                    body.end(),
                    messages.isEmpty()
                            ? UpdateResponse.getDefaultInstance()
                            : UpdateResponse.parseFrom(messages.get(0)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A status, and the message that came before it; an empty one when there was none. */
    public record SendResult(Refusal status, UpdateResponse response) {}

    private static HttpRequest.Builder call(
            URI edge, String method, Credential credential, Encoding encoding, byte[] message) {
        var framed = Frames.framed(message);
        return Http.request(edge.resolve("/" + NotificationServiceGrpc.SERVICE_NAME + "/" + method), credential)
                .header("Content-Type", encoding.mediaType())
                .header("Accept", encoding.mediaType())
                .header("X-Grpc-Web", "1")
                .POST(BodyPublishers.ofByteArray(
                        encoding == Encoding.TEXT ? Base64.getEncoder().encode(framed) : framed));
    }
}
