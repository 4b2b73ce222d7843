package dev.sluice.system.docs;

import dev.sluice.system.docs.Sources.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A meter as the code registers it.
 *
 * @param prometheusName what a scrape shows; of a timer without {@code _bucket}, {@code _count}, {@code _sum}, {@code _max}
 * @param kind counter, gauge, timer or summary
 * @param tags their keys, sorted
 */
record Meter(String name, String prometheusName, String kind, List<String> tags) {
    private static final String KINDS = "(?:Function)?[Cc]ounter|[Gg]auge|[Tt]imer|[Ss]ummary|DistributionSummary";
    private static final Pattern REGISTRATION = Pattern.compile(
            "(?:\\b(" + KINDS + ")\\s*\\.builder|registry\\s*\\.(" + KINDS + "))\\(\\s*(\"sluice\\.[^\"]+\")?");
    private static final Pattern LITERAL = Pattern.compile("\"([^\"]+)\"");
    private static final Pattern TAG = Pattern.compile("\\.tag\\(\\s*\"([^\"]+)\"");
    private static final Pattern UNIT = Pattern.compile("\\.baseUnit\\(\\s*\"([^\"]+)\"");

    static List<Meter> in(List<Source> sources) {
        var found = new TreeSet<Meter>(Comparator.comparing(Meter::toString));
        for (Source source : sources) {
            REGISTRATION.matcher(source.code()).results().forEach(match -> found.add(of(source, match)));
        }
        return new ArrayList<>(found);
    }

    private static Meter of(Source source, MatchResult match) {
        if (match.group(3) == null) {
            throw new IllegalStateException(source.file()
                    + " registers a meter whose name is no literal that begins with sluice.: it can't be compared");
        }
        String name = match.group(3).replace("\"", "");
        String rest = source.code().substring(match.end(), source.code().indexOf(';', match.end()));
        boolean built = match.group(1) != null;
        String kind = (built ? match.group(1) : match.group(2))
                .toLowerCase(Locale.ROOT)
                .replace("function", "");
        String unit = UNIT.matcher(rest)
                .results()
                .map(base -> base.group(1))
                .findFirst()
                .orElse("");
        List<String> tags = (built ? TAG : LITERAL)
                .matcher(rest)
                .results()
                .map(tag -> tag.group(1))
                .sorted()
                .toList();
        return new Meter(name, prometheus(name, kind, unit), kind.replace("distribution", ""), tags);
    }

    /** As Micrometer's PrometheusNamingConvention does. */
    private static String prometheus(String name, String kind, String unit) {
        String base = name.replace('.', '_');
        String withUnit = unit.isEmpty() || base.endsWith(unit) ? base : base + "_" + unit;
        return switch (kind) {
            case "counter" -> withUnit + "_total";
            case "timer" -> base + "_seconds";
            default -> withUnit;
        };
    }
}
