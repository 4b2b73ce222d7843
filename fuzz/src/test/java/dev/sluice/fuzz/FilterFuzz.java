package dev.sluice.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.contract.filter.Filters;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.identity.permission.SluiceClaim;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Filters in SQL and in JSON, and the claim that holds one; those that are taken can be asked about an event. */
public final class FilterFuzz {
    private static final CloudEvent EVENT = CloudEventBuilder.v1()
            .withId("1")
            .withSource(URI.create("/s"))
            .withType("t")
            .withExtension("channel", "a.b")
            .withExtension("number", "7")
            .build();

    private FilterFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        int kind = data.consumeInt(0, 2);
        String text = data.consumeRemainingAsString();
        try {
            EventFilter filter =
                    switch (kind) {
                        case 0 -> Filters.sql("filter", text);
                        case 1 -> Filters.json("filters", json(text));
                        default -> SluiceClaim.read(json(text)).filter();
                    };
            boolean unused = filter.matches(EVENT);
        } catch (Rejected refused) {
            Refused.requireReason(refused);
        }
    }

    private static JsonNode json(String text) throws Rejected {
        return JsonEvents.parse("json", text.getBytes(StandardCharsets.UTF_8));
    }
}
