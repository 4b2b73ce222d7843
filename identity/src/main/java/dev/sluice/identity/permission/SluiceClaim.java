package dev.sluice.identity.permission;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.contract.filter.Filters;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The token's own {@code sluice} claim: {@code subscribe} and {@code publish} patterns and a {@code filter}. */
public final class SluiceClaim {
    public static final String NAME = "sluice";
    private static final Set<String> MEMBERS = Set.of("subscribe", "publish", "filter");

    private SluiceClaim() {}

    /** @throws Rejected naming the member that is wrong: a claim that can't be understood grants nothing, and says so */
    public static Permissions read(JsonNode claim) throws Rejected {
        if (!claim.isObject()) {
            throw Problem.forbidden(NAME, "the claim is a JSON object").rejected();
        }
        for (var member : claim.properties()) {
            if (!MEMBERS.contains(member.getKey())) {
                throw Problem.forbidden(NAME + "." + member.getKey(), "the claim has no such member")
                        .rejected();
            }
        }
        EventFilter filter = EventFilter.EVERYTHING;
        JsonNode expression = claim.get("filter");
        if (expression != null) {
            if (!expression.isTextual()) {
                throw Problem.forbidden(NAME + ".filter", "a string is needed here")
                        .rejected();
            }
            try {
                filter = Filters.sql(NAME + ".filter", expression.textValue());
            } catch (Rejected wrong) {
                throw Problem.forbidden(NAME + ".filter", wrong.problem().detail())
                        .rejected();
            }
        }
        return new Permissions(patterns(claim, "subscribe"), patterns(claim, "publish"), filter);
    }

    private static List<ChannelPattern> patterns(JsonNode claim, String member) throws Rejected {
        JsonNode array = claim.get(member);
        if (array == null) {
            return List.of();
        }
        if (!array.isArray()) {
            throw Problem.forbidden(NAME + "." + member, "an array of patterns is needed here")
                    .rejected();
        }
        var patterns = new ArrayList<ChannelPattern>();
        for (int i = 0; i < array.size(); i++) {
            String field = NAME + "." + member + "[" + i + "]";
            if (!array.get(i).isTextual()) {
                throw Problem.forbidden(field, "a string is needed here").rejected();
            }
            try {
                patterns.add(ChannelPattern.parse(field, array.get(i).textValue()));
            } catch (Rejected wrong) {
                throw Problem.forbidden(field, wrong.problem().detail()).rejected();
            }
        }
        return patterns;
    }
}
