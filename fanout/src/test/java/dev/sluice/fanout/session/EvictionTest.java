package dev.sluice.fanout.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.contract.position.DurableName;
import dev.sluice.fanout.log.RecentLogLimits;
import dev.sluice.fanout.position.Durable;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Events leave memory in the very moment in which a reader looks at them: the tail has a thread of its own. */
class EvictionTest {
    private static final int HELD = 8;
    private static final RecentLogLimits EIGHT = new RecentLogLimits(1L << 40, HELD, Duration.ofDays(1));
    private static final DurableName NAME = new DurableName("issuer", "alice", "mobile");

    @Test
    void shouldTellNoCursorBeyondWhatItsReaderWasGiven() {
        var replica = replica();
        var client = replica.connect();
        String begin = client.live("**").cursor();
        // Who is live has each event's cursor made, for everybody.
        client.session.disconnected();
        var reader = replica.connect();
        reader.filter = whileItLooks(1, () -> append(replica, HELD, 2 * HELD));
        append(replica, 0, HELD);
        replica.publish();

        reader.resume(begin, "**");
        replica.publish();

        requireWhole(reader.socket.events());
    }

    @Test
    void shouldMissNothingWhereOneThatStandsAloneFallsBehind() {
        var replica = replica();
        var reader = replica.connect();
        reader.durable = new Durable(NAME, 3, replica.kafka.writer(NAME));
        // The fourth is more than may be unacknowledged.
        reader.filter = whileItLooks(4, () -> append(replica, HELD, 2 * HELD));
        reader.live("**");
        append(replica, 0, HELD);
        replica.publish();
        assertThat(reader.socket.ids()).containsExactlyElementsOf(ids(0, 3));

        // A heartbeat says where it stands.
        replica.publish().loop.pass(Replica.HEARTBEAT);
        for (int had = 3; had < 2 * HELD; had++) {
            reader.acknowledge(reader.socket.last().cursor());
        }
        requireWhole(reader.socket.events());
    }

    @Test
    void shouldMissNothingWhereOneThatIsAheadFallsBehind() {
        var ahead = replica();
        var there = ahead.connect().live("**");
        append(ahead, 0, 2);
        ahead.publish();
        var replica = replica();
        var reader = replica.connect();
        reader.filter = whileItLooks(1, () -> append(replica, HELD, 2 * HELD));
        replica.cold.ends = ahead.log.ends();
        reader.resume(there.cursor(), "**");
        replica.cold.ends = null;
        reader.socket.room = 0;
        append(replica, 0, HELD);
        replica.publish().publish();
        assertThat(reader.socket.ids()).isEmpty();

        reader.drain(Integer.MAX_VALUE);
        requireWhole(Stream.concat(there.socket.events().stream(), reader.socket.events().stream())
                .toList());
    }

    @Test
    void shouldMissNothingWhereAnEventCanNotBeFramed() {
        var replica = replica();
        var readers = List.of(replica.connect(), replica.connect());
        FrameFormat format = whileItFrames("e3", () -> append(replica, HELD, 2 * HELD));
        readers.forEach(reader -> reader.format = format);
        readers.forEach(reader -> reader.live("**"));
        append(replica, 0, HELD);
        replica.publish().publish();

        assertThat(readers).allSatisfy(reader -> requireWhole(reader.socket.events()));
    }

    @Test
    void shouldMissNothingWhereFramesCanNotBeClosed() {
        var replica = replica();
        var reader = replica.connect(whileItCloses(() -> append(replica, HELD, 2 * HELD)));
        reader.live("**");
        append(replica, 0, HELD);
        replica.publish().publish();

        requireWhole(reader.socket.events());
    }

