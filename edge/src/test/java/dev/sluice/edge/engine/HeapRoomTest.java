package dev.sluice.edge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.edge.limit.LimitsConfig;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing is let in that the heap has no room for. */
class HeapRoomTest {
    private static final long MIB = 1024 * 1024;

    @Test
    void shouldMakeWhatNobodySaidFitTheDefaultPod() {
        HeapRoom room = room(384, Map.of("sluice.limits.heap-per-connection", "13K"));

        assertThat(room.logBytes()).isEqualTo(64 * MIB);
        assertThat(room.connections()).isBetween(9_000, 11_000);
    }

    @ParameterizedTest
    @CsvSource({"192, 32", "384, 64", "768, 128", "2048, 341"})
    void shouldGiveTheLogASixthOfTheHeap(long heap, long log) {
        assertThat(room(heap, Map.of()).logBytes() / MIB).isEqualTo(log);
    }

    @Test
    void shouldHaveRoomForFewerWhereTheLogTakesMore() {
        assertThat(room(768, Map.of("sluice.memory.bytes", "256M")).connections())
                .isLessThan(room(768, Map.of("sluice.memory.bytes", "64M")).connections());
    }

    @Test
    void shouldNeverTakeMoreThanTheHeapHas() {
        for (long heap = 256; heap <= 16_384; heap *= 2) {
            HeapRoom room = room(heap, Map.of());

            assertThat(room.connections() * 20L * 1024 + 2 * room.logBytes()).isLessThan(heap * MIB);
            assertThat(room.connections()).isBetween(HeapRoom.FEWEST_CONNECTIONS, HeapRoom.MOST_CONNECTIONS);
        }
    }

    @Test
    void shouldRefuseMoreConnectionsThanFit() {
        assertThatThrownBy(() -> room(384, Map.of("sluice.limits.connections", "50000")))
                .hasMessageContaining("sluice.limits.connections=50000 can't fit")
                .hasMessageContaining("the heap has 384 MiB")
                .hasMessageContaining("leave the key out");
    }

    @Test
    void shouldRefuseALogThatDoesNotFit() {
        assertThatThrownBy(() -> room(384, Map.of("sluice.memory.bytes", "256M")))
                .hasMessageContaining("sluice.memory.bytes=256 MiB can't fit")
                .hasMessageContaining("the heap has 384 MiB");
    }

    @Test
    void shouldTakeItAtHisWordWhoWantsNoLimit() {
        assertThat(room(384, Map.of("sluice.limits.connections", "0")).connections())
                .isZero();
    }

    @Test
    void shouldRefuseWhatIsNoNumberOfConnections() {
        assertThatThrownBy(() -> room(384, Map.of("sluice.limits.connections", "-1")))
                .hasMessageContaining("sluice.limits.connections");
        assertThatThrownBy(() -> room(384, Map.of("sluice.limits.heap-per-connection", "0")))
                .hasMessageContaining("sluice.limits.heap-per-connection");
    }

    private static HeapRoom room(long heapMib, Map<String, String> values) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(MemoryConfig.class)
                .withMapping(ColdConfig.class)
                .withMapping(LimitsConfig.class)
                .withDefaultValues(values)
                .build();
        return HeapRoom.of(
                heapMib * MIB,
                config.getConfigMapping(MemoryConfig.class),
                config.getConfigMapping(ColdConfig.class),
                config.getConfigMapping(LimitsConfig.class));
    }
}
