package dev.sluice.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.local.RepositoryRoot;
import dev.sluice.local.size.Figures;
import dev.sluice.local.size.Size;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reckoned from the page, and from nothing else. */
class SizeCommandTest {

    @Test
    void shouldPrintPodsAndValues() {
        assertThat(run("size", "--connections", "50000", "--events", "2000", "--bytes", "300", "--protocol", "sse,ws"))
                .contains("EDGE", "Kafka: ", "# values for the chart", "grpc: {enabled: false}", "sse:\n  replicas: 6")
                .contains("sluice.memory.bytes", "not known here");
    }

    @Test
    void shouldRefuseAProtocolThatThereIsNot() {
        assertThat(run("size", "--connections", "1", "--events", "1", "--protocol", "mqtt"))
                .contains("not 'mqtt'");
    }

    /** A pod of that size has room for what it is to carry, as the service itself reckons. */
    @ParameterizedTest
    @ValueSource(strings = {"sse", "ws", "grpc"})
    void shouldMakePodsThatHaveTheRoom(String protocol) throws IOException {
        Figures figures = Figures.of(RepositoryRoot.find());
        Size size = Size.of(protocol, new Size.Load(20_000, 500, 200, 10, 1, 5_000, 60), figures);

        double room = size.heapMib() * figures.get("heap.usable-percent") / 100
                - figures.get("heap.own-mib")
                - figures.get("heap.log-weight") * size.logMib()
                - figures.get("heap.cold-mib");
        assertThat(room * 1024 / figures.get("connection.heap-kib-" + protocol))
                .isGreaterThanOrEqualTo(size.mostPerPod() - 5);
        assertThat(size.memoryMib()).isGreaterThan(size.heapMib() + size.directMib());
    }

    /** The services and the chart have the page's figures. */
    @ParameterizedTest
    @ValueSource(strings = {"sse", "ws", "grpc"})
    void shouldHaveTheFiguresThatTheServicesAndTheChartHave(String protocol) throws IOException {
        var root = RepositoryRoot.find();
        Figures figures = Figures.of(root);
        int kib = (int) figures.get("connection.heap-kib-" + protocol);

        assertThat(root.resolve(protocol + "-edge/src/main/resources/application.properties"))
                .content()
                .contains("sluice.limits.heap-per-connection=" + kib + "K\n");
        String chart = Files.readString(root.resolve("helm/sluice/files/capacity.yaml"));
        assertThat(chart)
                .contains(protocol + ": " + kib)
                .contains("ownMiB: " + (int) figures.get("heap.own-mib"))
                .contains("logWeight: " + (int) figures.get("heap.log-weight"))
                .contains("usablePercent: " + (int) figures.get("heap.usable-percent"));
        assertThat(root.resolve("edge/src/main/java/dev/sluice/edge/engine/HeapRoom.java"))
                .content()
                .contains("OWN = " + (int) figures.get("heap.own-mib") + " * MIB")
                .contains("LOG_WEIGHT = " + (int) figures.get("heap.log-weight") + ";")
                .contains("USABLE = 0." + (int) figures.get("heap.usable-percent") + ";");
    }

    /** What is reckoned with is what the bench measured, within a quarter; of heap its median, up to twice that, since measurements differ. */
    @ParameterizedTest
    @ValueSource(strings = {"sse", "ws", "grpc"})
    void shouldAgreeWithTheBench(String protocol) throws IOException {
        var root = RepositoryRoot.find();
        Figures figures = Figures.of(root);
        JsonNode measured = new ObjectMapper()
                .readTree(root.resolve("bench/figures.json").toFile())
                .path("figures");
        double deliveries =
                measured.at("/drain/" + protocol + "/perSecond.edge/median").doubleValue();
        // An event stream takes most over HTTP/2.
        String most = protocol.equals("sse") ? "http2.heapKb" : "heapKb";
        double heap = measured.at("/idle/" + protocol + "/" + most + "/median").doubleValue() * 1000 / 1024;

        assertThat(figures.get("deliveries.per-core-" + protocol)).isCloseTo(deliveries, withinPercentage(25));
        assertThat(figures.get("connection.heap-kib-" + protocol)).isBetween(heap, 2 * heap);

        // As many as fill one core, half of which is kept free: two cores are what it asks for.
        int events = 1_000;
        Size size = Size.of(protocol, new Size.Load(5_000, events, 100, deliveries / events, 1, 5_000, 60), figures);
        assertThat(size.cores()).isCloseTo(2, withinPercentage(25));
    }

    private static String run(String... arguments) {
        var said = new StringWriter();
        var writer = new PrintWriter(said);
        Sluice.commandLine().setOut(writer).setErr(writer).execute(arguments);
        writer.flush();
        return said.toString();
    }
}
