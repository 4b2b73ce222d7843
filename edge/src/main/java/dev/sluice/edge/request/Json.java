package dev.sluice.edge.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import org.jspecify.annotations.Nullable;

/** Members of a client's JSON, read strictly. */
public final class Json {
    private Json() {}

    /** @return null when there is none */
    public static @Nullable String text(JsonNode object, String member) throws Rejected {
        JsonNode value = object.get(member);
        if (value == null) {
            return null;
        }
        if (!value.isTextual()) {
            throw Problem.malformed(member, "a string is needed here").rejected();
        }
        return value.textValue();
    }

    public static String requiredText(JsonNode object, String member) throws Rejected {
        String value = text(object, member);
        if (value == null || value.isEmpty()) {
            throw Problem.malformed(member, "the member is missing").rejected();
        }
        return value;
    }
}
