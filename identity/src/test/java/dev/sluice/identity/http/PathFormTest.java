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
                "/v1/channels/rooms.a|b/events",
                "/v1/channels/rooms.[a]/events",
                "/v1/stream#a",
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
    @ValueSource(strings = {"", "a=%20b", "a=b&c=d%2F/?:@!$'()*+,;=", "a[]=1", "channel=orders.*&_=1"})
    void shouldTakeAQueryThatCanBeRead(String query) {
        assertThat(PathForm.queryComplaint(query)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "a=%,two hexadecimal digits",
        "a=%2,two hexadecimal digits",
        "a=%ZZ,two hexadecimal digits",
        "%ZZ=a,two hexadecimal digits",
        "a=%41%4g,two hexadecimal digits",
        "a=b|c,%7C",
        "a={b},%7B",
        "a=\"b,%22",
        "a=b#c,%23",
        "a=b c,printable ASCII",
        "a=\u00E4,printable ASCII"
    })
    void shouldSayWhatIsWrongWithAQuery(String query, String complaint) {
        assertThat(PathForm.queryComplaint(query)).get().asString().contains(complaint);
    }
}
