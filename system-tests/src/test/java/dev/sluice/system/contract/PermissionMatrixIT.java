package dev.sluice.system.contract;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sluice.client.Connection;
import dev.sluice.client.NewEvent;
import dev.sluice.client.grpc.Channels;
import dev.sluice.client.grpc.GrpcRefusals;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import dev.sluice.local.Component;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everybody against everything: who may do what is worked out by {@link Grants}, from what the rules of the local stack say. */
@Tag("full")
@ExtendWith(SharedSluice.class)
class PermissionMatrixIT {
    private static final List<String> EVERYBODY = List.of("public.**", "rooms.**");

    private static final List<String> PATTERNS = List.of(
            "public.x",
            "public.*",
            "public.*.x",
            "public.**",
            "rooms.x.**",
            "rooms",
            "public",
            "users",
            "users.*",
            "users.**",
            "users.*.x",
            "users.*.*.x",
            "users.*.**",
            "users.alice.x",
            "users.alice",
            "users.alice.*",
            "users.alice.**",
            "users.bob.x",
            "orders.x",
            "orders.*",
            "orders.**",
            "orders.x.x",
            "*",
            "*.x",
            "*.*",
            "*.alice.x",
            "*.**",
            "**");

    private static final List<String> CHANNELS =
            List.of("public.x", "rooms.x", "rooms.x.x", "rooms", "users.alice.x", "users.bob.x", "orders.x", "x");

    /** For each user and pattern whether it is granted; worked out once for all protocols. */
    private static final Map<User, Map<String, Boolean>> GRANTED = new ConcurrentHashMap<>();

    private final Sluice sluice;

    PermissionMatrixIT(Sluice sluice) {
        this.sluice = sluice;
    }

    /**
     * @param own the segment that the subject becomes, by hand
     * @param subscribe what the token grants besides the rules
     */
    private record User(String subject, String own, Set<String> roles, List<String> subscribe, List<String> publish) {

        static User of(String subject, String own, String... roles) {
            return new User(subject, own, Set.of(roles), List.of(), List.of());
        }

        TokenRequest token() {
            var token = TokenRequest.of(subject);
            for (var role : roles) {
                token = token.role(role);
            }
            return subscribe.isEmpty() && publish.isEmpty()
                    ? token
                    : token.claim("sluice", Map.of("subscribe", subscribe, "publish", publish));
        }

        Grants readable() {
            return new Grants(Stream.of(
                            EVERYBODY,
                            List.of("users." + own + ".**"),
                            roles.contains("reader") ? List.of("**") : List.<String>of(),
                            subscribe)
                    .flatMap(List::stream)
                    .toList());
        }

        Grants writable() {
            return new Grants(Stream.of(
                            List.of("rooms.**"),
                            roles.contains("publisher") ? List.of("**") : List.<String>of(),
                            publish)
                    .flatMap(List::stream)
                    .toList());
        }

        /** Enough to tell any two of the patterns from each other. */
        List<String> words() {
            return List.copyOf(new TreeSet<>(
                    List.of("public", "rooms", "users", "orders", "alice", "bob", "x", "%2A", "anything", own)));
        }

        List<String> patterns() {
            return Stream.concat(
                            PATTERNS.stream(), Stream.of("users." + own + ".x", "users." + own + ".**", "users." + own))
                    .distinct()
                    .toList();
        }

        @Override
        public String toString() {
            return "'" + subject + "' " + roles + " " + subscribe + " " + publish;
        }
    }

