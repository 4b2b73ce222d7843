package dev.sluice.system.load;

import dev.sluice.client.http.Http2Frames;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.StreamRequest;
import dev.sluice.local.Component;
import dev.sluice.system.client.RawStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A subscription by hand, on a socket that takes little and is read only as the test says; one for each way to the network. */
enum RawSubscription {
    SSE(Component.SSE_EDGE, new byte[] {'\r', '\n'}) {
        @Override
        byte[] request(String token, String channel) {
            return get("/v1/stream?channel=" + channel, token, "");
        }
    },

    /** Says nothing by an unsolicited pong (RFC 6455 section 5.5.3). */
    WEBSOCKET(Component.WS_EDGE, new byte[] {(byte) 0x8A, (byte) 0x80, 0, 0, 0, 0}) {
        @Override
        byte[] request(String token, String channel) {
            return get(
                    "/v1/ws?channel=" + channel,
                    token,
                    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sluice.v1.json\r\n");
        }
    },

    /** Windows as large as they get, so that it is the socket that fills. Says nothing by the answer to a PING that nobody sent. */
    GRPC(Component.GRPC_EDGE, new byte[] {0, 0, 8, 6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) {
        @Override
        byte[] request(String token, String channel) {
            return Http2Frames.join(
                    Http2Frames.opening(),
                    Http2Frames.frame(Http2Frames.SETTINGS, 0, 0, widest()),
                    Http2Frames.frame(WINDOW_UPDATE, 0, 0, number(Integer.MAX_VALUE - FIRST_WINDOW)),
                    Http2Frames.frame(Http2Frames.HEADERS, Http2Frames.END_HEADERS, 1, head(token)),
                    Http2Frames.frame(Http2Frames.DATA, Http2Frames.END_STREAM, 1, message(channel)));
        }
    };

    private static final int RECEIVE_BUFFER = 4 * 1024;

    // RFC 9113 sections 6.5.2 and 6.9.
    private static final int WINDOW_UPDATE = 8;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int FIRST_WINDOW = 65_535;

    private final Component edge;
    private final byte[] nothing;

    RawSubscription(Component edge, byte[] nothing) {
        this.edge = edge;
        this.nothing = nothing;
    }

    Component edge() {
        return edge;
    }

    abstract byte[] request(String token, String channel);

    Socket open(URI url, String token, String channel) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(RECEIVE_BUFFER);
        socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
        socket.getOutputStream().write(request(token, channel));
        return socket;
    }

    /** Found out by saying something that means nothing: who does not read does not see the end of what it is sent. */
    boolean isReset(Socket socket) {
        try {
            socket.getOutputStream().write(nothing);
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private static byte[] get(String path, String token, String headers) {
        return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n" + headers
                        + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] widest() {
        return ByteBuffer.allocate(6)
                .putShort((short) INITIAL_WINDOW_SIZE)
                .putInt(Integer.MAX_VALUE)
                .array();
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    private static byte[] head(String token) {
        return Http2Frames.join(
                Http2Frames.request("POST", "/" + NotificationServiceGrpc.SERVICE_NAME + "/StreamUpdates", token),
                Http2Frames.field("content-type", "application/grpc"),
                Http2Frames.field("te", "trailers"));
    }

    private static byte[] message(String channel) {
        return RawStream.framed(
                StreamRequest.newBuilder().addChannels(channel).build().toByteArray());
    }
}
