package dev.sluice.identity.permission;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.contract.problem.Rejected;
import java.nio.charset.StandardCharsets;
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
 */
public final class PermissionRule {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)\\}");

    private final @Nullable String role;
    private final List<Template> subscribe;
    private final List<Template> publish;

    /**
     * @param role null for everybody who is signed in
     * @throws IllegalArgumentException when a template can never be a pattern
     */
    public PermissionRule(String name, @Nullable String role, List<String> subscribe, List<String> publish) {
        this.role = role;
        this.subscribe = templates(name, subscribe);
        this.publish = templates(name, publish);
    }

    private static List<Template> templates(String rule, List<String> texts) {
        return texts.stream().map(text -> Template.of(rule, text)).toList();
    }

    /** What this rule gives to the holder of a token; a grant whose claim is missing gives nothing. */
    public Permissions grant(Set<String> roles, Function<String, Optional<String>> claims) {
        return role != null && !roles.contains(role)
                ? Permissions.NONE
                : new Permissions(filled(subscribe, claims), filled(publish, claims), EventFilter.EVERYTHING);
    }

    private static List<ChannelPattern> filled(List<Template> templates, Function<String, Optional<String>> claims) {
        return templates.stream()
                .flatMap(template -> template.filled(claims).stream())
                .toList();
    }

    /**
     * A pattern to be.
     *
     * @param same what it is for everybody, and shared by them, as thousands are connected at a time; null where it has placeholders
     */
    private record Template(String text, @Nullable ChannelPattern same) {

        /** @throws IllegalArgumentException when it can never be a pattern */
        static Template of(String rule, String text) {
            Matcher matcher = PLACEHOLDER.matcher(text);
            while (matcher.find()) {
                if (matcher.group(1).isBlank()) {
                    throw new IllegalArgumentException(
                            "rule '" + rule + "': '" + text + "' has a placeholder without a name");
                }
            }
            for (String segment : text.split("\\.", -1)) {
                if (PLACEHOLDER.matcher(segment).results().count() > 1) {
                    throw new IllegalArgumentException("rule '" + rule + "': '" + text
                            + "' has two placeholders in one segment; two users could make the same channel of them");
                }
            }
            String filled = PLACEHOLDER.matcher(text).replaceAll("x");
            try {
                ChannelPattern pattern = ChannelPattern.parse(rule, filled);
                return new Template(text, filled.equals(text) ? pattern : null);
            } catch (Rejected wrong) {
                throw new IllegalArgumentException(
                        "rule '" + rule + "': '" + text + "' is no pattern: "
                                + wrong.problem().detail(),
                        wrong);
            }
        }

        Optional<ChannelPattern> filled(Function<String, Optional<String>> claims) {
            if (same != null) {
                return Optional.of(same);
            }
            Matcher matcher = PLACEHOLDER.matcher(text);
            var filled = new StringBuilder();
            while (matcher.find()) {
                Optional<String> value = claims.apply(matcher.group(1)).filter(claim -> !claim.isEmpty());
                if (value.isEmpty()) {
                    return Optional.empty();
                }
                matcher.appendReplacement(filled, Matcher.quoteReplacement(segment(value.get())));
            }
            matcher.appendTail(filled);
            try {
                return Optional.of(ChannelPattern.parse("rule", filled.toString()));
            } catch (Rejected tooLongOrReserved) {
                // A user whose claim makes no legal channel has none; that is what the rule then gives.
                return Optional.empty();
            }
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
