package dev.sluice.edge.conversation;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.edge.publish.PublisherClient;
import dev.sluice.edge.request.Fields;
import dev.sluice.edge.request.SubscriptionSpec;
import dev.sluice.fanout.session.FrameFormat;
import dev.sluice.fanout.session.Session;
import dev.sluice.fanout.session.SubscribeListener;
import dev.sluice.fanout.session.SubscriptionRequest;
import dev.sluice.identity.Caller;
import io.netty.util.concurrent.EventExecutor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's side of a connection over which it does more than listen: subscribes, publishes, renews its token. Belongs to the
 * session's event loop.
 */
public final class Conversation {
    /** So many unusable messages in a row, or so many too fast, are no accident. */
    private static final int PATIENCE = 10;

    private static final Duration AFTER_TOO_FAST = Duration.ofSeconds(2);
    /** Of those that wait for Kafka at a time. */
    private static final int MOST_ACKNOWLEDGEMENTS = 256;

    private static final int MOST_SUBSCRIPTIONS = 100;
    private static final int LONGEST_ID = 100;

    private final Session session;
    private final EventExecutor loop;
    private final Dialect dialect;
    private final PublisherClient publisher;
    private final TokenVerifier verifier;

    private Caller caller;
    private String token;
    private int strikes;
    private final Publishes publishes;
    private int acknowledging;
    private int renewing;
    private int subscribing;
    /** What to do when there is nothing left to say; null as long as the client may still ask. */
    private @Nullable Runnable end;

    /** Verifies a token; the answer comes on any thread, with one of the two set. */
    @FunctionalInterface
    public interface TokenVerifier {
        void verify(String token, BiConsumer<@Nullable Caller, @Nullable Problem> answer);

        /** Why the token of a caller is no longer taken; empty when it still is. At once. */
        default Optional<Problem> refusal(Caller caller) {
            return Optional.empty();
        }
    }

    /** @param token of the caller; it is passed on to the publisher */
    public Conversation(
            Session session,
            EventExecutor loop,
            Dialect dialect,
            PublisherClient publisher,
            TokenVerifier verifier,
            Caller caller,
            String token) {
        this.session = session;
        this.loop = loop;
        this.dialect = dialect;
        this.publisher = publisher;
        this.verifier = verifier;
        this.caller = caller;
        this.token = token;
        this.publishes = new Publishes(loop, publisher, () -> this.token, this::answer);
    }

    /** Does what the client asks; the reply is written when it is done. */
    public void handle(Operation operation) {
        int before = strikes;
        try {
            if (operation.id().isEmpty() || operation.id().length() > LONGEST_ID) {
                throw Problem.malformed("id", "an operation has an id of 1 to " + LONGEST_ID + " characters")
                        .rejected();
            }
            if (operation instanceof Operation.Subscribe subscribe) {
                subscribe(subscribe.id(), subscribe.spec());
            } else if (operation instanceof Operation.Unsubscribe unsubscribe) {
                unsubscribe(unsubscribe);
            } else if (operation instanceof Operation.Publish publish) {
                publishes.add(publish);
            } else if (operation instanceof Operation.Ack ack) {
                acknowledge(ack);
            } else if (operation instanceof Operation.Auth auth) {
                renew(auth);
            } else if (operation instanceof Operation.Ping ping) {
                answer(new Reply.Pong(ping.id()));
            }
            if (strikes == before) {
                // None came by way of a listener.
                strikes = 0;
            }
        } catch (Rejected refusal) {
            refuse(operation.id(), refusal.problem());
        }
    }

    /**
     * A message that could not be read or may not be.
     *
     * @param id of the operation as far as it could be read; else empty
     */
    public void refuse(String id, Problem problem) {
        session.countRefusal(problem);
        answer(new Reply.Failed(id, problem));
        boolean tooFast = problem.limit() == Limit.MESSAGE_RATE || problem.limit() == Limit.BYTE_RATE;
        if ((tooFast || problem.reason() == Reason.MALFORMED) && ++strikes >= PATIENCE) {
            session.close(problem.reason(), tooFast ? AFTER_TOO_FAST : Duration.ZERO);
        }
    }

    /**
     * The client asks no more. What it has asked is answered, and its subscriptions go on.
     *
     * @param nothingLeft to be done when all is answered and there is no subscription any more; not when the session ends before
     */
    public void finish(Runnable nothingLeft) {
        end = nothingLeft;
        session.whenIdle(this::endIfDone);
        loop.execute(this::endIfDone);
    }

