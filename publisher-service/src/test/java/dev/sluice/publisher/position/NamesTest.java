package dev.sluice.publisher.position;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.contract.position.DurableName;
import dev.sluice.contract.position.Positions.Change;
import dev.sluice.publisher.position.Names.Admission;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {
    private static final Cursor CURSOR = Cursor.single(TopicBinding.of("topic", "id"), 1, 0, 7);

    private final Names names = new Names(2);

    private static DurableName name(String name) {
        return new DurableName("issuer", "alice", name);
    }

    private Change read(String name) {
        Change change = new Change.Acknowledged(name(name), CURSOR);
        names.apply(change);
        return change;
    }

    @Test
    void shouldCountWhatIsUnderWay() {
        assertThat(names.admit(name("a"), true)).isInstanceOf(Admission.Begun.class);
        assertThat(names.admit(name("b"), true)).isInstanceOf(Admission.Begun.class);
        assertThat(names.admit(name("c"), true)).isInstanceOf(Admission.Refused.class);
        assertThat(names.admit(name("c"), false)).isInstanceOf(Admission.Refused.class);
        assertThat(names.admit(name("a"), true)).isInstanceOf(Admission.Known.class);
        assertThat(names.admit(new DurableName("issuer", "bob", "c"), true)).isInstanceOf(Admission.Begun.class);
    }

    @Test
    void shouldHaveRoomAgainForWhatWasGivenUp() {
        names.admit(name("a"), true);
        names.giveUp(name("a"));
        read("b");
        read("c");
        assertThat(names.admit(name("a"), true)).isInstanceOf(Admission.Refused.class);
        names.apply(new Change.Forgotten(name("b")));
        assertThat(names.admit(name("a"), true)).isInstanceOf(Admission.Begun.class);
    }

    /** Each of two publishers has room for one more; the log says who was first, to both. */
    @Test
    void shouldAgreeWithAnotherPublisherByTheOrderOfTheLog() {
        var other = new Names(2);
        for (Names publisher : List.of(names, other)) {
            publisher.apply(new Change.Acknowledged(name("a"), CURSOR));
        }
        var ours = (Admission.Begun) names.admit(name("b"), true);
        var theirs = (Admission.Begun) other.admit(name("c"), true);
        for (Names publisher : List.of(names, other)) {
            publisher.apply(new Change.Acknowledged(name("b"), CURSOR));
            publisher.apply(new Change.Acknowledged(name("c"), CURSOR));
        }
        assertThat(ours.stays()).isCompletedWithValue(true);
        assertThat(theirs.stays()).isCompletedWithValue(false);

        for (Names publisher : List.of(names, other)) {
            publisher.apply(new Change.Forgotten(name("c")));
            assertThat(publisher.admit(name("d"), true)).isInstanceOf(Admission.Refused.class);
            assertThat(publisher.admit(name("b"), true)).isInstanceOf(Admission.Known.class);
        }
    }

    /** A name that there is goes on, also when there are more than there may be by now. */
    @Test
    void shouldLeaveAloneWhatThereWas() {
        read("a");
        read("b");
        read("c");
        assertThat(names.admit(name("c"), true)).isInstanceOf(Admission.Known.class);
        assertThat(names.admit(name("d"), true)).isInstanceOf(Admission.Refused.class);
    }
}
