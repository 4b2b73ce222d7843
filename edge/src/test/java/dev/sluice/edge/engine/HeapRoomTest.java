package dev.sluice.edge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.edge.EdgeConfig;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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
        return HeapRoom.of(
                heapMib * MIB,
                new Memory(
                        Optional.ofNullable(values.get("sluice.memory.bytes")).map(HeapRoomTest::size)),
                new Cold(),
                new Limits(
                        Optional.ofNullable(values.get("sluice.limits.connections"))
                                .map(Integer::valueOf),
                        size(values.getOrDefault("sluice.limits.heap-per-connection", "20K"))));
    }

    private static MemorySize size(String text) {
        return new MemorySizeConverter().convert(text);
    }

    private record Memory(Optional<MemorySize> bytes) implements EdgeConfig.Memory {
        @Override
        public int events() {
            return 131_072;
        }

        @Override
        public Duration age() {
            return Duration.ofMinutes(10);
        }
    }

    private record Cold() implements EdgeConfig.Cold {
        @Override
        public MemorySize cacheBytes() {
            return size("16M");
        }

        @Override
        public int consumers() {
            return 2;
        }

        @Override
        public Optional<Duration> maxRewind() {
            return Optional.empty();
        }
    }

    private record Limits(Optional<Integer> connections, MemorySize heapPerConnection) implements EdgeConfig.Limits {
        @Override
        public int connectionsPerUser() {
            return 0;
        }

        @Override
        public int connectionsPerAddress() {
            return 0;
        }

        @Override
        public int handshakesPerSecond() {
            return 0;
        }

        @Override
        public int messagesPerSecond() {
            return 0;
        }

        @Override
        public MemorySize bytesPerSecond() {
            return size("4M");
        }
    }
}
