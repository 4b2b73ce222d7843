package dev.sluice.system.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The checker finds what is wrong, each kind as what it is. */
class CheckerTest {

    private final Ledger ledger = new Ledger();
    private final Diary diary = new Diary("somebody", Map.of("a", "", "b", ""), id -> !id.endsWith("!"));

    @Test
    void shouldFindNothingWhenEverythingCameInOrder() {
        acknowledged("a", "1", "2", "3");
        acknowledged("b", "x", "y");
        got("a", "1");
        got("b", "x", "y");
        got("a", "2", "3");

        assertThat(check()).isEqualTo(new Verdict(5, 0, 0, 0, 0, 0, 0, List.of()));
    }

    @Test
    void shouldFindAMissingEvent() {
        acknowledged("a", "1", "2", "3");
        got("a", "1", "3");

        assertThat(check()).isEqualTo(new Verdict(2, 1, 0, 0, 0, 0, 0, List.of("somebody did not get 2")));
    }

    @Test
    void shouldFindEverythingMissingOfAChannelThatNeverCame() {
        acknowledged("b", "x", "y");

        assertThat(check().missing()).isEqualTo(2);
    }

    @Test
    void shouldFindARepeatedEvent() {
        acknowledged("a", "1", "2");
        got("a", "1", "2", "1");

        var verdict = check();
        assertThat(verdict.repeated()).isOne();
        assertThat(verdict.outOfOrder()).isZero();
        assertThat(verdict.delivered()).isEqualTo(2);
        assertThat(verdict.findings()).containsExactly("somebody got 1 again");
    }

    @Test
    void shouldFindASwappedEvent() {
        acknowledged("a", "1", "2", "3");
        got("a", "1", "3", "2");

        assertThat(check()).isEqualTo(new Verdict(3, 0, 0, 1, 0, 0, 0, List.of("somebody got 2 after 3")));
    }

    @Test
    void shouldAskForNoOrderBetweenChannels() {
        acknowledged("a", "1");
        acknowledged("b", "x");
        got("b", "x");
        got("a", "1");

        assertThat(check().findings()).isEmpty();
    }

    @Test
    void shouldGoByTheOrderOfAcknowledgementRatherThanThatOfSending() {
        ledger.sent("a", "1");
        ledger.sent("a", "2");
        ledger.acknowledged("a", "2", "");
        ledger.acknowledged("a", "1", "");
        got("a", "2", "1");

        assertThat(check().findings()).isEmpty();
    }

    @Test
    void shouldLetWhatWasNeverAnsweredComeOnceOrNever() {
        acknowledged("a", "1");
        ledger.sent("a", "2");
        ledger.sent("a", "3");
        got("a", "1", "3");

        assertThat(check().findings()).isEmpty();
        got("a", "3");
        assertThat(check().repeated()).isOne();
    }

    @Test
    void shouldAcceptWhatAGapCovers() {
        acknowledged("a", "1", "2", "3");
        ledger.deleted();
        acknowledged("a", "4");
        got("a", "1");
        diary.gap("expired");
        got("a", "4");

        assertThat(check()).isEqualTo(new Verdict(2, 0, 0, 0, 1, 2, 0, List.of()));
    }

    @Test
    void shouldAcceptAGapAfterWhichNothingCame() {
        acknowledged("a", "1", "2");
        ledger.deleted();
        got("a", "1");
        diary.gap("expired");

        assertThat(check().findings()).isEmpty();
    }

    @Test
    void shouldFindWhatIsMissingInSpiteOfAGapBecauseTheLogHasIt() {
        acknowledged("a", "1", "2");
        ledger.deleted();
        acknowledged("a", "3", "4");
        got("a", "1");
        diary.gap("expired");
        got("a", "4");

        assertThat(check().findings()).containsExactly("somebody did not get 3");
    }

    @Test
    void shouldFindWhatIsMissingFromBeforeOrAfterTheGap() {
        acknowledged("a", "1", "2", "3", "4", "5");
        ledger.deleted();
        acknowledged("a", "6");
        got("a", "2");
        diary.gap("expired");
        got("a", "4", "6");

        var verdict = check();
        assertThat(verdict.lost()).isOne();
        assertThat(verdict.findings()).containsExactly("somebody did not get 1", "somebody did not get 5");
    }

    @Test
    void shouldFindSilenceAboutWhatWasDeleted() {
        acknowledged("a", "1", "2");
        ledger.deleted();
        acknowledged("a", "3");
        got("a", "1", "3");

        assertThat(check().missing()).isOne();
    }

    @Test
    void shouldFindAGapWithoutCause() {
        acknowledged("a", "1");
        got("a", "1");
        diary.gap("expired");

        assertThat(check().strange()).isOne();
    }

    @Test
    void shouldFindWhatNobodySentOrTheClientDidNotAskFor() {
        acknowledged("a", "1", "2!");
        acknowledged("c", "3");
        got("a", "1", "2!", "4");
        got("c", "3");

        var verdict = check();
        assertThat(verdict.strange()).isEqualTo(3);
        assertThat(verdict.delivered()).isOne();
    }

    @Test
    void shouldNotMissWhatTheFilterExcludes() {
        acknowledged("a", "1", "2!", "3");
        got("a", "1", "3");

        assertThat(check().findings()).isEmpty();
    }

    @Test
    void shouldExpectOnlyWhatCameAfterWhereTheClientBegan() {
        acknowledged("a", "1", "2", "3");
        var late = new Diary("late", Map.of("a", "2"), id -> true);
        late.got("a", "3");
        assertThat(Checker.check(ledger.channels(), late).findings()).isEmpty();

        late.got("a", "1");
        assertThat(Checker.check(ledger.channels(), late).strange()).isOne();
    }

    @Test
    void shouldReportWhatTheClientComplainedOf() {
        diary.complain("was refused: 400 malformed");

        assertThat(check().findings()).containsExactly("somebody was refused: 400 malformed");
    }

    private Verdict check() {
        return Checker.check(ledger.channels(), diary);
    }

    private void acknowledged(String channel, String... ids) {
        for (var id : ids) {
            ledger.sent(channel, id);
            ledger.acknowledged(channel, id, "");
        }
    }

    private void got(String channel, String... ids) {
        for (var id : ids) {
            diary.got(channel, id);
        }
    }
}
