package dev.sluice.system.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.problem.Limit;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.RawClient;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.Sluice;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How many connections an address has, and whose word counts for what an address is: a trusted proxy's. Two edges believe {@code
 * X-Forwarded-For}, one {@code Forwarded}, and all of them the PROXY protocol.
 */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientAddressIT {
    private static final int OF_AN_ADDRESS = 2;
    /** Addresses of this machine. */
    private static final String PROXY = "127.0.0.2";

    private static final String STRANGER = "127.0.0.3";
    private static final String LOAD_BALANCER = "127.0.0.5";
    private static final byte[] NONE = {};
    private static final String GRANTED = "open";
    private static final String LIMITED = "limited";

    private final Sluice sluice = start();
    private final List<RawClient> clients = new ArrayList<>();

    private static Sluice start() {
        var builder = Sluice.builder("client-address");
        for (var edge : Component.EDGES) {
            builder.env(edge, "SLUICE_LIMITS_CONNECTIONS_PER_ADDRESS", String.valueOf(OF_AN_ADDRESS))
                    .env(edge, "QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING", "true")
                    .env(edge, "QUARKUS_HTTP_PROXY_TRUSTED_PROXIES", PROXY)
                    .env(edge, "SLUICE_PROXY_PROTOCOL_FROM", "10.0.0.0/8," + LOAD_BALANCER);
        }
        builder.env(Component.WS_EDGE, "QUARKUS_HTTP_PROXY_ALLOW_FORWARDED", "true")
                .env(Component.PUBLISHER, "SLUICE_PROXY_PROTOCOL_FROM", LOAD_BALANCER);
        return new Sluice(builder.start());
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    @AfterEach
    void leave() {
        clients.forEach(RawClient::close);
        clients.clear();
    }

    @BeforeEach
    void awaitNobody() {
        Component.EDGES.forEach(edge -> Expect.until(
                "that nobody is connected",
                () -> Scrape.of(sluice.url(edge)).sum("sluice_connections_active", "") == 0));
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    @Hits(Limit.CONNECTIONS_PER_ADDRESS)
    void shouldRefuseOneTooManyFromAnAddress(Component edge) {
        var before = Limits.hits(sluice.url(edge), "connections-per-address");
        assertThat(connect(edge, STRANGER, "")).isEqualTo(GRANTED);
        assertThat(connect(edge, STRANGER, "")).isEqualTo(GRANTED);
        assertThat(connect(edge, STRANGER, "")).isEqualTo(LIMITED);
        assertThat(connect(edge, "127.0.0.4", "")).isEqualTo(GRANTED);
        assertThat(Limits.hits(sluice.url(edge), "connections-per-address")).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldBelieveAProxyThatIsTrusted(Component edge) {
        for (var address : List.of("192.0.2.1", "192.0.2.2", "2001:db8:1:1::1")) {
            assertThat(connect(edge, PROXY, address)).isEqualTo(GRANTED);
        }
        assertThat(connect(edge, PROXY, "192.0.2.1")).isEqualTo(GRANTED);
        assertThat(connect(edge, PROXY, "192.0.2.1")).isEqualTo(LIMITED);
        assertThat(connect(edge, PROXY, "2001:db8:1:1:ffff::2")).isEqualTo(GRANTED);
        assertThat(connect(edge, PROXY, "2001:db8:1:1:abcd::3")).isEqualTo(LIMITED);
        assertThat(connect(edge, PROXY, "2001:db8:1:2::1")).isEqualTo(GRANTED);
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldNotBelieveAnybodyElse(Component edge) {
        assertThat(connect(edge, STRANGER, "192.0.2.10")).isEqualTo(GRANTED);
        assertThat(connect(edge, STRANGER, "192.0.2.11")).isEqualTo(GRANTED);
        assertThat(connect(edge, STRANGER, "192.0.2.12")).isEqualTo(LIMITED);
        assertThat(connect(edge, PROXY, "192.0.2.10")).isEqualTo(GRANTED);
        assertThat(connect(edge, PROXY, "192.0.2.10")).isEqualTo(GRANTED);
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldBelieveTheProxyProtocolOfALoadBalancer(Component edge) {
        for (var version : List.of(version1("192.0.2.1"), version1("192.0.2.2"), version2(1))) {
            assertThat(connect(edge, LOAD_BALANCER, version, "")).isEqualTo(GRANTED);
        }
        assertThat(connect(edge, LOAD_BALANCER, version1("192.0.2.1"), "")).isEqualTo(GRANTED);
        assertThat(connect(edge, LOAD_BALANCER, version1("192.0.2.1"), "")).isEqualTo(LIMITED);
        assertThat(connect(edge, LOAD_BALANCER, version2(2), "")).isEqualTo(GRANTED);
        assertThat(connect(edge, LOAD_BALANCER, version2(3), "")).isEqualTo(LIMITED);
        // What the client itself says is not believed on this way either.
        assertThat(connect(edge, LOAD_BALANCER, version1("192.0.2.2"), "192.0.2.77"))
                .isEqualTo(GRANTED);
        assertThat(connect(edge, LOAD_BALANCER, version1("192.0.2.2"), "192.0.2.78"))
                .isEqualTo(LIMITED);
    }

    @Test
    void shouldTakeEventsBehindALoadBalancerToo() {
        for (var preamble : List.of(version1("192.0.2.1"), version2(1), NONE)) {
            try (var producer = RawClient.connect(sluice.url(Component.PUBLISHER), LOAD_BALANCER)) {
                producer.send(preamble)
                        .send(Standstill.head(Component.PUBLISHER, sluice.token("alice"), 1))
                        .send("x")
                        .readUntil("^HTTP/1.1 201 ");
            }
        }
    }

    /** Probes and scrapers come from the same networks. */
    @ParameterizedTest
    @EnumSource(names = {"SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldServeTheSameWithoutItsHeader(Component edge) {
        for (var preamble : List.of(NONE, version2Local())) {
            try (var probe = RawClient.connect(sluice.url(edge), LOAD_BALANCER)) {
                probe.send(preamble)
                        .send("GET /q/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .readUntil("HTTP/1.1 200");
            }
        }
        assertThat(connect(edge, LOAD_BALANCER, NONE, "")).isEqualTo(GRANTED);
        assertThat(connect(edge, LOAD_BALANCER, NONE, "")).isEqualTo(GRANTED);
        assertThat(connect(edge, LOAD_BALANCER, NONE, "")).isEqualTo(LIMITED);
    }

    /** From those it is the request, and none of HTTP. */
    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldNotTakeTheProxyProtocolFromAnybodyElseNorAGarbledOne(Component service) {
        for (var client : List.of(
                RawClient.connect(sluice.url(service)).send(version1("192.0.2.1")),
                RawClient.connect(sluice.url(service), STRANGER).send(version1("192.0.2.1")),
                RawClient.connect(sluice.url(service), LOAD_BALANCER).send("PROXY TCP4 one two three four\r\n"))) {
            try (client) {
                client.send("GET /q/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(client.awaitEnd()).doesNotContain("UP");
            }
        }
    }

    /** A proxy adds whom it has seen, some as a line of its own; what the client had put before is not believed. */
    @ParameterizedTest
    @EnumSource(names = {"SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldBelieveWhatTheTrustedProxyAdded(Component edge) {
        for (var forged : List.of("192.0.2.101", "192.0.2.102")) {
            assertThat(connectForwarded(edge, forwarded(edge, forged) + forwarded(edge, "192.0.2.20")))
                    .isEqualTo(GRANTED);
        }
        assertThat(connectForwarded(edge, forwarded(edge, "192.0.2.103") + forwarded(edge, "192.0.2.20")))
                .isEqualTo(LIMITED);
        var chain = edge == Component.WS_EDGE
                ? "Forwarded: for=192.0.2.104, for=192.0.2.20;host=a, for=" + PROXY + "\r\n"
                : "X-Forwarded-For: 192.0.2.104, 192.0.2.20, " + PROXY + "\r\n";
        assertThat(connectForwarded(edge, chain)).isEqualTo(LIMITED);
    }

    private String connectForwarded(Component edge, String headers) {
        var client = RawClient.connect(sluice.url(edge), PROXY);
        clients.add(client);
        return RawSubscriber.isGranted(client, edge, sluice.token("alice"), headers) ? GRANTED : LIMITED;
    }

    private static byte[] version1(String source) {
        return ("PROXY TCP4 " + source + " 192.0.2.100 4711 443\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** @param host in the network {@code 2001:db8:1:1::/64} */
    private static byte[] version2(int host) {
        byte[] address = HexFormat.of().parseHex("20010db800010001%016x".formatted(host));
        var addresses = ByteBuffer.allocate(36)
                .put(address)
                .put(address)
                .putShort((short) 4711)
                .putShort((short) 443);
        return version2(0x21, 0x21, addresses.array());
    }

    /** A load balancer that asks for itself. */
    private static byte[] version2Local() {
        return version2(0x20, 0, NONE);
    }

    private static byte[] version2(int command, int family, byte[] addresses) {
        return ByteBuffer.allocate(16 + addresses.length)
                .put("\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII))
                .put((byte) command)
                .put((byte) family)
                .putShort((short) addresses.length)
                .put(addresses)
                .array();
    }

    private String connect(Component edge, String from, String forwardedFor) {
        return connect(edge, from, NONE, forwardedFor);
    }

    /**
     * @param preamble comes before the request
     * @return whether it is granted or limited
     */
    private String connect(Component edge, String from, byte[] preamble, String forwardedFor) {
        var client = RawClient.connect(sluice.url(edge), from).send(preamble);
        clients.add(client);
        return RawSubscriber.isGranted(client, edge, sluice.token("alice"), forwarded(edge, forwardedFor))
                ? GRANTED
                : LIMITED;
    }

    private static String forwarded(Component edge, String address) {
        if (address.isEmpty()) {
            return "";
        }
        if (edge == Component.WS_EDGE) {
            return "Forwarded: for=" + (address.contains(":") ? "\"[" + address + "]\"" : address) + "\r\n";
        }
        return "X-Forwarded-For: " + address + "\r\n";
    }
}