    private static List<User> users() {
        return List.of(
                User.of("alice", "alice"),
                User.of("carol", "carol", "reader"),
                User.of("dave", "dave", "publisher"),
                User.of("erin", "erin", "publisher", "reader"),
                // Roles that do not exist, or not so.
                User.of("frank", "frank", "READER", "sluice-admin", "*"),
                new User("grace", "grace", Set.of(), List.of("orders.*"), List.of("orders.x")),
                // Two that overlap, and together are more than each.
                new User("heidi", "heidi", Set.of(), List.of("*.x", "users.*.x"), List.of("users.*.x")),
                new User("ivan", "ivan", Set.of(), List.of("*.alice.**"), List.of("**")),
                // Subjects that mean to be something else.
                User.of("*", "%2A"),
                User.of("**", "%2A%2A"),
                User.of("..", "%2E%2E"),
                User.of("alice.x", "alice%2Ex"),
                User.of("%2e", "%252e"),
                User.of("%2A", "%252A"),
                User.of("alice/../bob", "alice%2F%2E%2E%2Fbob"),
                User.of("{sub}", "%7Bsub%7D"),
                User.of(" alice", "%20alice"),
                User.of("älice", "%C3%A4lice"),
                User.of("alice\u0000", "alice%00"),
                User.of("ALICE", "ALICE"));
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldLetEverybodySubscribeToExactlyWhatIsGranted(Protocol protocol) {
        var wrong = new ArrayList<String>();
        var tried = 0;
        for (var user : users()) {
            var token = sluice.mint(user.token());
            var granted = GRANTED.computeIfAbsent(user, PermissionMatrixIT::granted);
            Map<String, Connection> connections = new LinkedHashMap<>();
            try {
                user.patterns()
                        .forEach(pattern -> connections.put(pattern, sluice.subscribe(protocol, token, to(pattern))));
                for (var entry : connections.entrySet()) {
                    boolean allowed = granted.getOrDefault(entry.getKey(), false);
                    var refusal = refusal(entry.getValue());
                    var expected = allowed ? "" : protocol.refusal("forbidden", protocol.channelField(0));
                    if (!refusal.equals(expected)) {
                        wrong.add(user + " " + entry.getKey() + ": '" + refusal + "' instead of '" + expected + "'");
                    }
                    tried++;
                }
            } finally {
                connections.values().forEach(Connection::close);
            }
        }
        System.out.printf("PermissionMatrixIT: %s, %d subscriptions tried, %d wrong%n", protocol, tried, wrong.size());
        assertThat(wrong).isEmpty();
        assertThat(tried).isGreaterThan(500);
    }

    private static Map<String, Boolean> granted(User user) {
        var readable = user.readable();
        return user.patterns().stream()
                .collect(Collectors.toMap(pattern -> pattern, pattern -> readable.allow(pattern, user.words())));
    }

    /** Empty when it was let in. */
    private static String refusal(Connection connection) {
        return Expect.eventually("an answer", () -> connection
                .refusal()
                .map(refusal -> refusal.summary())
                .or(() -> connection.start().map(cursor -> "")));
    }

    @Test
    void shouldLetEverybodyPublishExactlyWhereIsGranted() {
        var wrong = new ArrayList<String>();
        var tried = 0;
        var publisher = Channels.open(sluice.url(Component.PUBLISHER));
        try {
            for (var user : users()) {
                var token = sluice.mint(user.token());
                var stub = PublisherServiceGrpc.newBlockingStub(Channels.withToken(publisher, token));
                try (var socket = Talk.WEBSOCKET.open(sluice, token);
                        var call = Talk.GRPC_CONNECT.open(sluice, token)) {
                    for (var channel : CHANNELS) {
                        var event = NewEvent.text(channel, "matrix");
                        socket.publish(channel, event);
                        call.publish(channel, event);
                        var answers = Map.of(
                                "HTTP",
                                sluice.producer(token).post(event).status() == 201,
                                "gRPC",
                                isPublished(stub, channel),
                                "WebSocket",
                                !Expect.answer(socket, channel).isError(),
                                "Connect",
                                !Expect.answer(call, channel).isError());
                        var allowed = user.writable().allow(channel, user.words());
                        answers.entrySet().stream()
                                .filter(answer -> answer.getValue() != allowed)
                                .map(answer ->
                                        user + " " + channel + " by " + answer.getKey() + ": " + answer.getValue())
                                .forEach(wrong::add);
                        tried += answers.size();
                    }
                }
            }
        } finally {
            publisher.shutdownNow();
        }
        System.out.printf("PermissionMatrixIT: %d posts tried, %d wrong%n", tried, wrong.size());
        assertThat(wrong).isEmpty();
    }

    private static boolean isPublished(PublisherServiceGrpc.PublisherServiceBlockingStub stub, String channel) {
        try {
            return !stub.publish(PublishRequest.newBuilder()
                            .setChannel(channel)
                            .setPayload(ByteString.copyFromUtf8("matrix"))
                            .build())
                    .getCursor()
                    .isEmpty();
        } catch (StatusRuntimeException refusal) {
            assertThat(GrpcRefusals.of(refusal).summary()).isEqualTo("PERMISSION_DENIED forbidden channel");
            return false;
        }
    }

    /** A cursor says where somebody stood, and gives no right to anything. */
    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldAskAgainWhoComesBackWithACursor(Protocol protocol) {
        var channel = Sluice.unique("orders.resumed");
        var cursor = sluice.producer().text(channel, "1");
        sluice.producer().text(channel, "2");
        var reader = sluice.mint(TokenRequest.of("alice").role("reader"));
        try (var allowed = sluice.subscribe(protocol, reader, to(channel).cursor(cursor));
                var refused = sluice.subscribe(
                        protocol, sluice.token("alice"), to(channel).cursor(cursor))) {
            Expect.eventWith(allowed, "2");
            assertThat(refusal(refused)).isEqualTo(protocol.refusal("forbidden", protocol.channelField(0)));
            assertThat(refused.events()).isEmpty();
        }
    }
}
