package dev.sluice.system.limit;

import static dev.sluice.system.client.SubscriptionRequest.to;
import static dev.sluice.system.client.websocket.RawFrame.FIN;
import static dev.sluice.system.client.websocket.RawFrame.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.client.RawClient;
import dev.sluice.system.client.grpc.Channels;
import dev.sluice.system.client.grpc.GrpcRefusals;
import dev.sluice.system.client.websocket.RawFrame;
import dev.sluice.system.client.websocket.RawHandshake;
import dev.sluice.system.stack.Sluice;
import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** permessage-deflate (RFC 7692), where an operator has switched it on: a small frame must not become a large one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompressionIT {
    /** More than the process has. */
    private static final int BOMB = 512 * 1024 * 1024;

    private static final List<String> METHODS = List.of(
            "grpc.health.v1.Health/Check",
            "sluice.v1.PublisherService/Publish",
            "sluice.v1.NotificationService/SendUpdate");
    /** RSV1, RFC 7692, section 6. */
    private static final int COMPRESSED = 0x40;

    private static final int GRPC_BOMB = 64 * 1024 * 1024;

    private Sluice sluice;

    @BeforeAll
    void start() {
        sluice = new Sluice(Sluice.builder("compression")
                .only(Component.KAFKA, Component.IDENTITY, Component.PUBLISHER, Component.WS_EDGE, Component.GRPC_EDGE)
                .env(Component.WS_EDGE, "QUARKUS_WEBSOCKETS_NEXT_SERVER_PER_MESSAGE_COMPRESSION_SUPPORTED", "true")
                .start());
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    private RawClient connect() {
        var client = RawClient.connect(sluice.url(Component.WS_EDGE))
                .send(RawHandshake.request(
                        sluice.token("alice"), Map.of("Sec-WebSocket-Extensions", "permessage-deflate")));
        assertThat(client.readUntil("\r\n\r\n").toLowerCase(Locale.ROOT))
                .contains("sec-websocket-extensions: permessage-deflate");
        return client;
    }

    @Test
    void shouldTalkInCompressedMessages() {
        try (var client = connect()) {
            var frames = new Frames(client.input());
            assertThat(frames.next()).contains("\"op\":\"open\"");
            for (var id : new String[] {"one", "two"}) {
                client.send(
                        frame(deflated(("{\"op\":\"ping\",\"id\":\"" + id + "\"}").getBytes(StandardCharsets.UTF_8))));
                assertThat(frames.next()).contains("\"op\":\"pong\"").contains(id);
            }
        }
    }

    @Test
    void shouldNotInflateWhatIsTooLarge() {
        var edge = sluice.stack().service(Component.WS_EDGE);
        var before = Limits.hits(edge.url(), "message-size");
        var pid = edge.pid();
        try (var listener = sluice.subscribe(Protocol.WEBSOCKET, to("rooms.lobby"));
                var bomber = connect()) {
            Expect.started(listener);
            var bomb = deflated(new byte[0], BOMB);
            assertThat(bomb.length).as("what a frame may have").isLessThan(1024 * 1024);
            bomber.send(frame(bomb));
            bomber.awaitEnd();

            assertThat(Limits.hits(edge.url(), "message-size")).isEqualTo(before + 1);
            sluice.producer().text("rooms.lobby", "for who is left");
            Expect.eventWith(listener, "for who is left");
            assertThat(edge.pid()).isEqualTo(pid);
        }
    }

    /** Also where everybody may call, as for the health of a service. */
    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "WS_EDGE", "GRPC_EDGE"})
    void shouldNotInflateMessagesOverGrpc(Component component) {
        var service = sluice.stack().service(component);
        var pid = service.pid();
        var bomb = PublishRequest.newBuilder()
                .setChannel("rooms.lobby")
                .setPayload(ByteString.copyFrom(new byte[GRPC_BOMB]))
                .build();
        var channel = Channels.open(service.url());
        try {
            var withToken = Channels.withToken(channel, sluice.token("alice"));
            for (var method : METHODS) {
                var call = PublisherServiceGrpc.getPublishMethod().toBuilder()
                        .setFullMethodName(method)
                        .build();
                var refusal = catchThrowable(() -> ClientCalls.blockingUnaryCall(
                        method.startsWith("grpc.health") ? channel : withToken,
                        call,
                        CallOptions.DEFAULT.withCompression("gzip"),
                        bomb));
                assertThat(GrpcRefusals.of(refusal).summary())
                        .isEqualTo("UNIMPLEMENTED method-not-allowed grpc-encoding");
            }
            assertThat(service.pid()).isEqualTo(pid);
            assertThat(service.isReady()).isTrue();
        } finally {
            channel.shutdownNow();
        }
    }

    private static byte[] deflated(byte[] text) {
        return deflated(text, 0);
    }

    /** As RFC 7692, 7.2.1 wants it: without the last four bytes of an empty block. */
    private static byte[] deflated(byte[] text, int zeros) {
        var deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        var out = new ByteArrayOutputStream();
        deflater.setInput(text);
        drain(deflater, out, Deflater.NO_FLUSH);
        var block = new byte[1024 * 1024];
        for (int i = 0; i < zeros / block.length; i++) {
            deflater.setInput(block);
            drain(deflater, out, Deflater.NO_FLUSH);
        }
        drain(deflater, out, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(out.toByteArray(), out.size() - 4);
    }

    private static void drain(Deflater deflater, ByteArrayOutputStream out, int flush) {
        var buffer = new byte[64 * 1024];
        int length;
        do {
            length = deflater.deflate(buffer, 0, buffer.length, flush);
            out.write(buffer, 0, length);
        } while (length == buffer.length);
    }

    /** A whole compressed text message. */
    private static byte[] frame(byte[] payload) {
        return new RawFrame(FIN | COMPRESSED | TEXT, payload).bytes();
    }

    /** The server's messages, each whole in one frame. */
    private static final class Frames {
        private static final byte[] TAIL = {0, 0, -1, -1};
        private final InputStream in;
        private final Inflater inflater = new Inflater(true);

        Frames(InputStream in) {
            this.in = in;
        }

        String next() {
            var frame = RawFrame.read(in);
            return (frame.first() & COMPRESSED) == 0 ? frame.text() : inflated(frame.payload()) + inflated(TAIL);
        }

        private String inflated(byte[] deflated) {
            inflater.setInput(deflated);
            var text = new byte[64 * 1024];
            try {
                return new String(text, 0, inflater.inflate(text), StandardCharsets.UTF_8);
            } catch (DataFormatException e) {
                throw new AssertionError("the server's message is not compressed as it says", e);
            }
        }
    }
}
