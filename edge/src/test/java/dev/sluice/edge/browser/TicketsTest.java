package dev.sluice.edge.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.edge.EdgeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TicketsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final String TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2ln";
    private static final String OLD = key(1);
    private static final String NEW = key(2);

    private final Tickets tickets = tickets(Duration.ofSeconds(30), OLD);

    private static String key(int fill) {
        byte[] bytes = new byte[32];
        java.util.Arrays.fill(bytes, (byte) fill);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static Tickets tickets(Duration ttl, String... keys) {
        return new Tickets(new EdgeConfig.Tickets() {
            @Override
            public Optional<List<String>> keys() {
                return keys.length == 0 ? Optional.empty() : Optional.of(List.of(keys));
            }

            @Override
            public Duration ttl() {
                return ttl;
            }
        });
    }

    private String sealed() {
        return tickets.seal(TOKEN, "/v1/ws", NOW).text();
    }

    @Test
    void shouldGiveTheTokenBackOnAnyReplica() {
        var ticket = tickets.seal(TOKEN, "/v1/ws", NOW);
        assertThat(ticket.expires()).isEqualTo(NOW.plusSeconds(30));
        assertThat(tickets(Duration.ofSeconds(5), OLD).open(ticket.text(), "/v1/ws", NOW.plusSeconds(29)))
                .contains(TOKEN);
    }

    @Test
    void shouldNotShowTheToken() {
        assertThat(sealed()).doesNotContain(TOKEN).doesNotContain("eyJzdWIiOiJhbGljZSJ9");
        assertThat(sealed()).isNotEqualTo(sealed());
    }

    @Test
    void shouldBeGoodForItsPathOnly() {
        assertThat(tickets.open(sealed(), "/v1/stream", NOW)).isEmpty();
    }

    @Test
    void shouldExpire() {
        assertThat(tickets.open(sealed(), "/v1/ws", NOW.plusSeconds(31))).isEmpty();
    }

    @Test
    void shouldBeGoodWhileItsKeyIsKept() {
        String old = sealed();
        var rotated = tickets(Duration.ofSeconds(30), NEW, OLD);
        assertThat(rotated.open(old, "/v1/ws", NOW)).contains(TOKEN);
        String fresh = rotated.seal(TOKEN, "/v1/ws", NOW).text();
        assertThat(tickets(Duration.ofSeconds(30), NEW).open(fresh, "/v1/ws", NOW))
                .contains(TOKEN);
        assertThat(tickets(Duration.ofSeconds(30), NEW).open(old, "/v1/ws", NOW))
                .isEmpty();
    }

    /** As the operators are told: at each step replicas have the list from before and from after it, and all open what any seals. */
    @Test
    void shouldBeGoodOnAllReplicasWhileKeysAreRotated() throws IOException {
        var keys = Map.of("old", OLD, "new", NEW);
        var steps = new ArrayList<String[]>();
        steps.add(new String[] {OLD});
        String page = Files.readString(Path.of("../docs/operators.md"));
        var lists = Pattern.compile("(?m)^\\|[^|]+\\| `((?:old|new)(?:,(?:old|new))*)` \\|$")
                .matcher(page);
        while (lists.find()) {
            steps.add(Arrays.stream(lists.group(1).split(",")).map(keys::get).toArray(String[]::new));
        }
        assertThat(steps).as("the steps in docs/operators.md").hasSize(4);
        assertThat(steps.get(3)).containsExactly(NEW);
        for (int step = 1; step < steps.size(); step++) {
            var before = tickets(Duration.ofSeconds(30), steps.get(step - 1));
            var after = tickets(Duration.ofSeconds(30), steps.get(step));
            if (step < steps.size() - 1) {
                assertThat(after.open(before.seal(TOKEN, "/v1/ws", NOW).text(), "/v1/ws", NOW))
                        .contains(TOKEN);
            }
            assertThat(before.open(after.seal(TOKEN, "/v1/ws", NOW).text(), "/v1/ws", NOW))
                    .as("step %d", step)
                    .contains(TOKEN);
        }
    }

    /** Its last characters have bits that belong to no byte: to most decoders they may be anything. */
    @Test
    void shouldHaveOneForm() {
        String ticket = sealed();
        for (int dot = ticket.indexOf('.'); dot >= 0; dot = ticket.indexOf('.', dot + 1)) {
            for (char c = '-'; c <= 'z' && dot > 0; c++) {
                String altered = ticket.substring(0, dot - 1) + c + ticket.substring(dot);
                if (!altered.equals(ticket)) {
                    assertThat(tickets.open(altered, "/v1/ws", NOW)).as(altered).isEmpty();
                }
            }
        }
        assertThat(tickets.open(ticket + "=", "/v1/ws", NOW)).isEmpty();
    }

    @Test
    void shouldRefuseATokenWhoseTicketFitsIntoNoUrl() throws Rejected {
        assertThat(tickets.sealForUrl("x".repeat(8_900), "/v1/ws", NOW).text().length())
                .isBetween(11_000, Tickets.MOST_CHARACTERS);
        var refusal = catchThrowableOfType(Rejected.class, () -> tickets.sealForUrl("x".repeat(12_900), "/v1/ws", NOW));
        assertThat(refusal.problem().reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(refusal.problem().field()).isEqualTo("Authorization");
    }

    @Property(tries = 300)
    void shouldOpenNothingThatWasAltered(@ForAll @IntRange(max = 10_000) int at, @ForAll char by) {
        String ticket = sealed();
        int i = at % ticket.length();
        String altered = ticket.substring(0, i) + by + ticket.substring(i + 1);
        if (!altered.equals(ticket)) {
            assertThat(tickets.open(altered, "/v1/ws", NOW)).isEmpty();
        }
    }

    @Property
    void shouldOpenNoOtherText(@ForAll String text) {
        assertThat(tickets.open(text, "/v1/ws", NOW)).isEmpty();
    }

    /** An attacker's own: not encrypted at all, or for the asking. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "eyJhbGciOiJub25lIn0.eyJhdWQiOiIvdjEvd3MiLCJ0b2siOiJ4IiwiZXhwIjo5OTk5OTk5OTk5fQ.",
                "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.a.b.c.d",
                "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..b.c.d"
            })
    void shouldOpenNothingThatWasNotSealedHere(String forged) {
        assertThat(tickets.open(forged, "/v1/ws", NOW)).isEmpty();
    }

    @Test
    void shouldBeOffWithoutAKey() {
        var none = tickets(Duration.ofSeconds(30));
        assertThat(none.isEnabled()).isFalse();
        assertThat(none.open(sealed(), "/v1/ws", NOW)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "no base64!", "AAAA"})
    void shouldNameAKeyThatIsNone(String key) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tickets(Duration.ofSeconds(30), key))
                .withMessageContaining("sluice.tickets.keys")
                .satisfies(failure -> {
                    if (!key.isEmpty()) {
                        assertThat(failure.getMessage()).doesNotContain(key);
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT6M"})
    void shouldNameATimeThatIsTooLong(String ttl) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tickets(Duration.parse(ttl), OLD))
                .withMessageContaining("sluice.tickets.ttl");
    }
}
