package dev.sluice.identity.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;

class ListHeadersTest {
    @Test
    void shouldMakeOneLineOfMany() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("Accept", "application/x-ndjson")
                .add("accept", "text/event-stream")
                .add("Cookie", "a=1")
                .add("Cookie", "b=2")
                .add("X-Other", "1")
                .add("X-Other", "2");
        ListHeaders.join(headers, "Accept", ", ");
        ListHeaders.join(headers, "Cookie", "; ");
        assertThat(headers.getAll("Accept")).containsExactly("application/x-ndjson, text/event-stream");
        assertThat(headers.getAll("Cookie")).containsExactly("a=1; b=2");
        assertThat(headers.getAll("X-Other")).containsExactly("1", "2");
    }
}
