package dev.sluice.system.contract;

import static dev.sluice.client.SubscriptionRequest.to;
import static dev.sluice.client.websocket.PerMessageDeflate.COMPRESSED;
import static dev.sluice.client.websocket.RawFrame.BINARY;
import static dev.sluice.client.websocket.RawFrame.CLOSE;
import static dev.sluice.client.websocket.RawFrame.CONTINUATION;
import static dev.sluice.client.websocket.RawFrame.FIN;
import static dev.sluice.client.websocket.RawFrame.PING;
import static dev.sluice.client.websocket.RawFrame.PONG;
import static dev.sluice.client.websocket.RawFrame.TEXT;
import static dev.sluice.system.contract.CompressedPeer.ASK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.websocket.PerMessageDeflate;
import dev.sluice.client.websocket.RawFrame;
import dev.sluice.client.websocket.RawHandshake;
import dev.sluice.contract.problem.Limit;
import dev.sluice.local.Component;
import dev.sluice.system.client.RawClient;
import dev.sluice.system.limit.Hits;
import dev.sluice.system.limit.UnderAttack;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.Sluice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** permessage-deflate down to the frames (RFC 7692), where an operator has switched it on; in the way of the Autobahn test suite. */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeflateIT {
    private static final String EXTENSION = "permessage-deflate";
    /** More than the process has. */
    private static final int BOMB = 512 * 1024 * 1024;

    private static final int MOST_PIECES = 4;

    private final Sluice sluice = new Sluice(Sluice.builder("deflate")
            .only(Component.KAFKA, Component.IDENTITY, Component.PUBLISHER, Component.WS_EDGE)
            .env(Component.WS_EDGE, "QUARKUS_WEBSOCKETS_NEXT_SERVER_PER_MESSAGE_COMPRESSION_SUPPORTED", "true")
            // Also the short ones of this test.
            .env(Component.WS_EDGE, "SLUICE_COMPRESSION_MIN_BYTES", "1")
            .start());

    @AfterAll
    void stop() {
        sluice.close();
    }

    private CompressedPeer connect(String offer) {
        return new CompressedPeer(sluice.url(Component.WS_EDGE), sluice.token("alice"), offer);
    }

    // ---- Negotiation (section 7.1)

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "permessage-deflate                                              | permessage-deflate",
                "permessage-deflate; client_max_window_bits                      | permessage-deflate",
                "permessage-deflate; client_max_window_bits=8                    | permessage-deflate;client_max_window_bits=8",
                "permessage-deflate; client_max_window_bits=15                   | permessage-deflate",
                "permessage-deflate; client_max_window_bits=\"10\"               | permessage-deflate;client_max_window_bits=10",
                "permessage-deflate; client_no_context_takeover                  | permessage-deflate",
                "permessage-deflate; server_no_context_takeover                  | permessage-deflate;server_no_context_takeover",
                "permessage-deflate; unknown, permessage-deflate                 | permessage-deflate",
                "x-unknown, permessage-deflate                                   | permessage-deflate",
                "permessage-deflate; server_max_window_bits=10, permessage-deflate | permessage-deflate",
                // What this server's zlib can't do, it need not take.
                "permessage-deflate; server_max_window_bits=10                   | ''",
                "permessage-deflate; unknown                                     | ''",
                "permessage-deflate; unknown=1                                   | ''",
                "permessage-deflate; server_max_window_bits                      | ''",
                "permessage-deflate; server_max_window_bits=7                    | ''",
                "permessage-deflate; server_max_window_bits=16                   | ''",
                "permessage-deflate; server_max_window_bits=ten                  | ''",
                "permessage-deflate; client_max_window_bits=7                    | ''",
                "permessage-deflate; client_max_window_bits=16                   | ''",
                "permessage-deflate; client_max_window_bits=08                   | ''",
                "permessage-deflate; client_max_window_bits=-9                   | ''",
                "permessage-deflate; client_max_window_bits=                     | ''",
                "permessage-deflate; client_no_context_takeover=1                | ''",
                "permessage-deflate; server_no_context_takeover=true             | ''",
                "permessage-deflate; client_max_window_bits; client_max_window_bits=10          | ''",
                "permessage-deflate; server_no_context_takeover; server_no_context_takeover     | ''",
                "permessage-deflate;                                             | ''",
                "x-webkit-deflate-frame                                          | ''",
                "deflate                                                         | ''",
                "','                                                             | ''",
            })
    void shouldTakeWhatItCanAndDeclineTheRest(String offer, String expected) {
        try (var peer = connect(offer)) {
            assertThat(peer.negotiated().replace(" ", "")).isEqualTo(expected);
            // Whatever was negotiated, they understand each other.
            peer.send(
                    expected.isEmpty()
                            ? RawFrame.of(FIN | TEXT, ASK)
                            : new RawFrame(
                                    FIN | COMPRESSED | TEXT, peer.deflate().deflate(ASK)));
            peer.assertAnswered();
        }
    }

    /** Netty takes these for numbers and names before anybody is asked. */
    @ParameterizedTest
    @ValueSource(strings = {"permessage-deflate; client_max_window_bits=ten", ";"})
    void shouldCloseOnWhatIsNoOffer(String offer) {
        try (var client = RawClient.connect(sluice.url(Component.WS_EDGE))) {
            client.send(RawHandshake.request(sluice.token("alice"), Map.of("Sec-WebSocket-Extensions", offer)))
                    .awaitEnd();
        }
    }

    @Test
    void shouldResetItsWindowWhereTheClientAsksForIt() {
        try (var peer = connect(EXTENSION + "; server_no_context_takeover")) {
            for (var i = 0; i < 3; i++) {
                peer.send(RawFrame.of(FIN | TEXT, ASK));
                var frame = peer.frame();
                assertThat(frame.first()).isEqualTo(FIN | COMPRESSED | TEXT);
                assertThat(new PerMessageDeflate().inflate(frame)).containsAnyOf("pong", "heartbeat");
            }
        }
    }

    // ---- What has to work

    @Test
    void shouldKeepItsWindowFromMessageToMessage() {
        try (var peer = connect(EXTENSION)) {
            var lengths = new int[3];
            for (var i = 0; i < lengths.length; i++) {
                var deflated = peer.deflate().deflate(ASK);
                lengths[i] = deflated.length;
                peer.send(new RawFrame(FIN | COMPRESSED | TEXT, deflated));
                peer.assertAnswered();
            }
            assertThat(lengths[1]).as("the window is used").isLessThan(lengths[0]);
        }
    }

    @Test
    void shouldReadAClientThatResetsItsWindow() {
        try (var peer = connect(EXTENSION + "; client_no_context_takeover")) {
            for (var i = 0; i < 3; i++) {
                peer.send(new RawFrame(FIN | COMPRESSED | TEXT, new PerMessageDeflate().deflate(ASK)));
                peer.assertAnswered();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void shouldPutFragmentsTogetherWhereverTheyAreCut(int bytes) {
        try (var peer = connect(EXTENSION)) {
            for (var message = 0; message < 2; message++) {
                var whole = peer.deflate().deflate(ASK);
                for (var from = 0; from < whole.length; from += bytes) {
                    var to = Math.min(from + bytes, whole.length);
                    var first = (from == 0 ? COMPRESSED | TEXT : CONTINUATION) | (to == whole.length ? FIN : 0);
                    peer.send(new RawFrame(first, Arrays.copyOfRange(whole, from, to)));
                }
                peer.assertAnswered();
            }
        }
    }

    @Test
    void shouldTakeEmptyFragmentsAndAPingBetweenThem() {
        try (var peer = connect(EXTENSION)) {
            peer.send(
                    new RawFrame(COMPRESSED | TEXT, new byte[0]),
                    new RawFrame(CONTINUATION, peer.deflate().deflate(ASK)),
                    RawFrame.of(FIN | PING, "amid"),
                    new RawFrame(FIN | CONTINUATION, new byte[0]));
            var pong = peer.nextFrame();
            assertThat(pong.first()).as("control frames are never compressed").isEqualTo(FIN | PONG);
            assertThat(pong.text()).isEqualTo("amid");
            peer.assertAnswered();
        }
    }

    @Test
    void shouldTakeCompressedAndOtherMessagesInTurn() {
        try (var peer = connect(EXTENSION)) {
            for (var i = 0; i < 2; i++) {
                peer.send(RawFrame.of(FIN | TEXT, ASK));
                peer.assertAnswered();
                peer.send(new RawFrame(FIN | COMPRESSED | TEXT, peer.deflate().deflate(ASK)));
                peer.assertAnswered();
                peer.send(RawFrame.of(TEXT, ASK.substring(0, 5)), RawFrame.of(FIN | CONTINUATION, ASK.substring(5)));
                peer.assertAnswered();
            }
        }
    }

    /** The examples of section 7.2.3: no operations, but sound frames. */
    @ParameterizedTest
    @CsvSource({
        "'',      00, an empty message",
        "'Hello', f248cdc9c90700, one block",
        "'Hello', 000500faff48656c6c6f00, not compressed",
        "'Hello', f348cdc9c9070000, the stream ended",
        "'Hello', f248050000 00ffffcac9c90700, two blocks",
    })
    void shouldInflateEveryKindOfBlock(String text, String deflated, String kind) {
        try (var peer = connect(EXTENSION)) {
            peer.send(new RawFrame(FIN | COMPRESSED | TEXT, HexFormat.of().parseHex(deflated.replace(" ", ""))));
            assertThat(peer.next()).as(kind + " of '" + text + "'").contains("\"reason\":\"malformed\"");
            peer.send(new RawFrame(FIN | COMPRESSED | TEXT, peer.deflate().deflate(ASK)));
            peer.assertAnswered();
        }
    }

    // ---- What breaks the rules

    private enum Broken {
        COMPRESSED_PING(1002, RawFrame.of(FIN | COMPRESSED | PING, "x")),
        COMPRESSED_PONG(1002, RawFrame.of(FIN | COMPRESSED | PONG, "x")),
        COMPRESSED_CLOSE(1002, new RawFrame(FIN | COMPRESSED | CLOSE, new byte[] {3, (byte) 0xE8})),
        COMPRESSED_CONTINUATION(
                1002,
                new RawFrame(COMPRESSED | TEXT, new PerMessageDeflate().deflate(ASK)),
                new RawFrame(FIN | COMPRESSED | CONTINUATION, new byte[] {0})),
        CONTINUATION_COMPRESSED_ALONE(
                1002, RawFrame.of(TEXT, "{"), new RawFrame(FIN | COMPRESSED | CONTINUATION, new byte[] {0})),
        RESERVED_BIT_2(1002, RawFrame.of(FIN | 0x20 | TEXT, ASK)),
        RESERVED_BIT_3(1002, RawFrame.of(FIN | 0x10 | TEXT, ASK)),
        RESERVED_BIT_2_OF_A_COMPRESSED_ONE(
                1002, new RawFrame(FIN | COMPRESSED | 0x20 | TEXT, new PerMessageDeflate().deflate(ASK))),
        NO_DEFLATE(1007, RawFrame.of(FIN | COMPRESSED | TEXT, "no deflate at all, but text")),
        RESERVED_BLOCK(1007, new RawFrame(FIN | COMPRESSED | TEXT, new byte[] {7})),
        TOO_FAR_BACK(1007, new RawFrame(FIN | COMPRESSED | TEXT, HexFormat.of().parseHex("02130000"))),
        NO_DEFLATE_IN_A_CONTINUATION(
                1007,
                new RawFrame(COMPRESSED | TEXT, new PerMessageDeflate().deflate("{")),
                new RawFrame(FIN | CONTINUATION, new byte[] {7})),
        NO_UTF8_ONCE_INFLATED(1007, new RawFrame(FIN | COMPRESSED | TEXT, new PerMessageDeflate().deflate(new byte[] {
                    '{', (byte) 0xC3, (byte) 0x28, '}'
                })));

        private final int code;
        private final List<RawFrame> frames;

        Broken(int code, RawFrame... frames) {
            this.code = code;
            this.frames = List.of(frames);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldCloseOnWhatBreaksTheRules(Broken broken) {
        try (var peer = connect(EXTENSION)) {
            peer.send(broken.frames.toArray(RawFrame[]::new));
            peer.assertClosed(broken.code);
        }
    }

    /** Where the client did not offer it, though the server would have taken it. */
    @Test
    void shouldCloseOnACompressedMessageThatWasNotNegotiated() {
        try (var peer = connect("")) {
            assertThat(peer.negotiated()).isEmpty();
            peer.send(new RawFrame(FIN | COMPRESSED | TEXT, peer.deflate().deflate(ASK)));
            peer.assertClosed(1002);
        }
    }

    // ---- A small frame must not become a large one

    /** In one frame, or in pieces of which the first alone is not too large. */
    @ParameterizedTest
    @ValueSource(ints = {1024 * 1024, 400})
    @Hits(Limit.MESSAGE_SIZE)
    void shouldNotInflateWhatIsTooLarge(int piece) {
        var before = hits();
        new UnderAttack(sluice, Component.WS_EDGE)
                .serveOthers("a decompression bomb in pieces of " + piece + " bytes", () -> {
                    try (var bomber = connect(EXTENSION)) {
                        var bomb = bomber.deflate().bomb(BOMB);
                        assertThat(bomb.length).as("what a frame may have").isLessThan(1024 * 1024);
                        var pieces = new ArrayList<RawFrame>();
                        for (var from = 0; from < Math.min(bomb.length, MOST_PIECES * piece); from += piece) {
                            var to = Math.min(from + piece, bomb.length);
                            pieces.add(new RawFrame(
                                    (from == 0 ? COMPRESSED | BINARY : CONTINUATION) | (to == bomb.length ? FIN : 0),
                                    Arrays.copyOfRange(bomb, from, to)));
                        }
                        bomber.send(pieces.toArray(RawFrame[]::new));
                        bomber.assertClosed(1009);
                        return BOMB / 1024 / 1024 + " MiB";
                    }
                });
        assertThat(hits()).isEqualTo(before + 1);
    }

    private double hits() {
        return Scrape.of(sluice.url(Component.WS_EDGE)).sum("sluice_limits_hit_total", "limit=\"message-size\"");
    }
}
