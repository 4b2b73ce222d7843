package dev.sluice.system.chart;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.client.http.Http;
import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.local.Component;
import dev.sluice.local.RepositoryRoot;
import dev.sluice.local.Service;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the chart asks of the services from the outside: metrics, and what {@code helm test} wants to hear. */
@Tag("full")
@ExtendWith(SharedSluice.class)
class ObservedByTheChartIT {
    private static final Pattern METRIC = Pattern.compile("\\b(sluice|jvm|process|system)_[a-z_]+");

    private static final List<Component> SERVICES =
            List.of(Component.PUBLISHER, Component.SSE_EDGE, Component.WS_EDGE, Component.GRPC_EDGE);

    private final Sluice sluice;

    ObservedByTheChartIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void shouldScrapeEveryMetricOfAlertsAndDashboard() throws IOException {
        String channel = Sluice.unique("scraped");
        try (var refused = sluice.subscribe(Protocol.SSE, beyondALimit(channel))) {
            Expect.refusal(refused);
        }
        try (var connection = sluice.subscribe(Protocol.SSE, to(channel))) {
            Expect.started(connection);
            sluice.producer().text(channel, "counted");
            Expect.eventWith(connection, "counted");
        }
        try (var returned = sluice.subscribe(Protocol.SSE, afterAGap(channel))) {
            Expect.control(returned, "gap");
        }
        Set<String> named = named();

        assertThat(named).hasSizeGreaterThan(20);
        Expect.until("all of " + named, () -> missing(named).isEmpty());
    }

    /** See templates/tests/ready.yaml. */
    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldAnswerTheChartsTest(Component component) {
        assertThat(Http.get(sluice.url(component).resolve("/q/health/ready")).status())
                .isEqualTo(200);
        assertThat(Http.get(sluice.url(component).resolve("/v1/stream")).status())
                .isEqualTo(401);
    }

    /** Is refused and counted as a limit that was hit. */
    static SubscriptionRequest beyondALimit(String channel) {
        return to(channel).filter("type = '" + "x".repeat(2_000) + "'");
    }

    /** Comes from a topic of another incarnation, so it is told a gap. */
    static SubscriptionRequest afterAGap(String channel) {
        return to(channel)
                .cursor(Cursor.single(TopicBinding.of("sluice.events", "AAAAAAAAAAAAAAAAAAAAAQ"), 12, 0, 7)
                        .toString());
    }

    private Set<String> missing(Set<String> named) {
        var missing = new TreeSet<>(named);
        for (Component component : SERVICES) {
            for (Service replica : sluice.stack().services(component)) {
                Scrape scrape = Scrape.of(replica.url());
                missing.removeIf(scrape::has);
            }
        }
        return missing;
    }

    private static Set<String> named() throws IOException {
        Path files = RepositoryRoot.find().resolve("helm/sluice/files");
        var expressions = new ArrayList<String>();
        for (String file : List.of("rules/sluice.yaml", "dashboards/sluice.json")) {
            JsonNode tree = new ObjectMapper(new YAMLFactory())
                    .readTree(files.resolve(file).toFile());
            expressions.addAll(tree.findValuesAsText("expr"));
        }
        var names = new TreeSet<String>();
        expressions.forEach(expression ->
                METRIC.matcher(expression).results().map(MatchResult::group).forEach(names::add));
        return names;
    }
}
