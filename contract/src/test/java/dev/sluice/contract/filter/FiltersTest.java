package dev.sluice.contract.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.contract.event.JsonEvents;
import dev.sluice.contract.problem.Rejected;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FiltersTest {
    private static final CloudEvent EVENT = CloudEventBuilder.v1()
            .withId("0123456789-0123456789-0123456789")
            .withSource(URI.create("/shop"))
            .withType("order.shipped")
            .withSubject("a%b_cd")
            .withExtension("region", "eu")
            .build();

    private static boolean sql(String expression) throws Rejected {
        return Filters.sql("filter", expression).matches(EVENT);
    }

    private static boolean json(String filters) throws Rejected {
        return Filters.json("filters", JsonEvents.parse("filters", filters.getBytes(StandardCharsets.UTF_8)))
                .matches(EVENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "type = 'order.shipped'",
                "type = 'order.shipped' AND EXISTS region",
                "region IN ('eu', 'us')",
                "type LIKE 'order.%'",
                "type LIKE '%shipped'",
                "type LIKE '%.%'",
                "type LIKE 'order_shipped'",
                "type NOT LIKE 'orders%'",
                "type LIKE '%'",
                "subject LIKE 'a\\%b\\_c%'",
                "LENGTH(id) = 32",
                "NOT EXISTS missing"
            })
    void shouldMatch(String expression) throws Rejected {
        assertThat(sql(expression)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "type = 'order.placed'",
                "missing = 'x'",
                "type LIKE 'order'",
                "type LIKE ''",
                "subject LIKE 'axb\\_c%'",
                "type LIKE '\\E.*'",
                "1 / 0 = 1",
                "INT('x') = 0 AND missing"
            })
    void shouldNotMatch(String expression) throws Rejected {
        assertThat(sql(expression)).isFalse();
    }

    /** A filter comes from a client and runs on everybody's event loop. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "id LIKE '%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%x'",
                "id LIKE '%0%1%2%3%4%5%6%7%8%9%0%1%2%3%4%5%6%7%8%9%0%1%2%x'",
                "id LIKE '\\E(.*)*(.*)*(.*)*(.*)*x'"
            })
    void shouldTakeNoLongerForAHostilePattern(String expression) throws Rejected {
        var filter = Filters.sql("filter", expression);
        org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(2), () -> assertThat(filter.matches(EVENT)).isFalse());
    }

    @Test
    void shouldSurviveDeepNesting() {
        for (String deep : new String[] {
            "(".repeat(999) + "TRUE" + ")".repeat(999),
            "NOT ".repeat(490) + "TRUE",
            "-".repeat(1_900) + "1",
            "(".repeat(1_999)
        }) {
            try {
                Filters.sql("filter", deep).matches(EVENT);
            } catch (Rejected refused) {
                assertThat(refused.problem().field()).isEqualTo("filter");
            }
        }
    }

    @Property(tries = 300)
    void shouldNeverThrowAnythingElse(@ForAll String text) {
        var refusal = catchThrowableOfType(Rejected.class, () -> sql(text));
        if (refusal != null) {
            assertThat(refusal.problem().field()).isEqualTo("filter");
        }
    }

    @Test
    void shouldMatchTheDialects() throws Rejected {
        assertThat(json("[]")).isTrue();
        assertThat(json("[{\"exact\":{\"type\":\"order.shipped\",\"region\":\"eu\"}}]"))
                .isTrue();
        assertThat(json("[{\"exact\":{\"missing\":\"x\"}}]")).isFalse();
        assertThat(json("[{\"prefix\":{\"type\":\"order.\"}},{\"suffix\":{\"region\":\"u\"}}]"))
                .isTrue();
        assertThat(json("[{\"prefix\":{\"type\":\"order.\"}},{\"suffix\":{\"region\":\"s\"}}]"))
                .isFalse();
        assertThat(json("[{\"any\":[{\"exact\":{\"region\":\"us\"}},{\"sql\":\"region = 'eu'\"}]}]"))
                .isTrue();
        assertThat(json("[{\"not\":{\"all\":[{\"exact\":{\"region\":\"us\"}}]}}]"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | filters",
                "[7] | filters[0]",
                "[{}] | filters[0]",
                "[{\"exact\":{\"a\":\"b\"},\"sql\":\"TRUE\"}] | filters[0]",
                "[{\"like\":{}}] | filters[0].like",
                "[{\"exact\":{}}] | filters[0].exact",
                "[{\"exact\":{\"a\":7}}] | filters[0].exact.a",
                "[{\"exact\":{\"a\":\"\"}}] | filters[0].exact.a",
                "[{\"all\":[]}] | filters[0].all",
                "[{\"all\":[{\"not\":7}]}] | filters[0].all[0].not",
                "[{\"sql\":\"type = \"}] | filters[0].sql"
            })
    void shouldNameWhatIsWrong(String filters, String field) {
        var refusal = catchThrowableOfType(Rejected.class, () -> json(filters));
        assertThat(refusal.problem().field()).isEqualTo(field);
    }

    @Test
    void shouldRefuseNestingWithoutEnd() {
        String deep = "{\"not\":".repeat(100) + "{\"sql\":\"TRUE\"}" + "}".repeat(100);
        var refusal = catchThrowableOfType(Rejected.class, () -> json("[" + deep + "]"));
        assertThat(refusal.problem().field()).startsWith("filters[0]");
    }
}
