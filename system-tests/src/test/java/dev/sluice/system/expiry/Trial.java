package dev.sluice.system.expiry;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Connection;
import dev.sluice.client.Conversation;
import dev.sluice.client.Credential;
import dev.sluice.client.Json;
import dev.sluice.client.Received;
import dev.sluice.client.Refusal;
import dev.sluice.client.http.SteadyProducer;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.client.Expect;
import dev.sluice.system.stack.Sluice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row, tried: a client whose token expires and that comes back with a fresh one, and, where a token can be renewed over the
 * connection, one that does so. Both read the same numbers. One thread runs it; another asks for the facts afterwards.
 */
final class Trial implements AutoCloseable {
    static final Duration TTL = Duration.ofSeconds(20);
    /** How long the stack takes a token after its expiry. */
    private static final Duration SKEW = Duration.ofSeconds(1);
    /** The server may end a stream that much before, by its own rounding. */
    private static final Duration ROUNDING = Duration.ofMillis(50);

    private static final int MEANWHILE = 10;

    private final Row row;
    private final Sluice sluice;
    private final SteadyProducer producer;
    private final String channel;
    private final String start;
    private final List<Connection> connections = new ArrayList<>();

    private Instant expires = Instant.MAX;
    private Instant renewedBefore = Instant.MAX;
    private @Nullable Connection first;
    private @Nullable Connection second;
    private @Nullable Conversation renewed;
    private Refusal oldToken = new Refusal("", "", "", "");

    /** @param start the cursor before number 0 */
    Trial(Row row, Sluice sluice, SteadyProducer producer, String channel, String start) {
        this.row = row;
        this.sluice = sluice;
        this.producer = producer;
        this.channel = channel;
        this.start = start;
    }

    Row row() {
        return row;
    }

    void run() {
        if (row.kind() == Row.Kind.CONVERSATION) {
            var token = mint();
            renewedBefore = expiry(token);
            renewed = (Conversation) open(credential(token), 0, start);
        }
        var token = mint();
        expires = expiry(token);
        var credential = credential(token);
        var connection = open(credential, 0, start);
        first = connection;
        if (row.kind() != Row.Kind.POLL) {
            assertWarned(connection, expires);
        }
        if (renewed != null) {
            renew(renewed);
        }
        var end = Expect.end(connection);
        assertThat(Instant.now()).as("the end").isAfterOrEqualTo(expires.minus(ROUNDING));
        assertThat(end.summary()).isEqualTo(row.end());

        oldToken = Expect.end(open(credential, 0, start));
        var after = producer.acknowledged().size() + MEANWHILE;
        Expect.until("events meanwhile", () -> producer.acknowledged().size() >= after);
        second = open(credential(sluice.token("alice")), 1, cursor(connection));
    }

    private String mint() {
        return sluice.mint(TokenRequest.of("alice").ttl(TTL));
    }

    private Credential credential(String token) {
        return row.way().with(token, sluice.url(row.edge(), 0), row.path());
    }

    private Connection open(Credential credential, int replica, String cursor) {
        var connection = row.opener()
                .open(sluice.url(row.edge(), replica), credential, to(channel).cursor(cursor));
        synchronized (connections) {
            connections.add(connection);
        }
        return connection;
    }

    /** When the server ends what this token has opened. */
    private static Instant expiry(String token) {
        var claims = new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
        return Instant.ofEpochSecond(Json.parse(claims).path("exp").asLong()).plus(SKEW);
    }

    private static void assertWarned(Connection connection, Instant expires) {
        var expiring = Expect.control(connection, "expiring");
        assertThat(Instant.parse(expiring.members().path("tokenExpires").asText()))
                .isEqualTo(expires);
        assertThat(connection.controls("close"))
                .as("closed before it was warned")
                .isEmpty();
    }

    private void renew(Conversation conversation) {
        assertWarned(conversation, renewedBefore);
        conversation.auth("fresh", sluice.token("alice"));
        var answer = Expect.answer(conversation, "fresh");
        assertThat(answer.op()).isEqualTo("authenticated");
        assertThat(Instant.parse(answer.members().path("tokenExpires").asText()))
                .isAfter(renewedBefore.plus(TTL));
    }

    /** Where the first connection says that it ended. */
    private String cursor(Connection ended) {
        if (row.kind() == Row.Kind.POLL) {
            var events = ended.events();
            return events.get(events.size() - 1).cursor();
        }
        var close = ended.controls("close").get(0);
        var received = ended.received();
        assertThat(received.get(received.size() - 1)).as("the last message").isEqualTo(close);
        assertThat(close.members().path("reason").asText()).isEqualTo("token-expired");
        assertThat(close.members().path("reconnectAfterMs").asLong()).isNotNegative();
        assertThat(close.cursor()).isNotEmpty();
        return close.cursor();
    }

    /** After it has run, and the producer has stopped: waits for the last number, and says what came of it all. */
    Facts facts() {
        var numbers = producer.acknowledged();
        var last = numbers.get(numbers.size() - 1).toString();
        var came = new ArrayList<>(numbersOf(present(first)));
        var before = came.size();
        Expect.eventWith(present(second), last);
        came.addAll(numbersOf(present(second)));
        if (renewed != null) {
            Expect.eventWith(renewed, last);
        }
        return new Facts(
                row,
                oldToken.summary(),
                before,
                postedAfter(expires, numbersOf(present(first))),
                came.size() - before,
                came.equals(numbers),
                renewed == null ? 0 : postedAfter(renewedBefore, numbersOf(renewed)),
                renewed == null || numbersOf(renewed).equals(numbers));
    }

    private int postedAfter(Instant time, List<Integer> numbers) {
        return (int) numbers.stream()
                .filter(number -> producer.sent(number).isAfter(time))
                .count();
    }

    private static List<Integer> numbersOf(Connection connection) {
        return connection.events().stream()
                .map(Received.Event::text)
                .map(Integer::valueOf)
                .toList();
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("it has not run");
        }
        return value;
    }

    @Override
    public void close() {
        synchronized (connections) {
            connections.forEach(Connection::close);
        }
    }
}
