package dev.sluice.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.contract.problem.Rejected;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {

    @ParameterizedTest
    @CsvSource({
        "application/grpc,GRPC",
        "application/grpc+proto,GRPC",
        "Application/GRPC ; charset=x,GRPC",
        "application/grpc-web,WEB",
        "application/grpc-web+proto,WEB",
        "application/grpc-web-text,WEB_TEXT",
        "application/grpc-web-text+proto,WEB_TEXT"
    })
    void shouldKnowEachFlavor(String contentType, Flavor flavor) {
        assertThat(Flavor.of(contentType)).contains(flavor);
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"application/json", "application/grpc+json", "application/grpc-web+thrift", "grpc", ";"})
    void shouldKnowNoOther(@Nullable String contentType) {
        assertThat(Flavor.of(contentType)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1H,PT1H",
        "2M,PT2M",
        "3S,PT3S",
        "4m,PT0.004S",
        "5u,PT0.000005S",
        "6n,PT0.000000006S",
        "0S,PT0S",
        "99999999S,PT27777H46M39S"
    })
    void shouldReadEachUnit(String header, Duration timeout) throws Rejected {
        assertThat(Deadline.of(header)).contains(new Deadline(timeout));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "S", "5", "5s", "-5S", "+5S", "1.5S", "999999999S", " 5S", "٥S"})
    void shouldRefuseWhatIsNoTimeout(String header) {
        assertThatThrownBy(() -> Deadline.of(header)).isInstanceOf(Rejected.class);
    }

    @Test
    void shouldWaitForEverWithoutATimeout() throws Rejected {
        assertThat(Deadline.of(null)).isEmpty();
    }

    @Test
    void shouldWaitAsLongAsTheLongestTimeoutWithoutOverflow() throws Rejected {
        assertThat(Deadline.of("99999999H").orElseThrow().timeout().toMillis()).isPositive();
    }
}
