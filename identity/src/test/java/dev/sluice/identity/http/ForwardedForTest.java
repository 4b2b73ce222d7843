package dev.sluice.identity.http;

import static org.assertj.core.api.Assertions.assertThat;

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
                "192.0.2.1:4711, 10.0.0.1:80, 10.0.0.2 | 192.0.2.1",
                "10.0.0.2, 10.0.0.1 | 10.0.0.2",
                "192.0.2.1, [2001:db8::1]:443, 2001:db8::1 | 192.0.2.1",
                "192.0.2.66, [2001:db8::2]:443 | 2001:db8::2",
                "192.0.2.66, unknown | unknown",
                "192.0.2.66, | 192.0.2.66",
                "`` | ``",
                "`,` | ``",
                "for=192.0.2.1;host=a | 192.0.2.1",
                "for=192.0.2.66, host=a;proto=https | ``",
                "for=192.0.2.66;host=forged, for=192.0.2.1;host=a | 192.0.2.1",
                "for=192.0.2.1;host=a, host=b;For=\"10.0.0.1:80\" | 192.0.2.1",
                "for=192.0.2.1, for=\"[2001:db8::1]:443\";proto=http | 192.0.2.1",
                "for=192.0.2.66, for=\"[2001:db8::2]:443\" | 2001:db8::2",
            })
    void shouldTakeWhatTheFirstTrustedProxyHasSeen(String list, String address) {
        assertThat(ForwardedFor.address(ForwardedFor.firstOfTheTrusted(list, TRUSTED::contains)))
                .isEqualTo(address);
    }
}
