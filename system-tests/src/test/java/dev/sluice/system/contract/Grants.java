package dev.sluice.system.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether patterns allow a pattern, found out in another way than the product does: by trying every channel of a small world. A request
 * is allowed when one of the grants has all channels that it has.
 */
record Grants(List<String> patterns) {
    private static final int DEPTH = 4;
    /** Made once for each list of words. */
    private static final Map<List<String>, List<String>> WORLDS = new ConcurrentHashMap<>();

    /** Whether all that the request can ever match is granted, as far as channels of these words go. */
    boolean allow(String request, List<String> words) {
        var asked = WORLDS.computeIfAbsent(words, Grants::world).stream()
                .filter(matcher(request)::matches)
                .toList();
        // A request that has nothing in this world would be allowed by anybody.
        if (asked.isEmpty()) {
            throw new IllegalArgumentException("'" + request + "' matches nothing that is made of " + words);
        }
        return patterns.stream().map(Grants::matcher).anyMatch(grant -> asked.stream()
                .allMatch(grant::matches));
    }

    private interface Matcher {
        boolean matches(String channel);
    }

    private static Matcher matcher(String pattern) {
        var segment = "[^.]+";
        var regex = Stream.of(pattern.split("\\.", -1))
                .map(part -> switch (part) {
                    case "*" -> segment;
                    case "**" -> segment + "(?:\\." + segment + ")*";
                    default -> Pattern.quote(part);
                })
                .collect(Collectors.joining("\\."));
        return Pattern.compile(regex).asMatchPredicate()::test;
    }

    private static List<String> world(List<String> words) {
        var world = new ArrayList<>(words);
        var longest = List.copyOf(words);
        for (var depth = 2; depth <= DEPTH; depth++) {
            longest = longest.stream()
                    .flatMap(channel -> words.stream().map(word -> channel + "." + word))
                    .toList();
            world.addAll(longest);
        }
        return List.copyOf(world);
    }
}
