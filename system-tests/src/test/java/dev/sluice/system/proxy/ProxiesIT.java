package dev.sluice.system.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.client.grpc.Channels;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import dev.sluice.local.RepositoryRoot;
import dev.sluice.system.chart.KeyPair;
import dev.sluice.system.client.Expect;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.net.http.HttpClient.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import okhttp3.MediaType;
import okhttp3.RequestBody;
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
@Tag("long")
@ExtendWith(SharedSluice.class)
class ProxiesIT {
    /** Longer than the 60 s after which nginx and httpd give up by default, the 50 s of haproxy's manual, and the 10 s of the hostile forms. */
    private static final int STAY_SECONDS = 64;

    /** The proxies' patience is less in the hostile forms, so who asks for this is cut. */
    private static final int SELDOM_SECONDS = 30;

    private static final int REFUSALS = 100;

    private static final Path PAGE = RepositoryRoot.find().resolve("docs/proxies.md");
    private static final Pattern TABLE = Pattern.compile("(?ms)^\\| proxy \\| protocol \\|.*?(?=^[^|]|\\z)");

    private final Sluice sluice;

    ProxiesIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void shouldCarryEveryProtocolAsTheDocumentationSays() throws Exception {
        var pair = KeyPair.of("proxies", Path.of("target/proxies"));
        var open = new ArrayList<FrontDoor.Open>();
        var passages = new ArrayList<Passage>();
        try {
            for (var door : doors()) {
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
        var pair = KeyPair.of("proxies", Path.of("target/proxies"));
        var open = new ArrayList<FrontDoor.Open>();
        var passages = new ArrayList<Passage>();
        try {
            for (var door : doors()) {
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

    /** What goes in: by HTTP, and by gRPC, which has a path of its own. */
    @ParameterizedTest
    @EnumSource
    void shouldTakeEvents(FrontDoor door) throws Exception {
        assumeThat(door.find()).as(door.title()).isPresent();
        var pair = KeyPair.of("proxies", Path.of("target/proxies"));
        var channel = Sluice.unique("public.proxied");
        try (var open = door.open(Form.RECOMMENDED, pair, Passage.services(sluice))) {
            for (var version : List.of(Version.HTTP_1_1, Version.HTTP_2)) {
                var visitor = Visitor.by(version, open.url(), pair, sluice.admin());
                var post = visitor.request("/v1/channels/" + channel + "/events")
                        .post(RequestBody.create("x".repeat(200_000), MediaType.get("text/plain")));
                try (var answer = visitor.http().newCall(post.build()).execute()) {
                    assertThat(answer.code()).isEqualTo(201);
                    assertThat(answer.protocol())
                            .isEqualTo(visitor.http().protocols().get(0));
                }
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

    /** A refusal is the only answer and comes before the message was read: a race that a proxy must not lose. */
    @ParameterizedTest
    @EnumSource
    void shouldKeepTheStatusOfEachRefusedCall(FrontDoor door) throws Exception {
        assumeThat(door.find()).as(door.title()).isPresent();
        var pair = KeyPair.of("proxies", Path.of("target/proxies"));
        try (var open = door.open(Form.RECOMMENDED, pair, Passage.services(sluice))) {
            var visitor = Visitor.by(Version.HTTP_2, open.url(), pair, "garbled");
            var ends = new ArrayList<String>();
            for (var i = 0; i < REFUSALS; i++) {
                try (var visit = Way.GRPC.visit(visitor, new Way.Asked("public.refused", "", 0))) {
                    ends.add(Expect.eventually("its end", visit::ended));
                }
            }
            assertThat(ends).containsOnly(Way.GRPC.refused());
        }
    }

    private static List<FrontDoor> doors() {
        var doors = Arrays.stream(FrontDoor.values())
                .filter(door -> door.find().isPresent())
                .toList();
        assumeThat(doors).as("proxies on this machine").isNotEmpty();
        return doors;
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
