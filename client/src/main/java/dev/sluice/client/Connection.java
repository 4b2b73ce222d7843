package dev.sluice.client;

import java.util.List;
import java.util.Optional;

/**
 * A connection to an edge, and everything that came over it. Safe for use by several threads; nothing here waits.
 */
public interface Connection extends AutoCloseable {

    /** Where everything that comes over it is put. */
    Mailbox mailbox();

    /** Everything so far that nobody took, in the order in which it came; a snapshot. */
    default List<Received> received() {
        return mailbox().received();
    }

    /** Stops reading from the socket, so that the server sees a full one; what is on its way still arrives. */
    void pauseReading();

    void resumeReading();

    /** How the server ended the connection, or refused it in the first place; empty as long as it stands. */
    default Optional<Refusal> ended() {
        return mailbox().ended();
    }

    /** Goes away, as a client does that has seen enough. */
    @Override
    void close();

    default List<Received.Event> events() {
        return received().stream()
                .filter(Received.Event.class::isInstance)
                .map(Received.Event.class::cast)
                .toList();
    }

    default List<Received.Event> events(String subscription) {
        return events().stream()
                .filter(event -> event.subscription().equals(subscription))
                .toList();
    }

    default List<Received.Control> controls(String kind) {
        return received().stream()
                .filter(message -> message instanceof Received.Control control
                        && control.kind().equals(kind))
                .map(Received.Control.class::cast)
                .toList();
    }

    default List<Received.Answer> answers() {
        return received().stream()
                .filter(Received.Answer.class::isInstance)
                .map(Received.Answer.class::cast)
                .toList();
    }

    default Optional<Received.Answer> answer(String id) {
        return answers().stream().filter(answer -> answer.id().equals(id)).findFirst();
    }

    /** Where the (only, or first) subscription began: the cursor of {@code open}, else of {@code subscribed}. */
    default Optional<String> start() {
        return received().stream()
                .filter(message -> message instanceof Received.Control control
                                && control.kind().equals("open")
                        || message instanceof Received.Answer answer
                                && answer.op().equals("subscribed"))
                .map(Received::cursor)
                .filter(cursor -> !cursor.isEmpty())
                .findFirst();
    }

    /** The refusal of the connection, or of an operation on it. */
    default Optional<Refusal> refusal() {
        return answers().stream()
                .filter(Received.Answer::isError)
                .findFirst()
                .map(answer -> new Refusal(
                        "error",
                        answer.members().path("reason").asText(),
                        answer.members().path("field").asText(),
                        answer.members().path("detail").asText()))
                .or(this::ended);
    }
}
