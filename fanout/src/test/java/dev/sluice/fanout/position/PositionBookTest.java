package dev.sluice.fanout.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.contract.position.DurableName;
import dev.sluice.contract.position.Positions.Change;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PositionBookTest {
    private static final TopicBinding TOPIC = TopicBinding.of("events", "id");
    private static final DurableName NAME = new DurableName("issuer", "alice", "mobile");

    private final HandPositions kafka = new HandPositions();
    private final PositionBook book = kafka.book(2);

    private static Cursor at(long... offsets) {
        return Cursor.all(TOPIC, offsets);
    }

    private static DurableName name(String name) {
        return new DurableName("issuer", "alice", name);
    }

    /** Notes what it hears. */
    private static final class Notes implements Holder {
        final List<String> heard = new ArrayList<>();

        @Override
        public void granted(@Nullable Cursor position) {
            heard.add("granted " + position);
        }

        @Override
        public void acknowledged(Cursor position) {
            heard.add("acknowledged " + position);
        }

        @Override
        public void superseded() {
            heard.add("superseded");
        }
    }

    @Test
    void shouldMoveForwardOnly() {
        kafka.write(new Change.Acknowledged(NAME, at(5, 1)));
        kafka.write(new Change.Acknowledged(NAME, at(4, 3)));

        assertThat(book.position(NAME)).isEqualTo(at(5, 3));
        assertThat(book.names()).isEqualTo(1);
    }

    @Test
    void shouldBeginAnewWhenTheLogDid() {
        kafka.write(new Change.Acknowledged(NAME, at(5, 1)));
        Cursor anew = Cursor.all(TopicBinding.of("events", "anew"), new long[] {1, 0});
        kafka.write(new Change.Acknowledged(NAME, anew));

        assertThat(book.position(NAME)).isEqualTo(anew);
    }

    @Test
    void shouldKeepUsersApart() {
        kafka.write(new Change.Acknowledged(NAME, at(1)));
        kafka.write(new Change.Acknowledged(new DurableName("issuer", "bob", "mobile"), at(2)));
        kafka.write(new Change.Acknowledged(new DurableName("other", "alice", "mobile"), at(3)));

        assertThat(book.position(NAME)).isEqualTo(at(1));
        assertThat(book.names()).isEqualTo(3);
    }

    @Test
    void shouldGrantWithAllThatWasWrittenBefore() {
        var notes = new Notes();
        book.enter(NAME, "mine", notes);
        kafka.write(new Change.Acknowledged(NAME, at(1)));
        kafka.write(new Change.Claimed(NAME, "mine"));
        kafka.write(new Change.Acknowledged(NAME, at(2)));

        assertThat(notes.heard).containsExactly("granted " + at(1), "acknowledged " + at(2));
    }

    @Test
    void shouldGiveTheNameToItsLatestClaim() {
        var first = new Notes();
        var second = new Notes();
        book.enter(NAME, "first", first);
        book.enter(NAME, "second", second);
        kafka.write(new Change.Claimed(NAME, "first"));
        kafka.write(new Change.Claimed(NAME, "second"));
        kafka.write(new Change.Claimed(NAME, "elsewhere"));
        kafka.write(new Change.Acknowledged(NAME, at(2)));

        assertThat(first.heard).containsExactly("granted null", "superseded");
        assertThat(second.heard).containsExactly("granted null", "superseded");
    }

    @Test
    void shouldNotTakeAnEarlierClaimForALaterOne() {
        kafka.atOnce = true;
        kafka.write(new Change.Claimed(NAME, "before"));
        var notes = new Notes();
        book.enter(NAME, "mine", notes);
        kafka.write(new Change.Claimed(NAME, "in between"));
        kafka.write(new Change.Claimed(NAME, "mine"));

        assertThat(notes.heard).containsExactly("granted null");
    }

    @Test
    void shouldForget() {
        kafka.write(new Change.Acknowledged(NAME, at(1)));
        kafka.write(new Change.Forgotten(NAME));
        kafka.write(new Change.Forgotten(NAME));

        assertThat(book.position(NAME)).isNull();
        assertThat(book.names()).isZero();
    }

    @Test
    void shouldTakeNoMoreNamesOfAUserThanAllowed() throws Rejected {
        kafka.write(new Change.Acknowledged(name("a"), at(1)));
        kafka.write(new Change.Acknowledged(name("b"), at(1)));
        book.requireRoom(name("b"));
        var refusal = catchThrowableOfType(Rejected.class, () -> book.requireRoom(name("c")));
        assertThat(refusal.problem().reason()).isEqualTo(Reason.LIMITED);
        kafka.write(new Change.Forgotten(name("a")));
        book.requireRoom(name("c"));
    }

    @Test
    void shouldLetNobodyBeSureWhenTheTopicIsReadAnew() {
        var holds = new Notes();
        book.enter(NAME, "holds", holds);
        kafka.write(new Change.Claimed(NAME, "holds"));
        var waits = new Notes();
        book.enter(NAME, "waits", waits);
        book.clear();
        kafka.write(new Change.Claimed(NAME, "waits"));

        assertThat(holds.heard).containsExactly("granted null", "superseded");
        assertThat(waits.heard).containsExactly("granted null");
    }

    // ---- Acknowledgements

    private List<Optional<Problem>> acknowledge(Cursor... cursors) throws Rejected {
        var answers = new ArrayList<Optional<Problem>>();
        for (Cursor cursor : cursors) {
            book.acknowledge(NAME, cursor, kafka.writer(NAME), answers::add);
        }
        return answers;
    }

    @Test
    void shouldWriteOneAtATimeAndTheRestTogether() throws Rejected {
        kafka.atOnce = false;
        var answers = acknowledge(at(1, 0), at(2, 0), at(1, 3));
        assertThat(kafka.waiting()).isEqualTo(1);
        assertThat(answers).isEmpty();
        kafka.answer();
        assertThat(answers).hasSize(1);
        kafka.answer();

        assertThat(answers).hasSize(3).allMatch(Optional::isEmpty);
        assertThat(kafka.waiting()).isZero();
        assertThat(kafka.log)
                .containsExactly(new Change.Acknowledged(NAME, at(1, 0)), new Change.Acknowledged(NAME, at(2, 3)));
    }

    @Test
    void shouldWriteNothingThatIsKnown() throws Rejected {
        assertThat(acknowledge(at(3), at(2), at(3))).hasSize(3).allMatch(Optional::isEmpty);
        assertThat(kafka.log).hasSize(1);
    }

    /** What compaction leaves is the last record alone. */
    @Test
    void shouldWriteWhatIsKnownWithWhatIsNew() throws Rejected {
        acknowledge(at(3, 0), at(0, 2));
        assertThat(kafka.log).endsWith(new Change.Acknowledged(NAME, at(3, 2)));
    }

    @Test
    void shouldSayWhatThePublisherSays() throws Rejected {
        kafka.refusal = Optional.of(Problem.of(Reason.UNAVAILABLE, "away"));
        assertThat(acknowledge(at(3))).containsExactly(kafka.refusal);
        kafka.refusal = Optional.empty();
        assertThat(acknowledge(at(3))).containsExactly(Optional.empty());
        assertThat(book.position(NAME)).isEqualTo(at(3));
    }
}
