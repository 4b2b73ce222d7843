package dev.sluice.system.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.client.grpc.Channels;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import dev.sluice.local.RepositoryRoot;
import dev.sluice.system.chart.KeyPair;
import dev.sluice.system.client.Expect;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each protocol through each proxy in each of its configurations: a refusal keeps its status, an event comes at once, the stream outlasts
 * the proxy's patience, and the client goes on where it was. The result is the table of {@code docs/proxies.md}; with {@code
 * -Dsluice.docs.write=true} it is written there.
 */
@Tag("full")
@ExtendWith(SharedSluice.class)
class ProxiesIT {
    /** Longer than the 60 s after which nginx and httpd give up by default, the 50 s of haproxy's manual, and the 10 s of the hostile forms. */
    private static final int STAY_SECONDS = 64;

    /** The proxies' patience is less in the hostile forms, so who asks for this is cut. */
    private static final int SELDOM_SECONDS = 30;

    private static final Path PAGE = RepositoryRoot.find().resolve("docs/proxies.md");
    private static final Pattern TABLE = Pattern.compile("(?ms)^\\| proxy \\| protocol \\|.*?(?=^[^|]|\\z)");
    private static final String FORGED = "203.0.113.9";

    private final Sluice sluice;

    ProxiesIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void shouldCarryEveryProtocolAsTheDocumentationSays() throws Exception {
        var doors = Arrays.stream(FrontDoor.values())
                .filter(door -> door.find().isPresent())
                .toList();
        assumeThat(doors).as("proxies on this machine").isNotEmpty();
        var pair = KeyPair.of("proxies", Path.of("target/proxies"));
        var open = new ArrayList<FrontDoor.Open>();
        var passages = new ArrayList<Passage>();
        try {
            for (var door : doors) {
                for (var form : Form.values()) {
                    var proxy = door.open(form, pair, Passage.services(sluice));
                    open.add(proxy);
                    for (var way : Way.values()) {
                        for (var version : way.versions()) {
                            passages.add(Passage.through(door, form, proxy, way, version, pair, sluice.admin()));
                        }
                    }
                }
            }
            new Passages(sluice, passages).run(STAY_SECONDS);
        } finally {
            passages.forEach(Passage::close);
            open.forEach(FrontDoor.Open::close);
        }

        passages.stream().filter(passage -> !passage.isGood()).forEach(System.out::println);
        var rows = rows(passages);
        var page = Files.readString(PAGE);
        if (Boolean.getBoolean("sluice.docs.write")) {
            page = TABLE.matcher(page).replaceFirst(Matcher.quoteReplacement(String.join("\n", rows) + "\n"));
            Files.writeString(PAGE, page);
        }
        assertThat(passages.stream().filter(passage -> passage.form() == Form.RECOMMENDED))
                .allMatch(Passage::isGood);
        assertThat(page.lines().toList()).containsAll(rows);
    }

    /** What is shown is not shown by chance: the hostile forms are impatient indeed, and only the heartbeat keeps a stream there. */
    @Test
    void shouldBeCutByTheHostileFormsWithoutHeartbeats() throws Exception {
        var doors = Arrays.stream(FrontDoor.values())
                .filter(door -> door.find().isPresent())
                .toList();
        assumeThat(doors).as("proxies on this machine").isNotEmpty();
        var pair = KeyPair.of("proxies", Path.of("target/proxies"));
        var open = new ArrayList<FrontDoor.Open>();
        var passages = new ArrayList<Passage>();
        try {
            for (var door : doors) {
                var proxy = door.open(Form.HOSTILE, pair, Passage.services(sluice));
                open.add(proxy);
                passages.add(
                        Passage.through(door, Form.HOSTILE, proxy, Way.SSE, Version.HTTP_1_1, pair, sluice.admin()));
            }
            passages.forEach(passage -> passage.come(SELDOM_SECONDS));
            Expect.until("that they are cut", () -> passages.stream()
                    .allMatch(passage -> passage.visit().ended().isPresent()));
            assertThat(passages).allMatch(passage -> passage.visit().heartbeats() == 0);
        } finally {
            passages.forEach(Passage::close);
            open.forEach(FrontDoor.Open::close);
        }
    }

