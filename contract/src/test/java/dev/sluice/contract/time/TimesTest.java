package dev.sluice.contract.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1, 253402300799L, 253402300800L, 31556889864403200L, Long.MAX_VALUE})
    void shouldBringAnyNumberToATimeThatCanBeWritten(long seconds) {
        assertThat(Times.ofEpochSecond(seconds).toString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    }

    @Test
    void shouldLeaveAloneWhatIsWithin() {
        assertThat(Times.ofEpochSecond(1_000)).isEqualTo(Instant.ofEpochSecond(1_000));
        assertThat(Times.within(Instant.MAX)).isEqualTo(Times.LATEST);
        assertThat(Times.within(Instant.MIN)).isEqualTo(Times.EARLIEST);
        assertThat(Times.within(Instant.ofEpochMilli(1))).isEqualTo(Instant.ofEpochMilli(1));
    }
}
