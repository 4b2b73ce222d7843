package dev.sluice.edge.request;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which attributes travel with the payload ({@code fields}).
 *
 * @param all whatever an event has
 * @param names else these, by their names in CloudEvents
 */
public record Fields(boolean all, Set<String> names) {
    public static final Fields ALL = new Fields(true, Set.of());
    public static final Fields NONE = new Fields(false, Set.of());
    /** What an event stream shows by itself. */
    public static final Fields TYPE = new Fields(false, Set.of("type"));

    private static final int MOST_NAMES = 50;
    /** CloudEvents 1.0.2, "Attribute Naming Convention"; how long one may be is not for them to say. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]{1,100}");

    private static final Set<String> ALWAYS = Set.of("data", "cursor", "specversion");

    public Fields {
        names = Set.copyOf(names);
    }

    /**
     * @param texts {@code none} or {@code all} alone, or names
     * @throws Rejected when there is none, or one that is no name
     */
    static Fields of(List<String> texts) throws Rejected {
        if (texts.equals(List.of("none"))) {
            return NONE;
        }
        if (texts.equals(List.of("all"))) {
            return ALL;
        }
        if (texts.isEmpty() || texts.size() > MOST_NAMES) {
            throw malformed("'none', 'all', or 1 to " + MOST_NAMES + " names of attributes are needed here");
        }
        for (String name : texts) {
            if (!NAME.matcher(name).matches()) {
                throw malformed("'" + name + "' is no name of a CloudEvents attribute");
            }
            if (ALWAYS.contains(name)) {
                throw malformed("'" + name + "' is no attribute to choose: it is as it is");
            }
        }
        return new Fields(false, Set.copyOf(texts));
    }

    private static Rejected malformed(String detail) {
        return Problem.malformed("fields", detail).rejected();
    }

    public boolean isNone() {
        return !all && names.isEmpty();
    }

    public boolean has(String attribute) {
        return all || names.contains(attribute);
    }
}