    private void endIfDone() {
        Runnable nothingLeft = end;
        boolean busy = publishes.waiting() + acknowledging + renewing + subscribing + session.size() > 0;
        if (nothingLeft != null && !busy && !session.isClosed()) {
            end = null;
            // After the flush of the last answer, which stands in line.
            loop.execute(nothingLeft);
        }
    }

    private void subscribe(String id, SubscriptionSpec spec) throws Rejected {
        if (session.size() >= MOST_SUBSCRIPTIONS) {
            throw Problem.of(Reason.LIMITED, "a connection has at most " + MOST_SUBSCRIPTIONS + " subscriptions")
                    .beyond(Limit.SUBSCRIPTIONS)
                    .rejected();
        }
        FrameFormat format = dialect.events(spec.form(), spec.fields().orElse(Fields.ALL));
        SubscriptionRequest request = spec.request(id, caller, format, publisher.positions(() -> token));
        subscribing++;
        session.subscribe(request, new SubscribeListener() {
            @Override
            public void started(byte[] cursor) {
                subscribing--;
                answer(new Reply.Subscribed(id, ascii(cursor), session.heartbeatInterval()));
            }

            @Override
            public void refused(Problem problem) {
                subscribing--;
                refuse(id, problem);
            }
        });
    }

    private void acknowledge(Operation.Ack ack) throws Rejected {
        if (acknowledging >= MOST_ACKNOWLEDGEMENTS) {
            throw Problem.of(
                            Reason.LIMITED,
                            "at most " + MOST_ACKNOWLEDGEMENTS + " acknowledgements may wait for their answer")
                    .beyond(Limit.WAITING)
                    .rejected();
        }
        session.acknowledge(
                ack.subscription(),
                Cursor.parse("cursor", ack.cursor()),
                problem -> loop.execute(() -> {
                    acknowledging--;
                    problem.ifPresentOrElse(
                            refusal -> refuse(ack.id(), refusal),
                            () -> answer(new Reply.Acked(ack.id(), ack.subscription())));
                }));
        // Of those alone that were taken; the answer comes in a later turn of the loop.
        acknowledging++;
    }

    private void unsubscribe(Operation.Unsubscribe operation) throws Rejected {
        byte[] cursor = session.unsubscribe(operation.subscription());
        if (cursor == null) {
            throw new Problem(Reason.NOT_FOUND, "subscription", "there is no such subscription on this connection")
                    .rejected();
        }
        answer(new Reply.Unsubscribed(operation.id(), operation.subscription(), ascii(cursor)));
    }

    private void renew(Operation.Auth auth) {
        renewing++;
        verifier.verify(
                auth.token(),
                (fresh, problem) -> loop.execute(() -> {
                    renewing--;
                    if (session.isClosed()) {
                        return;
                    }
                    if (fresh == null) {
                        refuse(
                                auth.id(),
                                problem == null
                                        ? Problem.of(Reason.UNAUTHENTICATED, "the token is not valid")
                                        : problem);
                    } else if (!fresh.isSameUser(caller)) {
                        refuse(auth.id(), new Problem(Reason.FORBIDDEN, "token", "this token is of another user"));
                    } else {
                        renewed(auth, fresh);
                    }
                }));
    }

    private void renewed(Operation.Auth auth, Caller fresh) {
        boolean sameFilter =
                fresh.permissions().filter().equals(caller.permissions().filter());
        caller = fresh;
        token = auth.token();
        session.renew(fresh.token(), fresh.expires());
        // One that was taken back since it was verified; what comes after this finds the session.
        Optional<Problem> revoked = verifier.refusal(fresh);
        if (revoked.isPresent()) {
            session.close(revoked.get().reason(), Duration.ZERO);
            return;
        }
        answer(new Reply.Authenticated(auth.id(), fresh.expires()));
        for (SubscriptionRequest request : List.copyOf(session.subscriptions())) {
            boolean allowed = request.channels().stream().allMatch(pattern -> fresh.permissions()
                    .refuseSubscribe("channels", pattern)
                    .isEmpty());
            // A subscription has the filter of the token that it was made with; under another one it has to be made
            // anew.
            if (!allowed || !sameFilter) {
                session.closeSubscription(request.name(), Reason.FORBIDDEN);
            }
        }
    }

    private void answer(Reply reply) {
        session.write(out -> dialect.reply(out, reply));
        if (end != null) {
            loop.execute(this::endIfDone);
        }
    }

    private static String ascii(byte[] cursor) {
        return new String(cursor, StandardCharsets.US_ASCII);
    }
}
