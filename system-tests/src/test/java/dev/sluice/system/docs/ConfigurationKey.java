package dev.sluice.system.docs;

import dev.sluice.system.docs.Sources.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A configuration key as the code declares it, in a {@code @ConfigMapping} interface or a {@code @ConfigProperty}.
 *
 * @param key with {@code <name>} where a map's key stands
 * @param type in the words of docs/configuration.md
 * @param defaultValue empty when there is none
 * @param readBy which services read it
 */
record ConfigurationKey(String key, String type, String defaultValue, String readBy) {
    private static final Pattern MAPPING =
            Pattern.compile("@ConfigMapping\\(prefix = \"([^\"]+)\"\\)\\s*(?:public\\s+)?interface\\s+\\w+\\s*\\{");
    private static final Pattern PROPERTY = Pattern.compile(
            "@ConfigProperty\\(name = \"([^\"]+)\"(?:, defaultValue = \"([^\"]*)\")?\\)\\s*([\\w.<>]+)");
    private static final Pattern NESTED = Pattern.compile("interface\\s+(\\w+)\\s*\\{");
    private static final Pattern OWN_METHOD = Pattern.compile("default\\s[^{;]*\\{");
    private static final Pattern MEMBER = Pattern.compile(
            "((?:@\\w+(?:\\(\"[^\"]*\"\\))?\\s+)*)([\\w.]+(?:<[\\w.<>, ]+>)?)\\s+(\\w+)\\(\\);", Pattern.DOTALL);
    private static final Pattern DEFAULT = Pattern.compile("@WithDefault\\(\"([^\"]*)\"\\)");
    private static final Pattern NAME = Pattern.compile("@WithName\\(\"([^\"]*)\"\\)");
    private static final Map<String, String> TYPES = Map.of(
            "String", "text",
            "boolean", "true or false",
            "short", "number",
            "int", "number",
            "Integer", "number",
            "long", "number",
            "Duration", "duration",
            "MemorySize", "size",
            "List<String>", "list");

    private static final String ALL = "all";
    private static final Map<String, String> READERS =
            Map.of("identity", ALL, "edge", "edges", "publisher-service", "publisher");

    /** As in the environment; {@code <NAME>} where a map's key stands. */
    String environmentVariable() {
        return key.replaceAll("[^A-Za-z0-9<>]", "_").toUpperCase(Locale.ROOT);
    }

    /** All of ours, by key, each with the services that read it. */
    static List<ConfigurationKey> in(List<Source> sources) {
        var found = new ArrayList<ConfigurationKey>();
        for (Source source : sources) {
            String readBy = READERS.getOrDefault(source.module(), source.module());
            Matcher mapping = MAPPING.matcher(source.code());
            while (mapping.find()) {
                members(mapping.group(1), body(source.code(), mapping.end()), readBy, found);
            }
            PROPERTY.matcher(source.code())
                    .results()
                    .map(property -> new ConfigurationKey(
                            property.group(1),
                            type(property.group(3)),
                            property.group(2) == null ? "" : property.group(2),
                            readBy))
                    .filter(key -> key.key().startsWith("sluice."))
                    .forEach(found::add);
        }
        return merged(found);
    }

    /** A key that several services read says so once; they have to agree on it. */
    private static List<ConfigurationKey> merged(List<ConfigurationKey> found) {
        var readers = new TreeMap<ConfigurationKey, TreeSet<String>>(Comparator.comparing(ConfigurationKey::key)
                .thenComparing(ConfigurationKey::type)
                .thenComparing(ConfigurationKey::defaultValue));
        found.forEach(
                key -> readers.computeIfAbsent(key, first -> new TreeSet<>()).add(key.readBy()));
        return readers.entrySet().stream()
                .map(entry -> new ConfigurationKey(
                        entry.getKey().key(),
                        entry.getKey().type(),
                        entry.getKey().defaultValue(),
                        entry.getValue().contains(ALL) ? ALL : String.join(", ", entry.getValue())))
                .toList();
    }

    private static void members(String prefix, String body, String readBy, List<ConfigurationKey> found) {
        var nested = new TreeMap<String, String>();
        String flat = body;
        for (Matcher matcher = NESTED.matcher(flat); matcher.find(); matcher = NESTED.matcher(flat)) {
            String inner = body(flat, matcher.end());
            nested.put(matcher.group(1), inner);
            flat = flat.substring(0, matcher.start()) + flat.substring(matcher.end() + inner.length() + 1);
        }
        for (Matcher matcher = OWN_METHOD.matcher(flat); matcher.find(); matcher = OWN_METHOD.matcher(flat)) {
            String inner = body(flat, matcher.end());
            flat = flat.substring(0, matcher.start()) + flat.substring(matcher.end() + inner.length() + 1);
        }
        for (MatchResult member : MEMBER.matcher(flat).results().toList()) {
            String annotations = member.group(1);
            String key = prefix + "." + first(NAME, annotations, dashed(member.group(3)));
            String declared = member.group(2).replaceFirst("^Optional<(.*)>$", "$1");
            String ofMap = declared.replaceFirst("^Map<String, (.*)>$", "$1");
            String place = ofMap.equals(declared) ? key : key + ".<name>";
            String group = nested.get(ofMap);
            if (group == null) {
                found.add(new ConfigurationKey(place, type(ofMap), first(DEFAULT, annotations, ""), readBy));
            } else {
                members(place, group, readBy, found);
            }
        }
    }

    private static String type(String java) {
        String type = TYPES.get(java);
        if (type == null) {
            throw new IllegalStateException("what is " + java + " called in docs/configuration.md?");
        }
        return type;
    }

    private static String first(Pattern pattern, String annotations, String otherwise) {
        return pattern.matcher(annotations)
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElse(otherwise);
    }

    private static String dashed(String method) {
        return method.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /** What stands between the brace that ends before {@code start} and the one that closes it. */
    private static String body(String code, int start) {
        int depth = 1;
        for (int i = start; i < code.length(); i++) {
            depth += code.charAt(i) == '{' ? 1 : code.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                return code.substring(start, i);
            }
        }
        throw new IllegalStateException("a brace is not closed");
    }
}
