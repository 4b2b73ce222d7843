package dev.sluice.bench.load;

import dev.sluice.contract.v1.StreamRequest;
import dev.sluice.local.Component;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The three protocols. */
public enum Protocol {
    SSE(Component.SSE_EDGE),
    WS(Component.WS_EDGE),
    GRPC(Component.GRPC_EDGE);

    private final Component edge;

    Protocol(Component edge) {
        this.edge = edge;
    }

    public Component edge() {
        return edge;
    }

    /** As it is called on the command line and in the figures. */
    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What a client sends to be given a stream: a head of HTTP/1.1, or a message of gRPC. */
    byte[] request(Listening wanted, String token, Handshake handshake) {
        if (this == GRPC) {
            return Capture.grpcMessage(message(wanted).toByteArray());
        }
        String path = path(wanted) + handshake.query();
        String head = this == SSE
                ? "GET " + path + " HTTP/1.1\r\nAccept: text/event-stream\r\n"
                : "GET " + path + " HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Protocol: sluice.v1.json\r\n";
        if (wanted.isCompressed()) {
            head += this == SSE ? "Accept-Encoding: gzip\r\n" : "Sec-WebSocket-Extensions: permessage-deflate\r\n";
        }
        return (head + "Host: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** What a stream of HTTP/2 begins with. */
    Http2Headers headers(Listening wanted, String token) {
        var headers = new DefaultHttp2Headers()
                .method(this == GRPC ? "POST" : "GET")
                .scheme("http")
                .authority("localhost")
                .path(path(wanted))
                .set("authorization", "Bearer " + token);
        if (this == GRPC) {
            headers.set("content-type", "application/grpc")
                    .set("te", "trailers")
                    .set("x-channel", wanted.channel());
        } else {
            headers.set("accept", "text/event-stream");
        }
        if (wanted.isCompressed()) {
            headers.set(this == GRPC ? "grpc-accept-encoding" : "accept-encoding", "gzip");
        }
        return headers;
    }

    private String path(Listening wanted) {
        if (this == GRPC) {
            return "/sluice.v1.NotificationService/StreamUpdates";
        }
        return (this == SSE ? "/v1/stream" : "/v1/ws")
                + "?channel="
                + wanted.channel()
                + (wanted.filter() == null
                        ? ""
                        : "&filter=" + URLEncoder.encode(wanted.filter(), StandardCharsets.UTF_8));
    }

    private static StreamRequest message(Listening wanted) {
        var request = StreamRequest.newBuilder().addChannels(wanted.channel());
        if (wanted.filter() != null) {
            request.setFilter(wanted.filter());
        }
        return request.build();
    }
}
