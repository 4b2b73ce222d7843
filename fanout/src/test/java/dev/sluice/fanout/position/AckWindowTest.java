package dev.sluice.fanout.position;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.cursor.TopicBinding;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class AckWindowTest {
    private static final TopicBinding TOPIC = TopicBinding.of("events", "id");
    private static final int PARTITIONS = 3;

    /** Against the plain way: a list of what is unacknowledged, and the frontier after each delivery. */
    @Property
    void shouldCountWhatIsBeyondThePosition(
            @ForAll @IntRange(min = 1, max = 70) int most, @ForAll @Size(max = 300) List<Integer> steps) {
        var window = new AckWindow(most);
        long[] frontier = new long[PARTITIONS];
        List<long[]> frontiers = new ArrayList<>();
        Deque<Integer> unacknowledged = new ArrayDeque<>();
        int acknowledged = 0;
        for (int step : steps) {
            if (step % 4 != 0) {
                if (window.isFull()) {
                    continue;
                }
                int partition = Math.floorMod(step, PARTITIONS);
                window.delivered(partition, frontier[partition]);
                frontier[partition]++;
                frontiers.add(frontier.clone());
                unacknowledged.add(frontiers.size());
            } else if (!frontiers.isEmpty()) {
                // Any cursor that was delivered, also one that was acknowledged before.
                int upTo = Math.floorMod(step / 4, frontiers.size()) + 1;
                acknowledged = Math.max(acknowledged, upTo);
                window.acknowledged(Cursor.all(TOPIC, frontiers.get(acknowledged - 1)));
                while (!unacknowledged.isEmpty() && unacknowledged.peek() <= acknowledged) {
                    unacknowledged.remove();
                }
            }
            assertThat(window.size()).isEqualTo(unacknowledged.size());
            assertThat(window.isFull()).isEqualTo(unacknowledged.size() >= most);
        }
    }
}
