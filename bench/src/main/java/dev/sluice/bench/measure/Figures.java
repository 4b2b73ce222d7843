package dev.sluice.bench.measure;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What was measured: by measure, protocol and name, one value a round. What is told of them is the median, the least and the
 * most, to three digits. One thread uses it.
 */
public final class Figures {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Map<String, Map<String, Map<String, List<Double>>>> values = new LinkedHashMap<>();
    private final PrintStream out;

    public Figures(PrintStream out) {
        this.out = out;
    }

    /** The figures of one measure on one protocol. */
    final class Of {
        private final String title;
        private final Map<String, List<Double>> named;

        private Of(String measure, String protocol) {
            this.title = measure + " " + protocol;
            this.named = values.computeIfAbsent(measure, key -> new LinkedHashMap<>())
                    .computeIfAbsent(protocol, key -> new LinkedHashMap<>());
        }

        /** One round's value. */
        void add(String name, double value) {
            named.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
        }

        /** How the edge stands to the other, in one round. */
        void compare(String name, double edge, double reference) {
            compare(name, edge, "reference", reference);
        }

        /** As that; the other has a name of its own. */
        void compare(String name, double edge, String other, double value) {
            add(name + ".edge", edge);
            add(name + "." + other, value);
            add(name + ".ratio", edge / value);
        }

        /** Says that something is not measured here. */
        void skip(String name, Exception why) {
            out.println(title + " " + name + " is skipped: " + why.getMessage());
        }

        void print() {
            named.forEach((name, rounds) -> {
                out.printf("%-14s %-24s %12s", title, name, text(median(rounds)));
                out.println(rounds.size() > 1 ? "  (" + text(least(rounds)) + " to " + text(most(rounds)) + ")" : "");
            });
        }
    }

    Of of(String measure, String protocol) {
        return new Of(measure, protocol);
    }

    /**
     * Says of each target that was measured whether it is reached.
     *
     * @return whether all are
     */
    public boolean judge() {
        boolean good = true;
        for (Target target : Target.ALL) {
            List<Double> rounds = values.getOrDefault(target.measurement().title(), Map.of())
                    .getOrDefault(target.protocol().title(), Map.of())
                    .get(target.figure());
            if (rounds != null) {
                boolean reached = target.isReached(median(rounds));
                good &= reached;
                out.println((reached ? "reached: " : "MISSED: ") + target + ", is " + text(median(rounds)));
            }
        }
        return good;
    }

    /** Writes all of it, below what is said of the machine. */
    public void write(Path file, Map<String, String> about) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        about.forEach(root::put);
        ObjectNode figures = root.putObject("figures");
        values.forEach((measure, protocols) -> {
            ObjectNode ofMeasure = figures.putObject(measure);
            protocols.forEach((protocol, named) -> {
                ObjectNode ofProtocol = ofMeasure.putObject(protocol);
                named.forEach((name, rounds) -> ofProtocol
                        .putObject(name)
                        .put("median", rounded(median(rounds)))
                        .put("least", rounded(least(rounds)))
                        .put("most", rounded(most(rounds))));
            });
        });
        JSON.writeValue(file.toFile(), root);
    }

    private static double median(List<Double> rounds) {
        return rounds.stream().sorted().toList().get(rounds.size() / 2);
    }

    private static double least(List<Double> rounds) {
        return rounds.stream().min(Double::compare).orElseThrow();
    }

    private static double most(List<Double> rounds) {
        return rounds.stream().max(Double::compare).orElseThrow();
    }

    private static BigDecimal rounded(double value) {
        BigDecimal digits = new BigDecimal(value).round(new MathContext(3));
        return digits.scale() < 0 ? digits.setScale(0) : digits;
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%,f", rounded(value)).replaceAll("\\.?0*$", "");
    }
}
