package dev.sluice.identity.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathFormTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1/stream",
                "/v1/channels/rooms.a%3Bb/events",
                "/v1/channels/rooms.a%25b/events",
                "/v1/channels/rooms.a%5Cb/events",
                "/v1/channels/rooms.a+b/events",
                "/v1/channels/..a/events",
                "/v1/str%65am",
                "/sluice.v1.NotificationService/StreamUpdates",
                "/q/dev-ui/"
            })
    void shouldTakeWhatMeansWhatItSays(String path) {
        assertThat(PathForm.complaint(path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "v1/stream",
                "/v1/channels/rooms.a;b/events",
                "/v1/stream;x=1",
                "/v1%2Fstream",
                "/v1%2fstream",
                "//v1/stream",
                "/v1//stream",
                "/v1/./stream",
                "/v1/../v1/stream",
                "/v1/%2e/stream",
                "/v1/.%2E/v1/stream",
                "/v1/stream/",
                "/v1/stream/.",
                "/v1\\stream",
                "/v1/stream%",
                "/v1/stream%4",
                "/v1/stream%ZZ",
                "/v1/stream%00",
                "/v1/stream%0D%0A",
                "/v1/strea\u00E4",
                "/q/health/"
            })
    void shouldRefuseWhatAFrameworkWouldMakeSomethingElseOf(String path) {
        assertThat(PathForm.complaint(path)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"'',true", "a=%20b,true", "a=%,false", "a=%2,false", "a=%ZZ,false", "%ZZ=a,false", "a=%41%4g,false"})
    void shouldKnowAQueryThatCanBeDecoded(String query, boolean good) {
        assertThat(PathForm.isDecodable(query)).isEqualTo(good);
    }
}
