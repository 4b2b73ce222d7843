package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlacementTest {

    @Test
    void shouldPutFurtherReplicasTenPortsOn() {
        var placement =
                Placement.onDefaultPorts(Map.of(Component.SSE_EDGE, 3, Component.WS_EDGE, 2, Component.GRPC_EDGE, 1));

        assertThat(placement.instances())
                .extracting(instance -> instance.name() + ":" + instance.port())
                .containsExactly(
                        "kafka:9092",
                        "identity:8180",
                        "keycloak:8180",
                        "publisher:8080",
                        "sse-edge:8081",
                        "sse-edge-1:8091",
                        "sse-edge-2:8101",
                        "ws-edge:8082",
                        "ws-edge-1:8092",
                        "grpc-edge:8083");
        assertThat(placement.controllerPort()).isEqualTo(9093);
    }

    @Test
    void shouldGiveEveryProcessAPortOfItsOwn() {
        var placement = Placement.onFreePorts(Map.of(Component.SSE_EDGE, 9));

        assertThat(Stream.concat(
                        placement.instances().stream().map(Instance::port), Stream.of(placement.controllerPort())))
                .doesNotHaveDuplicates()
                .hasSize(16);
    }

    @Test
    void shouldHaveReplicasOfEdgesOnly() {
        assertThatThrownBy(() -> new Instance(Component.PUBLISHER, 1, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
