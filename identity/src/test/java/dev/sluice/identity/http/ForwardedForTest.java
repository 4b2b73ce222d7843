package dev.sluice.identity.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardedForTest {
    private static final Set<String> TRUSTED = Set.of("10.0.0.1", "10.0.0.2", "2001:db8::1");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "192.0.2.1 | 192.0.2.1",
                "192.0.2.66, 192.0.2.1 | 192.0.2.1",
                "192.0.2.66, 192.0.2.1, 10.0.0.1 | 192.0.2.1",
                "192.0.2.1:4711, 10.0.0.1:80, 10.0.0.2 | 192.0.2.1:4711",
                "10.0.0.2, 10.0.0.1 | 10.0.0.2",
                "192.0.2.1, [2001:db8::1]:443, 2001:db8::1 | 192.0.2.1",
                "192.0.2.66, unknown | unknown",
                "192.0.2.66, | 192.0.2.66",
                "`` | ``",
                "`,` | ``",
            })
    void shouldKeepWhatTheFirstTrustedProxyHasSeen(String list, String kept) {
        assertThat(reduced("X-Forwarded-For", list)).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "for=192.0.2.1;host=a | for=192.0.2.1;host=a",
                "for=192.0.2.66;host=forged, for=192.0.2.1;host=a | for=192.0.2.1;host=a",
                "for=192.0.2.1;host=a, host=b;For=\"10.0.0.1:80\" | for=192.0.2.1;host=a",
                "for=192.0.2.1, for=\"[2001:db8::1]:443\";proto=http | for=192.0.2.1",
            })
    void shouldKeepItsElement(String list, String kept) {
        assertThat(reduced("Forwarded", list)).isEqualTo(kept);
    }

    private static String reduced(String name, String list) {
        var headers = MultiMap.caseInsensitiveMultiMap().add(name, list);
        ForwardedFor.reduce(headers, TRUSTED::contains);
        return headers.get(name);
    }
}
