package dev.sluice.identity.permission;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.contract.problem.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One configured rule: who has the role may subscribe and publish there. A pattern may hold {@code {claim}} placeholders, at
 * most one in a segment; what a claim says is percent-encoded where it is not legal in a segment, so that no value can widen the
 * grant. Immutable.
 *
 * @param role null for everybody who is signed in
 */
public record PermissionRule(String name, @Nullable String role, List<String> subscribe, List<String> publish) {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)\\}");

    /** @throws IllegalArgumentException when a template can never be a pattern */
    public PermissionRule {
        subscribe = List.copyOf(subscribe);
        publish = List.copyOf(publish);
        for (List<String> templates : List.of(subscribe, publish)) {
            for (String template : templates) {
                check(name, template);
            }
        }
    }

    private static void check(String name, String template) {
        Matcher matcher = PLACEHOLDER.matcher(template);
        while (matcher.find()) {
            if (matcher.group(1).isBlank()) {
                throw new IllegalArgumentException(
                        "rule '" + name + "': '" + template + "' has a placeholder without a name");
            }
        }
        for (String segment : template.split("\\.", -1)) {
            if (PLACEHOLDER.matcher(segment).results().count() > 1) {
                throw new IllegalArgumentException("rule '" + name + "': '" + template
                        + "' has two placeholders in one segment; two users could make the same channel of them");
            }
        }
        try {
            ChannelPattern.parse(name, PLACEHOLDER.matcher(template).replaceAll("x"));
        } catch (Rejected wrong) {
            throw new IllegalArgumentException(
                    "rule '" + name + "': '" + template + "' is no pattern: "
                            + wrong.problem().detail(),
                    wrong);
        }
    }

    /** What this rule gives to the holder of a token; a grant whose claim is missing gives nothing. */
    public Permissions grant(Set<String> roles, Function<String, Optional<String>> claims) {
        return role != null && !roles.contains(role)
                ? Permissions.NONE
                : new Permissions(filled(subscribe, claims), filled(publish, claims), EventFilter.EVERYTHING);
    }

    private static List<ChannelPattern> filled(List<String> templates, Function<String, Optional<String>> claims) {
        var patterns = new ArrayList<ChannelPattern>();
        for (String template : templates) {
            filled(template, claims).ifPresent(patterns::add);
        }
        return patterns;
    }

    private static Optional<ChannelPattern> filled(String template, Function<String, Optional<String>> claims) {
        Matcher matcher = PLACEHOLDER.matcher(template);
        var text = new StringBuilder();
        while (matcher.find()) {
            Optional<String> value = claims.apply(matcher.group(1)).filter(claim -> !claim.isEmpty());
            if (value.isEmpty()) {
                return Optional.empty();
            }
            matcher.appendReplacement(text, Matcher.quoteReplacement(segment(value.get())));
        }
        matcher.appendTail(text);
        try {
            return Optional.of(ChannelPattern.parse("rule", text.toString()));
        } catch (Rejected tooLongOrReserved) {
            // A user whose claim makes no legal channel has none; that is what the rule then gives.
            return Optional.empty();
        }
    }

    /** Injective: two values never make the same segment. */
    static String segment(String value) {
        var text = new StringBuilder(value.length());
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            if (c != '%' && Channel.isLegal("x" + c)) {
                text.append(c);
            } else {
                text.append(String.format("%%%02X", (int) c));
            }
        }
        return text.toString();
    }
}
