package dev.sluice.system.contract;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.client.NewEvent;
import dev.sluice.client.grpc.ClientMessages;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.PublishReceipt;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import dev.sluice.contract.v1.ServerMessage;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.client.RawStream;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** gRPC down to the frames of HTTP/2 ("gRPC over HTTP2", "gRPC Web"): what no stub sends. */
@ExtendWith(SharedSluice.class)
class GrpcWireIT {
    private static final String SEND_UPDATE = NotificationServiceGrpc.SERVICE_NAME + "/SendUpdate";
    private static final String STREAM_UPDATES = NotificationServiceGrpc.SERVICE_NAME + "/StreamUpdates";
    private static final String CONNECT = NotificationServiceGrpc.SERVICE_NAME + "/Connect";
    private static final String PUBLISH_STREAM = PublisherServiceGrpc.SERVICE_NAME + "/PublishStream";

    /** A method that takes one message and publishes it. */
    private enum Unary {
        PUBLISH(Component.PUBLISHER, PublisherServiceGrpc.SERVICE_NAME + "/Publish", "application/grpc"),
        SEND(Component.GRPC_EDGE, SEND_UPDATE, "application/grpc"),
        SEND_OVER_WEB(Component.GRPC_EDGE, SEND_UPDATE, "application/grpc-web+proto");

        private final Component service;
        private final String method;
        private final String contentType;

        Unary(Component service, String method, String contentType) {
            this.service = service;
            this.method = method;
            this.contentType = contentType;
        }
    }

    private final Sluice sluice;
    private final String channel = Sluice.unique("public.wire");

    GrpcWireIT(Sluice sluice) {
        this.sluice = sluice;
    }

    private RawStream call(Unary unary) {
        return call(unary, Map.of());
    }

    private RawStream call(Unary unary, Map<String, String> headers) {
        var all = new LinkedHashMap<String, String>();
        all.put("content-type", unary.contentType);
        all.putAll(headers);
        return call(unary.service, unary.method, all);
    }

    private RawStream call(Component service, String method, Map<String, String> headers) {
        var all = new LinkedHashMap<String, String>();
        all.put("authorization", "Bearer " + sluice.admin());
        all.putAll(headers);
        return new RawStream(sluice.url(service), method, all);
    }