    /** An address that a client claims is not the one that arrives, and the host that it asked for does. */
    @ParameterizedTest
    @EnumSource
    void shouldTellTheClientsAddress(FrontDoor door) throws Exception {
        assumeThat(door.find()).as(door.title()).isPresent();
        var pair = KeyPair.of("proxies", Path.of("target/proxies"));
        Map<String, Headers> arrived = new ConcurrentHashMap<>();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            arrived.put(exchange.getRequestURI().getPath(), exchange.getRequestHeaders());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        var service = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        var everywhere = Sluice.SERVICES.stream().collect(Collectors.toMap(Function.identity(), one -> service));
        try (var open = door.open(Form.RECOMMENDED, pair, everywhere)) {
            var paths = List.of("/v1/stream", "/v1/poll", "/v1/ws", "/v1/channels/rooms.lobby/events");
            var client = Visitor.client(pair, Version.HTTP_1_1);
            for (var path : paths) {
                var request = HttpRequest.newBuilder(open.url().resolve(path))
                        .header("X-Forwarded-For", FORGED)
                        .header("Forwarded", "for=" + FORGED)
                        .build();
                client.send(request, BodyHandlers.discarding());
            }
            var operators =
                    HttpRequest.newBuilder(open.url().resolve("/q/metrics")).build();
            assertThat(client.send(operators, BodyHandlers.discarding()).statusCode())
                    .as("what is the operators'")
                    .isEqualTo(404);
            assertThat(arrived).containsOnlyKeys(paths);
            arrived.forEach((path, headers) -> {
                assertThat(headers.get("X-Forwarded-For")).as(path).containsExactly("127.0.0.1");
                assertThat(headers.get("X-Forwarded-Proto")).as(path).containsExactly("https");
                assertThat(headers.get("Forwarded")).as(path).isNull();
                assertThat(headers.get("Host"))
                        .as(path)
                        .containsExactly(open.url().getAuthority());
            });
        } finally {
            server.stop(0);
        }
    }

    /** What goes in: by HTTP, and by gRPC, which has a path of its own. */
    @ParameterizedTest
    @EnumSource
    void shouldTakeEvents(FrontDoor door) throws Exception {
        assumeThat(door.find()).as(door.title()).isPresent();
        var pair = KeyPair.of("proxies", Path.of("target/proxies"));
        var channel = Sluice.unique("public.proxied");
        try (var open = door.open(Form.RECOMMENDED, pair, Passage.services(sluice))) {
            for (var version : List.of(Version.HTTP_1_1, Version.HTTP_2)) {
                var visitor = new Visitor(open.url(), Visitor.client(pair, version), pair, sluice.admin());
                var post = visitor.request("/v1/channels/" + channel + "/events")
                        .header("Content-Type", "text/plain")
                        .POST(BodyPublishers.ofString("x".repeat(200_000)))
                        .build();
                assertThat(visitor.http().send(post, BodyHandlers.discarding()).statusCode())
                        .isEqualTo(201);
            }
            var call = Way.channel(open.url(), pair);
            try {
                var receipt = PublisherServiceGrpc.newBlockingStub(Channels.withToken(call, sluice.admin()))
                        .publish(PublishRequest.newBuilder().setChannel(channel).build());
                assertThat(receipt.getCursor()).isNotEmpty();
            } finally {
                call.shutdownNow();
            }
        }
    }

    private static List<String> rows(List<Passage> passages) {
        var rows = new ArrayList<String>();
        rows.add("| proxy | protocol | HTTP | shortest | recommended | hostile |");
        rows.add("|---|---|---|---|---|---|");
        var cells = new LinkedHashMap<String, Map<Form, String>>();
        for (var passage : passages) {
            cells.computeIfAbsent(
                            "| " + passage.door().title() + " | "
                                    + passage.way().title() + " | "
                                    + (passage.version() == Version.HTTP_2 ? "2" : "1.1"),
                            row -> new LinkedHashMap<>())
                    .put(passage.form(), passage.result());
        }
        cells.forEach((row, results) -> rows.add(row + " | "
                + Arrays.stream(Form.values()).map(results::get).collect(Collectors.joining(" | ")) + " |"));
        return rows;
    }
}
