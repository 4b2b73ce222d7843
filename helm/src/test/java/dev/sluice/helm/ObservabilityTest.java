package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Alerts, the dashboard and autoscalers ask for what is there. */
class ObservabilityTest {
    private static final Pattern METRIC =
            Pattern.compile("\\b([a-z]+(?:_[a-z0-9]+)*)(?=[{\\[])|\\b((?:sluice|jvm|process|system)_[a-z_]+)\\b");
    private final Documentation documentation = new Documentation();

    @ParameterizedTest
    @MethodSource("expressions")
    void shouldAskOnlyForMetricsThatExist(String expression) {
        List<String> metrics = metrics(expression);

        assertThat(metrics).isNotEmpty().allSatisfy(metric -> assertThat(documentation.isMetric(metric))
                .as(metric)
                .isTrue());
    }

    /** Each selector names the namespace and the release, so that two releases don't alert for one another. */
    @Test
    void shouldNarrowEveryAlertToTheRelease() {
        JsonNode rules = rules(Chart.of("everything-values.yaml"));

        assertThat(rules).isNotEmpty().allSatisfy(rule -> {
            String expression = rule.path("expr").asText();
            assertThat(Pattern.compile("namespace=\"streaming\",app_kubernetes_io_instance=\"events\"")
                            .matcher(expression)
                            .results()
                            .count())
                    .isEqualTo(expression.chars().filter(c -> c == '{').count());
        });
    }

    @Test
    void shouldHaveARunbookForEachAlert() throws IOException {
        JsonNode rules = rules(Chart.of("everything-values.yaml"));
        List<String> alerts =
                Manifests.items(rules).map(rule -> rule.path("alert").asText()).toList();

        assertThat(rules).allSatisfy(rule -> assertThat(
                        rule.at("/annotations/runbook_url").asText())
                .isEqualTo(
                        "https://runbooks.internal/sluice/" + rule.path("alert").asText() + ".md"));
        try (Stream<Path> pages = Files.list(Path.of("../docs/runbooks"))) {
            assertThat(pages.map(page -> page.getFileName().toString().replace(".md", ""))
                            .filter(page -> !page.equals("README")))
                    .containsExactlyInAnyOrderElementsOf(alerts);
        }
    }

    /** What {@link PromtoolTest} runs has every alert. */
    @Test
    void shouldTestEachAlert() throws IOException {
        String tests = Files.readString(Chart.FOLDER.resolve("files/rules/tests/sluice_test.yaml"));

        assertThat(rules(Chart.of("everything-values.yaml"))).allSatisfy(rule -> assertThat(tests)
                .contains("alertname: " + rule.path("alert").asText() + "}")
                .contains("alertname=\"" + rule.path("alert").asText() + "\""));
    }

    @Test
    void shouldScrapeEachPodOnceWithTheLabelsThatAlertsNeed() {
        Manifests manifests = Chart.of("everything-values.yaml");

        assertThat(manifests.kind("ServiceMonitor")).isEmpty();
        assertThat(manifests.kind("PodMonitor"))
                .hasSameSizeAs(manifests.kind("Deployment"))
                .allSatisfy(monitor -> {
                    assertThat(monitor.at("/spec/podMetricsEndpoints")).hasSize(1);
                    assertThat(monitor.at("/spec/podMetricsEndpoints/0/path").asText())
                            .isEqualTo("/q/metrics");
                    assertThat(Manifests.texts(monitor.at("/spec/podTargetLabels")))
                            .contains("app.kubernetes.io/instance", "app.kubernetes.io/component");
                });
    }

    @Test
    void shouldPutTheDashboardWhereGrafanaLooks() throws IOException {
        JsonNode map = Chart.of("everything-values.yaml").one("ConfigMap", "events-notifications-dashboard");

        assertThat(map.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
        assertThat(Manifests.YAML.readTree(map.at("/data/sluice.json").asText()))
                .isEqualTo(dashboard());
        assertThat(Manifests.items(dashboard().path("panels"))
                        .map(panel -> panel.path("id").asInt()))
                .doesNotHaveDuplicates();
    }

    static List<String> expressions() throws IOException {
        var expressions = new ArrayList<String>();
        rules(Chart.of("everything-values.yaml"))
                .forEach(rule -> expressions.add(rule.path("expr").asText()));
        dashboard().findValuesAsText("expr").forEach(expressions::add);
        Chart.of("keda-values.yaml").kind("ScaledObject").stream()
                .flatMap(scaler -> scaler.findValuesAsText("query").stream())
                .forEach(expressions::add);
        Chart.of("hpa-values.yaml").kind("HorizontalPodAutoscaler").stream()
                .flatMap(scaler -> Manifests.items(scaler.at("/spec/metrics")))
                .map(metric -> metric.at("/pods/metric/name").asText())
                .filter(name -> !name.isEmpty())
                .forEach(expressions::add);
        return expressions;
    }

    private static List<String> metrics(String expression) {
        String bare = expression.replaceAll("\\bby \\([^)]*\\)", "");
        return METRIC.matcher(bare).results().map(MatchResult::group).distinct().toList();
    }

    private static JsonNode rules(Manifests manifests) {
        return manifests.kind("PrometheusRule").get(0).at("/spec/groups/0/rules");
    }

    private static JsonNode dashboard() throws IOException {
        return Manifests.YAML.readTree(
                Chart.FOLDER.resolve("files/dashboards/sluice.json").toFile());
    }
}
