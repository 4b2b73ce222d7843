package dev.sluice.system.load;

import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.StreamRequest;
import dev.sluice.local.Component;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

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
        byte[] request(String token, String channel) throws IOException {
            var bytes = new ByteArrayOutputStream();
            var out = new DataOutputStream(bytes);
            out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            frame(out, SETTINGS, 0, 0, settings());
            frame(out, WINDOW_UPDATE, 0, 0, number(Integer.MAX_VALUE - FIRST_WINDOW));
            frame(out, HEADERS, END_HEADERS, 1, headers(token));
            frame(out, DATA, END_STREAM, 1, message(channel));
            return bytes.toByteArray();
        }
    };

    private static final int RECEIVE_BUFFER = 4 * 1024;

    // RFC 9113 sections 4.1 and 6.
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int WINDOW_UPDATE = 8;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
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

    abstract byte[] request(String token, String channel) throws IOException;

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

    private static void frame(DataOutputStream out, int type, int flags, int stream, byte[] payload)
            throws IOException {
        out.writeByte(payload.length >> 16);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
    }

    private static byte[] settings() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeShort(INITIAL_WINDOW_SIZE);
        out.writeInt(Integer.MAX_VALUE);
        return bytes.toByteArray();
    }

    private static byte[] number(int value) throws IOException {
        var bytes = new ByteArrayOutputStream();
        new DataOutputStream(bytes).writeInt(value);
        return bytes.toByteArray();
    }

    /** Each as a literal without indexing (RFC 7541 section 6.2.2). */
    private static byte[] headers(String token) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(":method", "POST");
        headers.put(":scheme", "http");
        headers.put(":path", "/" + NotificationServiceGrpc.SERVICE_NAME + "/StreamUpdates");
        headers.put(":authority", "localhost");
        headers.put("content-type", "application/grpc");
        headers.put("te", "trailers");
        headers.put("authorization", "Bearer " + token);
        var out = new ByteArrayOutputStream();
        headers.forEach((name, value) -> {
            out.write(0);
            string(out, name);
            string(out, value);
        });
        return out.toByteArray();
    }

    /** RFC 7541 sections 5.1 and 5.2. */
    private static void string(ByteArrayOutputStream out, String text) {
        var most = 127;
        var length = text.length();
        out.write(Math.min(length, most));
        if (length >= most) {
            var rest = length - most;
            for (; rest >= 128; rest >>= 7) {
                out.write(rest & 0x7F | 0x80);
            }
            out.write(rest);
        }
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] message(String channel) throws IOException {
        var request = StreamRequest.newBuilder().addChannels(channel).build().toByteArray();
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeByte(0);
        out.writeInt(request.length);
        out.write(request);
        return bytes.toByteArray();
    }
}
