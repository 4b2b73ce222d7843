package dev.sluice.system.fault;

import dev.sluice.client.SubscriptionRequest;
import dev.sluice.local.Component;
import dev.sluice.local.Service;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Roaming clients and steady producers on channels of their own, while faults are inflicted. What faults call is safe on any thread.
 */
final class Trial implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration TEND = Duration.ofMillis(20);
    private static final int TENDERS = 2;
    /** So many more events of each channel let us say that things go on. */
    private static final int PROGRESS = 5;

    private static final int BATCH = 20;

    private final Sluice sluice;
    private final Scale scale;
    private final Random random;
    private final String hall = Sluice.unique("faults");
    private final String bulk = hall + ".bulk";
    private final List<String> channels;
    private final Ledger ledger = new Ledger();
    private final List<RoamingClient> clients = new ArrayList<>();
    private final List<RoamingClient> late = new ArrayList<>();
    private final ScheduledExecutorService tenders = Executors.newScheduledThreadPool(TENDERS);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final String token;
    private final Producers producers;

    Trial(Sluice sluice, Scale scale, long seed) {
        this.sluice = sluice;
        this.scale = scale;
        this.random = new Random(seed);
        token = sluice.admin();
        channels = IntStream.range(0, scale.channels())
                .mapToObj(number -> hall + ".c" + number)
                .toList();
        producers = new Producers(sluice, ledger, channels, bulk, BATCH, scale.pause());
    }

    /** Returns when every client listens and events flow. */
    Trial begin() {
        IntStream.range(0, scale.clients()).mapToObj(this::client).forEach(client -> join(client, clients));
        await("that all clients listen", () -> clients.stream().allMatch(RoamingClient::isStarted));
        producers.resume();
        awaitProgress();
        return this;
    }

    /** A quarter each: one channel, two channels, all by a pattern, all of a type. Over all protocols and replicas. */
    private RoamingClient client(int number) {
        var own = channels.get(number % channels.size());
        var all = Stream.concat(channels.stream(), Stream.of(bulk)).toList();
        var request =
                switch (number % 4) {
                    case 0 -> SubscriptionRequest.to(own);
                    case 1 -> SubscriptionRequest.to(own, bulk);
                    case 2 -> SubscriptionRequest.to(hall + ".*");
                    default -> SubscriptionRequest.to(hall + ".**").filter("type = '" + Tick.EVEN + "'");
                };
        var entitled =
                switch (number % 4) {
                    case 0 -> List.of(own);
                    case 1 -> List.of(own, bulk);
                    default -> all;
                };
        Map<String, String> fromTheFirst = new LinkedHashMap<>();
        entitled.forEach(channel -> fromTheFirst.put(channel, ""));
        var diary = new Diary("client " + number, fromTheFirst, id -> number % 4 != 3 || Tick.isEven(id));
        var protocols = Protocol.values();
        // Both replicas of each protocol in turn.
        return roaming(request, diary, protocols[number / 2 % protocols.length], number, "");
    }

    private RoamingClient roaming(
            SubscriptionRequest request, Diary diary, Protocol protocol, int number, String cursor) {
        return new RoamingClient(
                sluice, token, request, diary, protocol, number % 2, cursor, new Random(random.nextLong()));
    }

    private void join(RoamingClient client, List<RoamingClient> group) {
        group.add(client);
        tenders.scheduleWithFixedDelay(() -> tend(client), 0, TEND.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void tend(RoamingClient client) {
        try {
            client.tend();
        } catch (RuntimeException broken) {
            client.diary().complain("failed: " + broken);
            throw broken;
        }
    }

    /** Lets everything come to rest, has readers who come late read all of it again, and compares. */
    Verdict verdict() {
        awaitProgress();
        producers.pause();
        await("that every event is acknowledged", producers::isQuiet);
        awaitCaughtUp(clients);
        channels.forEach(channel -> join(lateReader(channel), late));
        awaitCaughtUp(late);
        var truth = ledger.channels();
        return everybody().map(client -> Checker.check(truth, client.diary())).reduce(Verdict.NONE, Verdict::and);
    }

    /** Begins after the first event of a channel, by the cursor that the producer got for it. */
    private RoamingClient lateReader(String channel) {
        var first = ledger.firstWithCursor(channel);
        var protocols = Protocol.values();
        return roaming(
                SubscriptionRequest.to(channel),
                new Diary("late reader of " + channel, Map.of(channel, first), id -> true),
                protocols[random.nextInt(protocols.length)],
                late.size(),
                ledger.cursor(channel, first));
    }

    Sluice sluice() {
        return sluice;
    }

    Scale scale() {
        return scale;
    }

    Ledger ledger() {
        return ledger;
    }

    Producers producers() {
        return producers;
    }

    List<RoamingClient> clients() {
        return List.copyOf(clients);
    }

    /** Those who listened from the first event on, and those who came late. */
    Stream<RoamingClient> everybody() {
        return Stream.concat(clients.stream(), late.stream());
    }

    int acknowledged() {
        return ledger.channels().values().stream()
                .mapToInt(Ledger.Channel::acknowledged)
                .sum();
    }

    int random(int bound) {
        return random.nextInt(bound);
    }

    /** @param which 0, 1 or 2; nobody is in two thirds */
    List<RoamingClient> third(int which) {
        return IntStream.range(0, clients.size())
                .filter(number -> number % 3 == which)
                .mapToObj(clients::get)
                .toList();
    }

    /** Of the last third, those who read all channels. */
    List<RoamingClient> readersOfEverything() {
        return third(2).stream()
                .filter(client -> client.diary().entitled().size() > channels.size())
                .toList();
    }

    List<Service> edges(int replica) {
        return Component.EDGES.stream()
                .map(edge -> sluice.stack().service(edge, replica))
                .toList();
    }

    List<Service> oneOfEachEdge() {
        return Component.EDGES.stream()
                .map(edge -> sluice.stack().service(edge, random.nextInt(2)))
                .toList();
    }

    <T> void inParallel(Collection<T> items, Consumer<T> action) {
        items.stream()
                .map(item -> CompletableFuture.runAsync(() -> action.accept(item), threads))
                .toList()
                .forEach(CompletableFuture::join);
    }

    /** Acts, and waits until that many posts had to be repeated. */
    void untilRepeated(int posts, Runnable action) {
        var before = producers.repeats();
        action.run();
        await("that posts are repeated", () -> producers.repeats() >= before + posts);
    }

    /** Acts, and waits until so many of the clients have come back so often. */
    void untilComeBack(List<RoamingClient> who, int howMany, int times, Runnable action) {
        Map<RoamingClient, Integer> before = new LinkedHashMap<>();
        who.forEach(client -> before.put(client, client.resumed()));
        action.run();
        await(
                howMany + " clients to come back",
                () -> before.entrySet().stream()
                                .filter(entry -> entry.getKey().resumed() >= entry.getValue() + times)
                                .count()
                        >= howMany);
    }

    /** Waits until each channel has had some more events acknowledged. */
    void awaitProgress() {
        var before = ledger.channels();
        Stream.concat(channels.stream(), Stream.of(bulk)).forEach(channel -> {
            var so = before.containsKey(channel) ? before.get(channel).acknowledged() : 0;
            await("more events of " + channel, () -> ledger.acknowledged(channel) >= so + PROGRESS);
        });
    }

    /** Waits until no edge can have anything in memory that it has now. */
    void awaitForgotten() {
        var before = acknowledged();
        await("that edges have forgotten", () -> acknowledged() > before + 2 * FaultsIT.MEMORY_EVENTS);
    }

    /** Waits until they have everything that was acknowledged by now; for as long as they get nearer to it, because a machine may be busy. */
    void awaitCaughtUp(List<RoamingClient> who) {
        var newest = newest();
        var left = Long.MAX_VALUE;
        while (true) {
            try {
                await("that clients have read everything", () -> who.stream()
                        .allMatch(client -> lacking(client, newest).isEmpty()));
                return;
            } catch (ConditionTimeoutException late) {
                var lacked = who.stream().mapToLong(this::behind).sum();
                if (lacked >= left) {
                    throw new AssertionError(
                            who.stream()
                                    .filter(client -> !lacking(client, newest).isEmpty())
                                    .map(client -> client + ", lacks " + behind(client) + ", among them "
                                            + lacking(client, newest))
                                    .collect(Collectors.joining("\n")),
                            late);
                }
                left = lacked;
            }
        }
    }

    /** The last events of each channel, of both types. */
    private Map<String, List<String>> newest() {
        Map<String, List<String>> newest = new LinkedHashMap<>();
        ledger.channels().forEach((name, channel) -> {
            var acknowledged = channel.order().subList(0, channel.acknowledged());
            newest.put(name, acknowledged.subList(Math.max(0, acknowledged.size() - 2), acknowledged.size()));
        });
        return newest;
    }

    private static List<String> lacking(RoamingClient client, Map<String, List<String>> newest) {
        var diary = client.diary();
        return diary.entitled().keySet().stream()
                .flatMap(channel -> newest.getOrDefault(channel, List.of()).stream())
                .filter(id -> diary.wants(id) && !diary.has(id))
                .toList();
    }

    /** How many acknowledged events the client has not got. */
    long behind(RoamingClient client) {
        var diary = client.diary();
        return ledger.channels().entrySet().stream()
                .filter(channel -> diary.entitled().containsKey(channel.getKey()))
                .flatMap(channel -> channel.getValue().order().stream())
                .filter(id -> diary.wants(id) && !diary.has(id))
                .count();
    }

    /** Some faults last. */
    void letPass(Duration time) {
        var end = System.nanoTime() + time.toNanos();
        await("that it lasted " + time, () -> System.nanoTime() - end >= 0);
    }

    void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(condition);
    }

    @Override
    public void close() throws InterruptedException {
        producers.close();
        tenders.shutdownNow();
        threads.shutdownNow();
        if (!tenders.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("clients are still being tended");
        }
        everybody().forEach(RoamingClient::close);
    }
}
