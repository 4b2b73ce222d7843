package dev.sluice.identity.browser;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An allow-list of web origins (RFC 6454). Immutable, safe on any thread. */
final class Origins {
    private static final Pattern LEGAL = Pattern.compile("https?://[A-Za-z0-9.*-]+(:([0-9]+|\\*))?");
    /** What a star stands for in a host, so that nothing else of a URL can hide in it. */
    private static final String STAR = "[a-z0-9.-]+";
    /** What it stands for as a port: else whoever reads the origin after us would fall over it. */
    private static final String ANY_PORT = ":[0-9]{1,5}";

    private final List<Pattern> allowed;

    /** @throws IllegalArgumentException naming the entry that is no origin */
    Origins(List<String> entries) {
        allowed = entries.stream().map(Origins::pattern).toList();
    }

    private static Pattern pattern(String entry) {
        if (!LEGAL.matcher(entry).matches()) {
            throw new IllegalArgumentException(
                    "sluice.browser.origins: '" + entry
                            + "' is no origin; scheme, host and port are needed, as in https://app.example.com:8443, and no path");
        }
        boolean anyPort = entry.endsWith(":*");
        String before = anyPort ? entry.substring(0, entry.length() - 2) : entry;
        String regex = List.of(before.toLowerCase(Locale.ROOT).split("\\*", -1)).stream()
                .map(Pattern::quote)
                .collect(Collectors.joining(STAR));
        return Pattern.compile(anyPort ? regex + ANY_PORT : regex);
    }

    boolean allows(String origin) {
        String lower = origin.toLowerCase(Locale.ROOT);
        return allowed.stream().anyMatch(pattern -> pattern.matcher(lower).matches());
    }

    /**
     * Whether the page was served by the host that it asks. The scheme is not compared: behind a proxy that ends TLS it need not be known
     * here.
     *
     * @param authority host and port as the client names them; a port that is the scheme's own need not be there
     */
    static boolean isOwn(String origin, @Nullable String authority) {
        int host = origin.indexOf("://");
        if (authority == null || host <= 0) {
            return false;
        }
        String defaultPort = origin.regionMatches(true, 0, "https:", 0, 6) ? ":443" : ":80";
        return without(defaultPort, origin.substring(host + 3)).equalsIgnoreCase(without(defaultPort, authority));
    }

    private static String without(String port, String authority) {
        return authority.endsWith(port) ? authority.substring(0, authority.length() - port.length()) : authority;
    }

    /** The origin of the page that has this URL; of what is none, itself. */
    static String ofUrl(String url) {
        int host = url.indexOf("://");
        int path = host < 0 ? -1 : url.indexOf('/', host + 3);
        return path < 0 ? url : url.substring(0, path);
    }
}
