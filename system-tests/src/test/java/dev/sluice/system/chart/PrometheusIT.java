package dev.sluice.system.chart;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.client.http.Http;
import dev.sluice.local.Component;
import dev.sluice.local.RepositoryRoot;
import dev.sluice.local.Service;
import dev.sluice.local.process.Ports;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.client.crowd.Crowd;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus scrapes the running services, where one is installed (Debian: package {@code prometheus}), and answers the chart's questions. */
@Tag("full")
@ExtendWith(SharedSluice.class)
@EnabledIf(value = "isInstalled", disabledReason = "prometheus is not on the PATH")
class PrometheusIT {
    private static final Path FILES = RepositoryRoot.find().resolve("helm/sluice/files");
    private static final Map<Component, String> COMPONENTS = Map.of(
            Component.PUBLISHER, "publisher",
            Component.SSE_EDGE, "sse",
            Component.WS_EDGE, "ws",
            Component.GRPC_EDGE, "grpc");

    /** A metric with its labels. */
    private static final Pattern SELECTOR = Pattern.compile("[a-z_]+\\{[^}]*\\}");
    /** What an alert wants a label to be; that of the namespace is for all. */
    private static final Pattern WANTED = Pattern.compile("(?<!namespace)(=~|!~|!=|=)\"[^\"]*\"");

    private static final int LISTENERS = 200;
    private static final int EVENTS_AT_A_TIME = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Sluice sluice;
    private final URI url;
    private final Process prometheus;

    PrometheusIT(Sluice sluice, @TempDir Path folder) throws IOException {
        this.sluice = sluice;
        int port = Ports.free(1).get(0);
        this.url = URI.create("http://127.0.0.1:" + port);
        Path config = folder.resolve("prometheus.yaml");
        Files.writeString(config, configuration());
        this.prometheus = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(Path.of("target/prometheus.log").toFile())
                .start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        prometheus.destroy();
        prometheus.waitFor();
    }

    /** Under some load. An alert that does not fire answers nothing, so it is asked for its metrics with its labels, whatever their values. */
    @Test
    void shouldAnswerEveryPanelAndEvaluateEveryAlert() throws IOException {
        String channel = Sluice.unique("scraped");
        var unanswered = new ArrayList<>(queries());
        assertThat(unanswered).hasSizeGreaterThan(30);
        unanswered.addAll(askedByAlerts());
        var posted = new AtomicInteger();
        var since = Instant.now().minusSeconds(1);

        try (var crowd = new Crowd();
                var sse = sluice.subscribe(Protocol.SSE, to(channel));
                var socket = sluice.subscribe(Protocol.WEBSOCKET, to(channel));
                var call = sluice.subscribe(Protocol.GRPC, to(channel))) {
            for (var connection : List.of(sse, socket, call)) {
                Expect.started(connection);
            }
            String token = sluice.admin();
            for (int i = 0; i < LISTENERS; i++) {
                crowd.join(sluice.url(Component.SSE_EDGE), token, "channel=" + channel + "&since=" + since);
            }
            Expect.until("Prometheus", () -> !Ports.isFree(url.getPort()));
            // Rates need something that happens between two scrapes, so it goes on until all is answered.
            Expect.eventually("an answer to each panel", PATIENCE, () -> {
                for (int i = 0; i < EVENTS_AT_A_TIME; i++) {
                    sluice.producer().text(channel, "#" + posted.incrementAndGet());
                }
                crowd.readUntilEachHas(posted.get(), PATIENCE);
                try (var returned = sluice.subscribe(Protocol.SSE, ObservedByTheChartIT.afterAGap(channel));
                        var leaving = sluice.subscribe(Protocol.SSE, to(channel));
                        var refused = sluice.subscribe(Protocol.SSE, ObservedByTheChartIT.beyondALimit(channel))) {
                    Expect.control(returned, "gap");
                    Expect.started(leaving);
                    Expect.refusal(refused);
                }
                unanswered.removeIf(query -> !ask(query).isEmpty());
                return unanswered.isEmpty() ? Optional.of(true) : Optional.empty();
            });
        }

        JsonNode rules = json("/api/v1/rules").at("/data/groups/0/rules");
        assertThat(rules).hasSizeGreaterThan(10).allSatisfy(rule -> assertThat(
                        rule.path("health").asText())
                .as(rule.toString())
                .isEqualTo("ok"));
    }

    static boolean isInstalled() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "prometheus")));
    }

    /** Of the dashboard, as Grafana would send them. */
    private static List<String> queries() throws IOException {
        JsonNode dashboard = new ObjectMapper()
                .readTree(FILES.resolve("dashboards/sluice.json").toFile());
        return dashboard.findValuesAsText("expr").stream()
                .map(query -> query.replace("$__rate_interval", "20s")
                        .replace("$namespace", "sluice")
                        .replace("$release", "events"))
                .toList();
    }

    private static List<String> askedByAlerts() throws IOException {
        JsonNode rules = new ObjectMapper(new YAMLFactory())
                .readTree(FILES.resolve("rules/sluice.yaml").toFile());
        return rules.findValuesAsText("expr").stream()
                .flatMap(expression -> SELECTOR.matcher(expression).results())
                .map(selector -> WANTED.matcher(selector.group()).replaceAll("!=\"\""))
                .distinct()
                .toList();
    }

    private JsonNode ask(String query) {
        return json("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                .at("/data/result");
    }

    private JsonNode json(String path) {
        var answer = Http.get(url.resolve(path));
        // 503 as long as it starts.
        return answer.status() == 200 ? answer.json() : MissingNode.getInstance();
    }

    /** Targets with the labels that the chart's PodMonitors would give them. */
    private String configuration() {
        var targets = new StringBuilder();
        COMPONENTS.forEach((component, name) -> {
            for (Service replica : sluice.stack().services(component)) {
                targets.append("""
                              - targets: ['127.0.0.1:%d']
                                labels:
                                  {namespace: sluice, pod: %s, app_kubernetes_io_instance: events, app_kubernetes_io_component: %s}
                        """.formatted(replica.port(), replica.name(), name));
            }
        });
        return """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: ['%s']
                scrape_configs:
                  - job_name: sluice
                    metrics_path: /q/metrics
                    static_configs:
                """.formatted(FILES.resolve("rules/sluice.yaml").toAbsolutePath()) + targets;
    }
}
