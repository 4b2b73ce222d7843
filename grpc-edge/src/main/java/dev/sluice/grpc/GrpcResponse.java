package dev.sluice.grpc;

import dev.sluice.contract.problem.Problem;
import dev.sluice.edge.http.Body;
import dev.sluice.edge.http.StreamedBody;
import dev.sluice.edge.transport.Compression;
import dev.sluice.edge.transport.StreamOutlet;
import dev.sluice.fanout.session.Envelope;
import dev.sluice.identity.ProblemResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.base64.Base64;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The server's side of one call: messages, then exactly one status. On the call's event loop. */
final class GrpcResponse {
    private static final int OK = 0;
    private static final int TRAILERS = 0x80;

    private final RoutingContext context;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Body body;
    private final Flavor flavor;
    private final Envelope envelope;

    GrpcResponse(RoutingContext context, Flavor flavor, Compression compression) {
        this.context = context;
        this.request = context.request();
        this.response = context.response();
        this.body = flavor != Flavor.WEB_TEXT && request.version() == HttpVersion.HTTP_2
                ? new StreamOutlet(context)
                : new StreamedBody(request);
        this.flavor = flavor;
        response.setStatusCode(200)
                .putHeader("Content-Type", flavor.contentType())
                .putHeader("grpc-accept-encoding", "identity,gzip");
        var gzip = compression.gzip(request.getHeader("grpc-accept-encoding"));
        gzip.ifPresent(deflate -> response.putHeader("grpc-encoding", "gzip"));
        this.envelope = gzip.<Envelope>map(GzippedMessages::new).orElse(Envelope.NONE);
        if (flavor != Flavor.GRPC) {
            response.putHeader("Cache-Control", "no-store").putHeader("X-Accel-Buffering", "no");
            if (context.request().version() != HttpVersion.HTTP_2) {
                response.setChunked(true);
            }
        }
    }

    RoutingContext context() {
        return context;
    }

    HttpServerRequest request() {
        return request;
    }

    Body body() {
        return body;
    }

    /** What is made of its messages. */
    Envelope envelope() {
        return envelope;
    }

    boolean isOver() {
        return response.ended() || response.closed();
    }

    /** Tells the client that it was accepted, before there is a message. */
    void head() {
        if (!response.headWritten() && !isOver()) {
            response.write(Buffer.buffer());
        }
    }

    /** Whole messages with their prefixes; the buffer is taken over. */
    void write(ByteBuf frames) {
        if (isOver()) {
            frames.release();
        } else if (flavor == Flavor.WEB_TEXT) {
            ByteBuf text = Base64.encode(frames, false);
            frames.release();
            body.write(text);
        } else {
            body.write(frames);
        }
    }

    void message(byte[] message) {
        ByteBuf frame = Unpooled.buffer(GrpcFraming.PREFIX + message.length);
        GrpcFraming.INSTANCE.header(frame, message.length);
        write(frame.writeBytes(message));
        body.flush();
    }

    void succeed() {
        end(OK, null, Map.of());
    }

    /**
     * @param reconnectAfterMs 0 when there is nothing to wait for
     * @return completes when the network has it, or never will
     */
    Future<Void> fail(Problem problem, long reconnectAfterMs) {
        Map<String, String> trailers = new LinkedHashMap<>();
        trailers.put("sluice-reason", problem.reason().code());
        if (problem.field() != null) {
            trailers.put("sluice-field", ProblemResponse.header(problem.field()));
        }
        if (reconnectAfterMs > 0) {
            trailers.put("grpc-retry-pushback-ms", String.valueOf(reconnectAfterMs));
        }
        return end(problem.reason().grpcStatus(), problem.detail(), trailers);
    }

    void fail(Problem problem) {
        fail(problem, ProblemResponse.retryAfter(problem.reason()) == null ? 0 : 1_000);
    }

    Future<Void> end(int status, @Nullable String message, Map<String, String> further) {
        if (isOver()) {
            return Future.succeededFuture();
        }
        Map<String, String> trailers = new LinkedHashMap<>();
        trailers.put("grpc-status", String.valueOf(status));
        if (message != null) {
            trailers.put("grpc-message", percentEncoded(message));
        }
        trailers.putAll(further);
        if (flavor == Flavor.GRPC) {
            if (response.headWritten()) {
                trailers.forEach(response::putTrailer);
            } else {
                trailersOnly(trailers);
            }
            return response.end();
        }
        var block = new StringBuilder();
        trailers.forEach(
                (name, value) -> block.append(name).append(": ").append(value).append("\r\n"));
        byte[] bytes = block.toString().getBytes(StandardCharsets.US_ASCII);
        ByteBuf frame = Unpooled.buffer(GrpcFraming.PREFIX + bytes.length);
        frame.writeByte(TRAILERS).writeInt(bytes.length).writeBytes(bytes);
        write(frame);
        return response.end();
    }

    /** The head is the end too (gRPC over HTTP/2, "Trailers-Only"). */
    private void trailersOnly(Map<String, String> trailers) {
        trailers.forEach(response::putHeader);
        ProblemResponse.withoutLength(context);
    }

    /** gRPC over HTTP/2, "Status-Message". */
    private static String percentEncoded(String message) {
        var encoded = new StringBuilder(message.length());
        for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            if (c >= ' ' && c <= '~' && c != '%') {
                encoded.append(c);
            } else {
                encoded.append(String.format("%%%02X", (int) c));
            }
        }
        return encoded.toString();
    }
}
