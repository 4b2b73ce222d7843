package dev.sluice.system.observe;

import dev.sluice.client.http.Http;
import java.net.URI;
import java.util.Arrays;
import java.util.List;

/** What {@code /q/metrics} says: lines of Prometheus's text format. */
public record Scrape(List<String> lines) {

    public static Scrape of(URI service) {
        var answer = Http.get(service.resolve("/q/metrics"));
        if (answer.status() != 200) {
            throw new AssertionError("the scrape was answered by " + answer);
        }
        return new Scrape(Arrays.stream(answer.body().split("\n"))
                .filter(line -> !line.startsWith("#"))
                .toList());
    }

    /** Whether there is a sample of that name. */
    public boolean has(String name) {
        return lines.stream().anyMatch(line -> line.startsWith(name + "{") || line.startsWith(name + " "));
    }

    /** The sum of the samples of that name that have the label; 0 when there are none. */
    public double sum(String name, String label) {
        return lines.stream()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
