package dev.sluice.edge.conversation;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.edge.publish.PublisherClient;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a client publishes over its connection, one after the other on each channel: it reaches the log in the order in which the client sent
 * it. Belongs to the connection's event loop.
 */
final class Publishes {
    /** Of those that wait for Kafka at a time. */
    private static final int MOST = 256;

    private final EventExecutor loop;
    private final PublisherClient publisher;
    private final Supplier<String> token;
    private final Consumer<Reply> answer;
    /** What waits, by channel; the first of each is under way. */
    private final Map<String, Deque<Operation.Publish>> lines = new HashMap<>();

    private int waiting;

    /**
     * @param token that each is published with, as it is by then
     * @param answer takes each reply, on the loop
     */
    Publishes(EventExecutor loop, PublisherClient publisher, Supplier<String> token, Consumer<Reply> answer) {
        this.loop = loop;
        this.publisher = publisher;
        this.token = token;
        this.answer = answer;
    }

    /** How many are not answered yet. */
    int waiting() {
        return waiting;
    }

    /** @throws Rejected {@code limited}, when too many wait */
    void add(Operation.Publish operation) throws Rejected {
        if (waiting >= MOST) {
            throw Problem.of(Reason.LIMITED, "at most " + MOST + " publishes may wait for their answer")
                    .beyond(Limit.WAITING)
                    .rejected();
        }
        waiting++;
        Deque<Operation.Publish> line =
                lines.computeIfAbsent(operation.request().getChannel(), channel -> new ArrayDeque<>(2));
        line.add(operation);
        if (line.size() == 1) {
            send(operation);
        }
    }

    private void send(Operation.Publish operation) {
        publisher.publish(
                operation.request(),
                token.get(),
                receipt -> answered(operation, new Reply.Published(operation.id(), receipt)),
                problem -> answered(operation, new Reply.Failed(operation.id(), problem)));
    }

    private void answered(Operation.Publish operation, Reply reply) {
        loop.execute(() -> {
            waiting--;
            answer.accept(reply);
            String channel = operation.request().getChannel();
            Deque<Operation.Publish> line = Objects.requireNonNull(lines.get(channel), "it stands in its line");
            line.remove();
            if (line.isEmpty()) {
                lines.remove(channel);
            } else {
                send(line.element());
            }
        });
    }
}
