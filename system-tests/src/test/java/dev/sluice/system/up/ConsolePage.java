package dev.sluice.system.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.http.Http;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The console as a browser loads it: the page, what it names, what that imports. */
final class ConsolePage {
    private static final Pattern ADDRESS = Pattern.compile("  console    (http://localhost:\\d+)  .*");
    private static final Pattern NAMED = Pattern.compile("(?:src=|href=|from )[\"']([\\w./-]+\\.(?:js|css|svg))[\"']");

    private ConsolePage() {}

    /** Everything that it consists of is there, at the address that {@code ./sluice up} has printed. */
    static void shouldBeServed(List<String> printed) {
        var address = printed.stream()
                .map(ADDRESS::matcher)
                .filter(Matcher::matches)
                .map(match -> URI.create(match.group(1) + "/"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no console in " + printed));
        var files = new LinkedHashSet<URI>();
        load(address, files);
        assertThat(files).contains(address.resolve("console.js"), address.resolve("client/index.js"));
    }

    private static void load(URI file, Set<URI> loaded) {
        if (!loaded.add(file)) {
            return;
        }
        var answer = Http.send(HttpRequest.newBuilder(file));
        assertThat(answer.status()).as("%s", file).isEqualTo(200);
        NAMED.matcher(answer.body()).results().forEach(name -> load(file.resolve(name.group(1)), loaded));
    }
}
