package dev.sluice.fanout.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.filter.EventFilter;
import dev.sluice.fanout.log.RecentLogLimits;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Events leave memory in the very moment in which a reader looks at them: the tail has a thread of its own. */
class EvictionTest {
    private static final int HELD = 8;
    private static final RecentLogLimits EIGHT = new RecentLogLimits(1L << 40, HELD, Duration.ofDays(1));

    @Test
    void shouldTellNoCursorBeyondWhatItsReaderWasGiven() {
        var replica = replica();
        var client = replica.connect();
        String begin = client.live("**").cursor();
        // Who is live has each event's cursor made, for everybody.
        client.session.disconnected();
        var reader = replica.connect();
        reader.filter = whileItLooks(() -> append(replica, HELD, 2 * HELD));
        append(replica, 0, HELD);
        replica.publish();

        reader.resume(begin, "**");
        replica.publish();

        List<Frame> got = reader.socket.events();
        assertThat(got).extracting(Frame::text).containsExactlyInAnyOrderElementsOf(ids(0, 2 * HELD));
        for (int had = 1; had <= got.size(); had++) {
            assertThat(Stream.concat(
                            got.subList(0, had).stream(), after(got.get(had - 1).cursor()).stream()))
                    .as("who had %d events, and then came back with the cursor of the last one", had)
                    .extracting(Frame::text)
                    .containsExactlyInAnyOrderElementsOf(ids(0, 2 * HELD));
        }
    }

    /** What another replica has for somebody who comes with this cursor. */
    private static List<Frame> after(String cursor) {
        var other = replica();
        append(other, 0, 2 * HELD);
        other.publish();
        return other.connect().resume(cursor, "**").socket.events();
    }

    private static Replica replica() {
        return new Replica(Replica.TOPIC, EIGHT, 0, 0, 0);
    }

    private static void append(Replica replica, int from, int to) {
        for (int i = from; i < to; i++) {
            replica.log.append("c" + i % 4, "e" + i);
        }
        replica.log.publish();
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "e" + i).toList();
    }

    /** Lets everything pass, and has something happen when it is asked for the first time. */
    private static EventFilter whileItLooks(Runnable something) {
        var asked = new AtomicBoolean();
        return new EventFilter.Any(new AbstractList<>() {
            @Override
            public EventFilter get(int index) {
                return EventFilter.EVERYTHING;
            }

            @Override
            public int size() {
                return 1;
            }

            @Override
            public Stream<EventFilter> stream() {
                if (!asked.getAndSet(true)) {
                    something.run();
                }
                return super.stream();
            }
        });
    }
}
