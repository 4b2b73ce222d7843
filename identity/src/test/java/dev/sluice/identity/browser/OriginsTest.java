package dev.sluice.identity.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginsTest {
    private static final Origins ORIGINS =
            new Origins(List.of("https://app.example.com", "https://*.example.org", "http://localhost:*"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example.com",
                "https://APP.example.com",
                "https://a.example.org",
                "https://a.b.example.org",
                "http://localhost:3000"
            })
    void shouldAllowWhatIsListed(String origin) {
        assertThat(ORIGINS.allows(origin)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "",
                "http://app.example.com",
                "https://app.example.com:8443",
                "https://app.example.com.evil.net",
                "https://xapp.example.com",
                "https://appxexample.com",
                "https://example.org",
                "https://evil.net/.example.org",
                "https://evil.net#.example.org",
                "https://evil.net:80@a.example.org",
                "https://evil.net?.example.org",
                "http://localhost",
                "http://localhost:",
                "http://localhost:abc",
                "http://localhost:80.a",
                "http://localhost:-1",
                "http://localhost:999999999999",
                "http://localhost:3000/",
                "https://localhost:3000"
            })
    void shouldAllowNothingElse(String origin) {
        assertThat(ORIGINS.allows(origin)).isFalse();
    }

    @Test
    void shouldAllowNobodyByDefault() {
        assertThat(new Origins(List.of()).allows("https://app.example.com")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"*", "app.example.com", "https://app.example.com/", "https://a b", "ftp://a", "https://", ""})
    void shouldNameWhatIsNoOrigin(String entry) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Origins(List.of(entry)))
                .withMessageContaining("sluice.browser.origins: '" + entry + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "https://edge.example.com,edge.example.com,true",
        "http://edge.example.com:8081,EDGE.example.com:8081,true",
        "http://edge.example.com,edge.example.com:8081,false",
        "https://edge.example.com,edge.example.com:443,true",
        "https://edge.example.com:443,edge.example.com,true",
        "http://edge.example.com,edge.example.com:80,true",
        "https://edge.example.com,edge.example.com:80,false",
        "https://edge.example.com:8443,edge.example.com:8443,true",
        "https://edge.example.com:8443,edge.example.com,false",
        "http://localhost:abc,localhost:8081,false",
        "http://[::1]:8081,[::1]:8081,true",
        "http://evil.net,edge.example.com,false",
        "null,edge.example.com,false",
        "http://evil.net,,false",
    })
    void shouldKnowItsOwnPages(String origin, String authority, boolean own) {
        assertThat(Origins.isOwn(origin, authority)).isEqualTo(own);
    }

    @ParameterizedTest
    @CsvSource({
        "https://edge.example.com/a/b?c=https://evil.net/,https://edge.example.com",
        "https://edge.example.com,https://edge.example.com",
        "http://localhost:3000/,http://localhost:3000",
        "about:client,about:client",
    })
    void shouldKnowTheOriginOfAPage(String url, String origin) {
        assertThat(Origins.ofUrl(url)).isEqualTo(origin);
    }
}