    @Test
    void shouldMissNothingWhereOneOfThoseForWhomAnEventCanNotBeFramedFails() {
        var replica = replica();
        var reader = replica.connect();
        reader.live("**");
        // Whoever came last is first.
        var others = List.of(replica.connect(), replica.connect(), replica.connect());
        FrameFormat format = whileItFrames("e3", () -> {
            append(replica, HELD, 2 * HELD);
            replica.loop.refusal = new OutOfMemoryError("not even for a task");
        });
        others.forEach(other -> other.format = format);
        others.forEach(other -> other.live("**"));
        append(replica, 0, HELD);
        replica.publish().publish();

        requireWhole(reader.socket.events());
        assertThat(others)
                .allSatisfy(other ->
                        requireWhole(Stream.concat(other.socket.events().stream(), after(other.cursor()).stream())
                                .toList()));
        assertThat(others).filteredOn(other -> other.socket.ended != null).hasSize(1);
    }

    @Test
    void shouldLetOthersReadOnWhereMemoryHasMovedOnAndOneFails() {
        var replica = replica();
        var readers = List.of(replica.connect(), replica.connect(), replica.connect());
        for (int i = 0; i < readers.size(); i++) {
            var name = new DurableName(NAME.issuer(), NAME.subject(), "mobile" + i);
            readers.get(i).durable = new Durable(name, 100, replica.kafka.writer(name));
            readers.get(i).live("**");
        }
        append(replica, 0, 2 * HELD);
        replica.sessions.advanced();
        replica.loop.refusal = new OutOfMemoryError("not even for a task");
        replica.loop.run();

        assertThat(readers)
                .allSatisfy(reader ->
                        requireWhole(Stream.concat(reader.socket.events().stream(), after(reader.cursor()).stream())
                                .toList()));
        assertThat(readers).filteredOn(reader -> reader.socket.ended != null).hasSize(1);
    }

    @Test
    void shouldGiveANameNoFirstPositionBeyondWhatItsReaderAskedFor() {
        var replica = replica();
        append(replica, 0, HELD);
        replica.publish();
        var reader = replica.connect();
        reader.durable = new Durable(NAME, 100, replica.kafka.writer(NAME));
        // It looks from the newest to the oldest. The tail has not published what it takes this for.
        reader.filter = whileItLooks(HELD, () -> add(replica, HELD, 2 * HELD));
        reader.subscribe("s", new Start.Last(HELD), "**");
        Cursor first = replica.kafka.position(NAME);
        replica.publish();

        assertThat(after(first.toString()))
                .extracting(Frame::text)
                .containsExactlyInAnyOrderElementsOf(ids(0, 2 * HELD));
        requireWhole(reader.socket.events());
    }

    /** Whoever comes back after any of them misses nothing either. */
    private static void requireWhole(List<Frame> got) {
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
        add(replica, from, to);
        replica.log.publish();
    }

    private static void add(Replica replica, int from, int to) {
        for (int i = from; i < to; i++) {
            replica.log.append("c" + i % 4, "e" + i);
        }
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "e" + i).toList();
    }

    /** Lets everything pass, and has something happen when it is asked for the n-th time. */
    private static EventFilter whileItLooks(int n, Runnable something) {
        var asked = new AtomicInteger();
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
                if (asked.incrementAndGet() == n) {
                    something.run();
                }
                return super.stream();
            }
        });
    }

    /** Has something happen when an event is framed for the first time, and fails then. */
    private static FrameFormat whileItFrames(String id, Runnable something) {
        var failed = new AtomicBoolean();
        return new LineFormat(0) {
            @Override
            public void event(ByteBuf out, byte[] label, byte[] body, byte[] cursor) {
                if (new String(body, StandardCharsets.US_ASCII).endsWith("|" + id) && !failed.getAndSet(true)) {
                    something.run();
                    out.writeBytes(ascii("half a fra"));
                    throw new OutOfMemoryError("no memory just now");
                }
                super.event(out, label, body, cursor);
            }
        };
    }

    /** Has something happen when frames are closed for the first time, and fails then. */
    private static Envelope whileItCloses(Runnable something) {
        var failed = new AtomicBoolean();
        return new Envelope() {
            @Override
            public void begin(ByteBuf out) {}

            @Override
            public long end(ByteBuf out) {
                if (!failed.getAndSet(true)) {
                    something.run();
                    throw new OutOfMemoryError("no memory just now");
                }
                return 0;
            }
        };
    }
}
