package dev.sluice.contract.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DataKindTest {
    private static DataKind kind(@Nullable String contentType, byte @Nullable [] data) {
        return DataKind.of(new Event(new Channel("a"), "1", "/s", "t", null, null, contentType, null, Map.of(), data));
    }

    private static DataKind kind(@Nullable String contentType, String data) {
        return kind(contentType, data.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldTellWhatDataReallyIs() {
        byte[] noText = {(byte) 0xC3, 0x28};
        assertThat(kind("application/json", (byte[]) null)).isEqualTo(DataKind.NONE);
        assertThat(kind("application/json", " {\"a\":[]} ")).isEqualTo(DataKind.JSON);
        assertThat(kind("application/vnd.x+json; v=1", "1")).isEqualTo(DataKind.JSON);
        assertThat(kind("TEXT/JSON", "\"x\"")).isEqualTo(DataKind.JSON);
        assertThat(kind("application/json", "{")).isEqualTo(DataKind.TEXT);
        assertThat(kind("application/json", "1 2")).isEqualTo(DataKind.TEXT);
        assertThat(kind("application/json", "")).isEqualTo(DataKind.TEXT);
        assertThat(kind("application/json", "\ufeff1")).isEqualTo(DataKind.TEXT);
        assertThat(kind("application/json", "[".repeat(100_000))).isEqualTo(DataKind.TEXT);
        assertThat(kind("application/json", noText)).isEqualTo(DataKind.BINARY);
        assertThat(kind("application/json", "1".getBytes(StandardCharsets.UTF_16)))
                .isEqualTo(DataKind.BINARY);
        assertThat(kind(null, "{}")).isEqualTo(DataKind.TEXT);
        assertThat(kind(null, noText)).isEqualTo(DataKind.BINARY);
        assertThat(kind("text/csv", "a,b")).isEqualTo(DataKind.TEXT);
        assertThat(kind("image/svg+xml", "<svg/>")).isEqualTo(DataKind.TEXT);
        assertThat(kind("application/x-www-form-urlencoded", "a=b")).isEqualTo(DataKind.TEXT);
        assertThat(kind("application/octet-stream", "text")).isEqualTo(DataKind.BINARY);
    }
}