    private byte[] event(Unary unary, String text) {
        return unary.service == Component.PUBLISHER
                ? PublishRequest.newBuilder()
                        .setChannel(channel)
                        .setPayload(ByteString.copyFromUtf8(text))
                        .build()
                        .toByteArray()
                : ClientMessages.updateRequest(NewEvent.text(channel, text)).toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        Stream.of(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    // ---- Messages and frames

    @ParameterizedTest
    @EnumSource
    void shouldTakeAMessageWhereverItIsCut(Unary unary) {
        try (var call = call(unary)) {
            for (var each : RawStream.framed(event(unary, "cut"))) {
                call.data(each);
            }
            assertThat(call.halfClose().end().code()).isEqualTo("OK");
            assertThat(call.messages(1)).hasSize(1);
        }
    }

    @Test
    void shouldTakeSeveralMessagesOfOneFrame() throws Exception {
        try (var connect = call(Component.GRPC_EDGE, CONNECT, Map.of())) {
            connect.data(join(
                    RawStream.framed(ClientMessages.ping("1").toByteArray()),
                    RawStream.framed(ClientMessages.ping("2").toByteArray()),
                    // And the begin of another one.
                    Arrays.copyOf(RawStream.framed(ClientMessages.ping("3").toByteArray()), 6)));
            assertThat(Expect.eventually(
                            "two answers", () -> Optional.of(answers(connect)).filter(all -> all.size() >= 2)))
                    .containsExactly("1", "2");
        }
        try (var stream = call(Component.PUBLISHER, PUBLISH_STREAM, Map.of())) {
            stream.data(join(
                    RawStream.framed(event(Unary.PUBLISH, "1")),
                    RawStream.framed(event(Unary.PUBLISH, "2")),
                    RawStream.framed(event(Unary.PUBLISH, "3"))));
            stream.halfClose();
            assertThat(stream.end().code()).isEqualTo("OK");
            for (var receipt : stream.messages(3)) {
                assertThat(PublishReceipt.parseFrom(receipt).getCursor()).isNotEmpty();
            }
        }
    }

    /** The ids of what was answered so far; what has none is no answer, and may come at any time (a heartbeat, say). */
    private static List<String> answers(RawStream connect) {
        return connect.messages(0).stream()
                .map(message -> {
                    try {
                        return ServerMessage.parseFrom(message).getId();
                    } catch (InvalidProtocolBufferException e) {
                        throw new AssertionError("not a ServerMessage", e);
                    }
                })
                .filter(id -> !id.isEmpty())
                .toList();
    }

    /** What comes instead of one whole message. */
    private enum Wrong {
        NOTHING,
        HALF_A_PREFIX,
        HALF_A_MESSAGE,
        RESERVED_FLAG,
        FLAG_OF_TRAILERS,
        ALL_FLAGS,
        COMPRESSED_WITHOUT_AN_ENCODING,
        LONGER_THAN_ANY,
        LONGER_THAN_MAY_BE;

        byte[] body(byte[] message) {
            var framed = RawStream.framed(message);
            switch (this) {
                case NOTHING -> framed = new byte[0];
                case HALF_A_PREFIX -> framed = Arrays.copyOf(framed, 2);
                case HALF_A_MESSAGE -> framed = Arrays.copyOf(framed, framed.length - 1);
                case RESERVED_FLAG -> framed[0] = 2;
                case FLAG_OF_TRAILERS -> framed[0] = (byte) 0x80;
                case ALL_FLAGS -> framed[0] = -1;
                case COMPRESSED_WITHOUT_AN_ENCODING -> framed[0] = 1;
                case LONGER_THAN_ANY -> framed[1] = -1;
                case LONGER_THAN_MAY_BE -> framed[1] = 0x7F;
            }
            return framed;
        }

        /** quarkus-grpc calls INTERNAL what is no message, as grpc-java does, and Vert.x asks for no flags. */
        String status(Component service) {
            var theirs = service == Component.PUBLISHER;
            return switch (this) {
                case NOTHING, HALF_A_PREFIX, HALF_A_MESSAGE -> theirs ? "INTERNAL" : "INVALID_ARGUMENT";
                case RESERVED_FLAG, FLAG_OF_TRAILERS, ALL_FLAGS -> theirs ? "OK" : "INVALID_ARGUMENT";
                case COMPRESSED_WITHOUT_AN_ENCODING -> theirs ? "INTERNAL" : "UNIMPLEMENTED";
                case LONGER_THAN_ANY, LONGER_THAN_MAY_BE -> "RESOURCE_EXHAUSTED";
            };
        }
    }

    static Stream<Arguments> wrongs() {
        return Stream.of(Unary.values())
                .flatMap(unary -> Stream.of(Wrong.values()).map(wrong -> Arguments.of(unary, wrong)));
    }

    @ParameterizedTest
    @MethodSource("wrongs")
    void shouldRefuseWhatIsNotOneMessage(Unary unary, Wrong wrong) {
        try (var call = call(unary)) {
            if (wrong != Wrong.NOTHING) {
                call.data(wrong.body(event(unary, "wrong")));
            }
            assertThat(call.halfClose().end().code()).isEqualTo(wrong.status(unary.service));
        }
    }

    /** And publishes neither of them. */
    @ParameterizedTest
    @EnumSource
    void shouldRefuseASecondMessage(Unary unary) {
        var watched = sluice.subscribe(Protocol.GRPC, to(channel));
        Expect.started(watched);
        try (watched;
                var call = call(unary)) {
            call.message(event(unary, "first")).message(event(unary, "second")).halfClose();
            assertThat(call.end().code()).isEqualTo(Wrong.NOTHING.status(unary.service));
            sluice.producer().text(channel, "after");
            Expect.eventWith(watched, "after");
            assertThat(watched.events()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
    void shouldRefuseBrokenMessagesInAStream(Wrong wrong) {
        try (var connect = call(Component.GRPC_EDGE, CONNECT, Map.of());
                var stream = call(Component.PUBLISHER, PUBLISH_STREAM, Map.of())) {
            connect.data(wrong.body(ClientMessages.ping("1").toByteArray())).halfClose();
            stream.data(wrong.body(event(Unary.PUBLISH, "wrong"))).halfClose();
            assertThat(connect.end().code()).isEqualTo(wrong.status(Component.GRPC_EDGE));
            // In a stream Vert.x passes over what it can't read; such a message has no receipt.
            var status = wrong.status(Component.PUBLISHER);
            assertThat(stream.end().code()).isEqualTo(status.equals("INTERNAL") ? "OK" : status);
            assertThat(stream.messages(0)).hasSize(status.equals("OK") ? 1 : 0);
        }
    }

    // ---- Refusals

    /** "Trailers-Only": proxies that find the length of a body, or a body, lose the status. */
    @ParameterizedTest
    @ValueSource(
            strings = {STREAM_UPDATES, SEND_UPDATE, CONNECT, NotificationServiceGrpc.SERVICE_NAME + "/Acknowledge"})
    void shouldRefuseByAHeadThatIsTheEndToo(String method) {
        for (var wrong : List.of(
                Map.of("authorization", "Bearer garbled"),
                Map.of("authorization", ""),
                Map.of("grpc-timeout", "soon"))) {
            try (var call = call(Component.GRPC_EDGE, method, wrong)) {
                assertTrailersOnly(call.halfClose());
            }
        }
        if (!method.equals(CONNECT)) {
            try (var call = call(Component.GRPC_EDGE, method, Map.of())) {
                assertTrailersOnly(call.message(new byte[] {-1}).halfClose());
            }
        }
    }

    private static void assertTrailersOnly(RawStream call) {
        assertThat(call.end().code()).isIn("UNAUTHENTICATED", "INVALID_ARGUMENT");
        assertThat(call.frames()).containsExactly("HEADERS END_STREAM");
        assertThat(call.header("content-length")).isEmpty();
        assertThat(call.header(":status")).isEqualTo("200");
        assertThat(call.header("sluice-reason")).isNotEmpty();
    }

    // ---- Headers

    @ParameterizedTest
    @EnumSource
    void shouldSayWhichEncodingsItKnows(Unary unary) {
        // What Vert.x reads it would inflate without an end; what we read ourselves may be compressed.
        var known = unary.service == Component.PUBLISHER ? "identity" : "identity,gzip";
        for (var encoding : new String[] {"zzz", "gzip", "identity, gzip"}) {
            try (var call = call(unary, Map.of("grpc-encoding", encoding))) {
                call.message(event(unary, "x")).halfClose();
                var taken = known.endsWith("," + encoding);
                assertThat(call.end().code()).as(encoding).isEqualTo(taken ? "OK" : "UNIMPLEMENTED");
                assertThat(call.header("grpc-accept-encoding")).isEqualTo(known);
            }
        }
        try (var call = call(unary, Map.of("grpc-encoding", "identity", "grpc-accept-encoding", "zzz,gzip"))) {
            call.message(event(unary, "x")).halfClose();
            assertThat(call.end().code()).isEqualTo("OK");
            assertThat(call.header("grpc-encoding")).isIn("", "identity");
        }
    }

    static Stream<Arguments> contentTypes() {
        return Stream.of(Unary.PUBLISH, Unary.SEND).flatMap(unary -> Stream.of("application/json", "text/plain", "")
                .map(type -> Arguments.of(unary, type)));
    }

    @ParameterizedTest
    @MethodSource("contentTypes")
    void shouldRefuseAContentTypeThatIsNotGrpc(Unary unary, String contentType) {
        try (var call = call(unary, Map.of("content-type", contentType))) {
            call.message(event(unary, "x")).halfClose();
            assertThat(call.end().code()).isEqualTo("415");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"S", "5", "5s", "-5S", "1.5S", "123456789S", "soon"})
    void shouldRefuseATimeoutThatIsNone(String timeout) {
        for (var unary : new Unary[] {Unary.SEND, Unary.SEND_OVER_WEB}) {
            try (var call = call(unary, Map.of("grpc-timeout", timeout))) {
                call.message(event(unary, "x")).halfClose();
                assertThat(call.end().summary()).isEqualTo("INVALID_ARGUMENT malformed grpc-timeout");
            }
        }
    }

    /** Whose client has forgotten it. */
    @ParameterizedTest
    @ValueSource(strings = {STREAM_UPDATES, CONNECT})
    void shouldEndAStreamAtItsDeadline(String method) {
        var before = sessions();
        for (var contentType : new String[] {"application/grpc", "application/grpc-web"}) {
            var headers = Map.of("grpc-timeout", "500m", "content-type", contentType);
            try (var call = call(Component.GRPC_EDGE, method, headers)) {
                if (method.equals(STREAM_UPDATES)) {
                    call.message(ClientMessages.streamRequest(to(channel)).toByteArray())
                            .halfClose();
                }
                call.messages(1);
                assertThat(call.end().code()).isEqualTo("DEADLINE_EXCEEDED");
            }
        }
        Expect.until("that the sessions are gone", () -> sessions() <= before);
    }

    private double sessions() {
        return Scrape.of(sluice.url(Component.GRPC_EDGE)).sum("sluice_connections_active", "");
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeLargeHeadersAndRefuseTooLargeOnes(Unary unary) {
        try (var call = call(unary, Map.of("x-custom", "a".repeat(8 * 1024)))) {
            call.message(event(unary, "x")).halfClose();
            assertThat(call.end().code()).isEqualTo("OK");
        }
        var limit = unary.service == Component.PUBLISHER ? 64 * 1024 : 32 * 1024;
        try (var call = call(unary, Map.of("x-custom", "a".repeat(limit)))) {
            call.message(event(unary, "x")).halfClose();
            assertThat(call.end().code()).isEqualTo("431");
        }
        try (var call = call(unary, Map.of("x-custom", "a".repeat(4 * limit)))) {
            call.message(event(unary, "x")).halfClose();
            assertThat(call.end().code()).as("that much costs the connection").isEqualTo("closed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakePostsOnly(Unary unary) {
        for (var method : new String[] {"GET", "PUT"}) {
            try (var call = call(unary, Map.of(":method", method))) {
                call.message(event(unary, "x")).halfClose();
                assertThat(call.end().code()).as(method).isEqualTo("UNIMPLEMENTED");
            }
        }
    }
}
