package dev.sluice.system.standard;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.client.NewEvent;
import dev.sluice.client.grpc.ClientMessages;
import dev.sluice.client.grpc.RawCall;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** gRPC through the proxies that most have in front: whoever is refused hears why. */
@ExtendWith(SharedSluice.class)
class GrpcProxyIT {
    private static final int TIMES = 40;

    private final Sluice sluice;

    GrpcProxyIT(Sluice sluice) {
        this.sluice = sluice;
    }

    /** A call and what comes of it. */
    private record Refused(Component service, String summary, Function<URI, String> call) {}

    private Map<String, Refused> refusals() {
        var alice = sluice.token("alice");
        byte[] stream = ClientMessages.streamRequest(to("rooms.lobby")).toByteArray();
        byte[] update =
                ClientMessages.updateRequest(NewEvent.text("orders.1", "x")).toByteArray();
        byte[] publish =
                PublishRequest.newBuilder().setChannel("orders.1").build().toByteArray();
        var all = new LinkedHashMap<String, Refused>();
        all.put(
                "stream, garbled token",
                edge("UNAUTHENTICATED unauthenticated authorization", "garbled", "StreamUpdates", stream));
        all.put(
                "stream, no channels",
                edge("INVALID_ARGUMENT malformed channels", alice, "StreamUpdates", new byte[0]));
        all.put("update, forbidden", edge("PERMISSION_DENIED forbidden channel", alice, "SendUpdate", update));
        all.put(
                "connect, garbled token",
                edge("UNAUTHENTICATED unauthenticated authorization", "garbled", "Connect", new byte[0]));
        all.put("no such method", edge("UNIMPLEMENTED ", alice, "Shout", new byte[0]));
        all.put(
                "publish, garbled token",
                publisher("UNAUTHENTICATED unauthenticated authorization", "garbled", publish));
        all.put("publish, forbidden", publisher("PERMISSION_DENIED forbidden channel", alice, publish));
        return all;
    }

    private static Refused edge(String summary, String token, String method, byte[] message) {
        return new Refused(Component.GRPC_EDGE, summary, url -> RawCall.send(
                        url, token, NotificationServiceGrpc.SERVICE_NAME, method, message)
                .summary());
    }

    private static Refused publisher(String summary, String token, byte[] message) {
        return new Refused(Component.PUBLISHER, summary, url -> RawCall.send(
                        url, token, PublisherServiceGrpc.SERVICE_NAME, "Publish", message)
                .summary());
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepTheStatusOfARefusal(Proxy.Kind kind) throws IOException {
        assumeThat(kind.find())
                .as(kind + ", which .ci/run fetches (from Debian)")
                .isPresent();
        try (var toEdge = Proxy.start(kind, sluice.url(Component.GRPC_EDGE));
                var toPublisher = Proxy.start(kind, sluice.url(Component.PUBLISHER))) {
            var kept = new LinkedHashMap<String, Long>();
            refusals().forEach((name, refused) -> {
                assertThat(refused.call().apply(sluice.url(refused.service())).strip())
                        .as(name + ", nothing in front")
                        .isEqualTo(refused.summary().strip());
                var through = refused.service() == Component.GRPC_EDGE ? toEdge.url() : toPublisher.url();
                kept.put(
                        name,
                        java.util.stream.IntStream.range(0, TIMES)
                                .mapToObj(time -> refused.call().apply(through).strip())
                                .filter(refused.summary().strip()::equals)
                                .count());
            });
            System.out.println("GrpcProxyIT: statuses kept by " + kind + ", of " + TIMES + " each: " + kept);
            assertThat(kept.values()).allMatch(count -> count == TIMES);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldDeliver(Proxy.Kind kind) throws IOException {
        assumeThat(kind.find())
                .as(kind + ", which .ci/run fetches (from Debian)")
                .isPresent();
        var channel = Sluice.unique("public.proxied");
        try (var proxy = Proxy.start(kind, sluice.url(Component.GRPC_EDGE));
                var stream = Protocol.GRPC.subscribe(proxy.url(), sluice.admin(), to(channel))) {
            Expect.started(stream);
            sluice.producer().text(channel, "hello");
            Expect.eventWith(stream, "hello");
        }
    }
}
