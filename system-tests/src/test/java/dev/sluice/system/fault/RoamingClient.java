package dev.sluice.system.fault;

import dev.sluice.client.Connection;
import dev.sluice.client.Received;
import dev.sluice.client.Refusal;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Network;
import dev.sluice.system.stack.Sluice;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A client that does not give up: whenever its connection ends, or has been silent for longer than a heartbeat should take, it comes
 * back with its cursor on another replica, and in a third of the cases on another protocol. {@link #tend()} has to be called again and
 * again, by one thread at a time; everything else is safe on any.
 */
final class RoamingClient implements AutoCloseable {

    private static final int REPLICAS = 2;
    private static final Duration LEAST_PATIENCE = Duration.ofSeconds(3);
    private static final Duration MORE_PATIENCE = Duration.ofSeconds(4);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(300);
    /** What a server may say when it lets a client go, besides nothing. */
    private static final Set<String> COME_AGAIN = Set.of("unavailable", "draining", "max-age");

    private final Sluice sluice;
    private final String token;
    private final SubscriptionRequest request;
    private final Diary diary;
    private final Random random;
    private final Network network = new Network();
    private final long patienceNanos;
    private final AtomicInteger resumed = new AtomicInteger();
    private final AtomicInteger switched = new AtomicInteger();

    private volatile Protocol protocol;
    private Protocol before;
    private volatile int replica;
    private volatile String cursor;
    private volatile @Nullable Connection connection;
    private int read;
    private boolean admitted;
    private volatile long heardNanos;
    private long notBeforeNanos;
    private volatile boolean started;
    private volatile boolean away;
    private volatile boolean restless;

    /** @param cursor where to begin; empty: with what is posted from now on */
    RoamingClient(
            Sluice sluice,
            String token,
            SubscriptionRequest request,
            Diary diary,
            Protocol protocol,
            int replica,
            String cursor,
            Random random) {
        this.sluice = sluice;
        this.token = token;
        this.request = request;
        this.diary = diary;
        this.protocol = protocol;
        this.before = protocol;
        this.replica = replica;
        this.cursor = cursor;
        this.random = random;
        patienceNanos = LEAST_PATIENCE.toNanos() + (long) (random.nextDouble() * MORE_PATIENCE.toNanos());
    }

    Diary diary() {
        return diary;
    }

    Network network() {
        return network;
    }

    /** Whether it has a cursor, so that it is entitled to all that follows. */
    boolean isStarted() {
        return started;
    }

    /** How often it has come back and was let in. */
    int resumed() {
        return resumed.get();
    }

    /** How often it has come back on another protocol. */
    int switched() {
        return switched.get();
    }

    /** Leaves, and stays away. */
    void leave() {
        away = true;
    }

    void comeBack() {
        away = false;
    }

    /** Leaves its connection for another one. */
    void moveOn() {
        restless = true;
    }

    /** Takes what has come, and sees to it that there is a connection. Never waits. */
    void tend() {
        var present = connection;
        if (present == null) {
            if (!away && System.nanoTime() - notBeforeNanos >= 0) {
                connect();
            }
            return;
        }
        var refused = take(present);
        var end = present.ended();
        if (end.isPresent()) {
            // What came between the two looks belongs to it.
            take(present);
            judge(end.get());
        }
        if (refused || end.isPresent() || away || restless || System.nanoTime() - heardNanos > patienceNanos) {
            present.close();
            connection = null;
            restless = false;
            elsewhere();
        }
    }

    private void connect() {
        var from = cursor.isEmpty() ? request : request.cursor(cursor);
        read = 0;
        admitted = false;
        heardNanos = System.nanoTime();
        connection = protocol.subscribe(network.to(sluice.url(protocol.edge(), replica)), token, from);
    }

    /** @return whether the subscription was refused */
    private boolean take(Connection from) {
        var received = from.received();
        for (; read < received.size(); read++) {
            heardNanos = System.nanoTime();
            if (note(received.get(read))) {
                return true;
            }
        }
        return false;
    }

    /**
     * An event and the cursor after it are noted together, so that none is had without the other.
     *
     * @return whether it is a refusal
     */
    private boolean note(Received message) {
        if (message instanceof Received.Answer answer && answer.isError()) {
            judge(new Refusal("error", answer.members().path("reason").asText(), "", answer.toString()));
            return true;
        }
        if (message instanceof Received.Event event) {
            event(event);
        } else if (message instanceof Received.Control control && control.kind().equals("gap")) {
            diary.gap(control.members().path("reason").asText());
        }
        if (!message.cursor().isEmpty()) {
            cursor = message.cursor();
            if (!admitted) {
                admitted = true;
                admitted();
            }
        }
        return false;
    }

    private void admitted() {
        if (started) {
            resumed.incrementAndGet();
            if (protocol != before) {
                switched.incrementAndGet();
            }
        }
        started = true;
        before = protocol;
    }

    /** Every event says in its data what it is; what a protocol shows besides has to agree. */
    private void event(Received.Event event) {
        var id = Tick.idOf(event.text());
        var channel = Tick.channelOf(id);
        diary.got(channel, id);
        if (!event.channel().isEmpty() && !event.channel().equals(channel)
                || !event.id().isEmpty() && !event.id().equals(id)) {
            diary.complain("got " + event + " with the data of " + id);
        }
    }

    /** An end may come at any time; but whoever does nothing wrong must not be told so. */
    private void judge(Refusal end) {
        var isFine = end.reason().isEmpty()
                ? !end.code().matches("protocol violation|4\\d\\d|500")
                : COME_AGAIN.contains(end.reason());
        if (!isFine) {
            diary.complain("was sent away on " + protocol + " with the cursor '" + cursor + "': " + end);
        }
    }

    private void elsewhere() {
        replica = (replica + 1) % REPLICAS;
        if (random.nextInt(3) == 0) {
            var all = Protocol.values();
            protocol = all[(protocol.ordinal() + 1 + random.nextInt(all.length - 1)) % all.length];
        }
        notBeforeNanos = System.nanoTime() + (long) (random.nextDouble() * LONGEST_PAUSE.toNanos());
    }

    /** For messages; not all of it may be of the same moment. */
    @Override
    public String toString() {
        var present = connection;
        return diary.name() + " on " + protocol + ", replica " + replica + ", after '" + cursor + "', "
                + (present == null
                        ? "not connected"
                        : present.received().size() + " messages over this connection, heard "
                                + Duration.ofNanos(System.nanoTime() - heardNanos)
                                        .toMillis() + " ms ago, end "
                                + present.ended())
                + (away ? ", away" : "") + ", complaints " + diary.complaints();
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
        }
        network.close();
    }
}
