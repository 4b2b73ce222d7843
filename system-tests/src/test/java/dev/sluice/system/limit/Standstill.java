package dev.sluice.system.limit;

import static dev.sluice.client.http.Http2Frames.END_HEADERS;
import static dev.sluice.client.http.Http2Frames.END_STREAM;
import static dev.sluice.client.http.Http2Frames.HEADERS;
import static dev.sluice.client.http.Http2Frames.frame;
import static dev.sluice.client.http.Http2Frames.request;

import dev.sluice.client.http.Http2Frames;
import dev.sluice.client.websocket.RawHandshake;
import dev.sluice.local.Component;
import dev.sluice.system.client.RawClient;
import java.util.Arrays;
import java.util.Map;

/** How somebody can hold a connection without ever coming to the point. */
enum Standstill {
    /** No byte at all. */
    SILENCE {
        @Override
        void begin(RawClient client, Component service, String token) {}
    },
    /** Of the PROXY protocol, which is taken from here. */
    HALF_A_PROXY_HEADER {
        @Override
        void begin(RawClient client, Component service, String token) {
            client.send("PROXY TCP4 192.0.2.1");
        }
    },
    HALF_A_HEAD {
        @Override
        void begin(RawClient client, Component service, String token) {
            client.send("GET /v1/stream HTTP/1.1\r\nHost: local");
        }
    },
    /** Slowloris. */
    A_HEAD_BYTE_BY_BYTE {
        @Override
        void begin(RawClient client, Component service, String token) {
            client.send("GET /v1/stream HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
        }

        @Override
        byte[] drop() {
            return new byte[] {'x'};
        }
    },
    THE_SECOND_HEAD {
        @Override
        void begin(RawClient client, Component service, String token) {
            client.send("GET /q/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
            client.readUntil("UP");
            client.send("GET /v1/str");
        }
    },
    HALF_AN_UPGRADE {
        @Override
        void begin(RawClient client, Component service, String token) {
            var handshake = RawHandshake.request(token, Map.of());
            client.send(handshake.substring(0, handshake.length() - 2));
        }
    },
    THE_PREFACE_OF_HTTP2 {
        @Override
        void begin(RawClient client, Component service, String token) {
            client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0");
        }
    },
    /** Byte by byte too, after a request that was fine, behind a load balancer. */
    THE_SECOND_HEAD_OF_HTTP2 {
        @Override
        void begin(RawClient client, Component service, String token) {
            client.send("PROXY TCP4 192.0.2.1 192.0.2.2 4711 443\r\n")
                    .send(Http2Frames.opening())
                    .send(frame(HEADERS, END_HEADERS | END_STREAM, 1, request("GET", "/q/health/live", token)));
            client.readUntil("UP");
            client.send(Arrays.copyOf(frame(HEADERS, END_HEADERS, 3, new byte[10_000]), 100));
        }

        @Override
        byte[] drop() {
            return new byte[1];
        }
    },
    /** "Are you dead yet". */
    A_BODY_BYTE_BY_BYTE {
        @Override
        void begin(RawClient client, Component service, String token) {
            client.send(head(service, token, 100_000));
        }

        @Override
        byte[] drop() {
            return new byte[1];
        }
    };

    /** What is sent at once. */
    abstract void begin(RawClient client, Component service, String token);

    /** What is sent again and again after it, a little at a time. */
    byte[] drop() {
        return new byte[0];
    }

    /** Of a request with a body, as each service takes one. */
    static String head(Component service, String token, int length) {
        var target =
                switch (service) {
                    case PUBLISHER -> "/v1/channels/rooms.lobby/events HTTP/1.1\r\nContent-Type: text/plain";
                    case SSE_EDGE -> "/v1/acks HTTP/1.1\r\nContent-Type: application/json";
                    case WS_EDGE -> "/v1/tickets HTTP/1.1\r\nContent-Type: application/json";
                    case GRPC_EDGE ->
                        "/sluice.v1.NotificationService/StreamUpdates HTTP/1.1\r\nContent-Type: application/grpc-web";
                    default -> throw new IllegalArgumentException(service + " takes no requests");
                };
        return "POST " + target + "\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\nContent-Length: "
                + length + "\r\n\r\n";
    }
}
