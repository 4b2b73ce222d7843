package dev.sluice.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The built edge as a process: with a value that is none it does not start, and its log names the key. */
@Tag("full")
class StartIT {
    private static final Path DIRECTORY = Path.of("target/local-start-it");

    @ParameterizedTest
    @CsvSource({"SLUICE_TICKETS_TTL, 1h, sluice.tickets.ttl", "SLUICE_MEMORY_EVENTS, many, sluice.memory.events"})
    void shouldNotStartWithAValueThatIsNone(String variable, String value, String key) throws Exception {
        var wrong = LocalStack.builder(DIRECTORY).only(Component.SSE_EDGE).env(Component.SSE_EDGE, variable, value);

        assertThatThrownBy(wrong::start).hasMessageContaining("ended with code 1");
        assertThat(Files.readString(DIRECTORY.resolve("logs/" + Component.SSE_EDGE.id() + ".log")))
                .contains(key);
    }
}
