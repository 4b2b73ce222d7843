package dev.sluice.contract.channel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The grammar of channels and patterns (protocol.md, "Event and channel"). */
final class Segments {
    static final String ONE = "*";
    static final String REST = "**";
    static final String RESERVED = "sluice";
    private static final String FORBIDDEN = ".*,/{}\" ";

    private Segments() {}

    static boolean isLegalCharacter(char c) {
        return c > ' ' && c < 127 && FORBIDDEN.indexOf(c) < 0;
    }

    static List<String> split(String name) {
        var segments = new ArrayList<String>(4);
        int start = 0;
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', start)) {
            segments.add(name.substring(start, dot));
            start = dot + 1;
        }
        segments.add(name.substring(start));
        return segments;
    }

    /** What is wrong with the text, in words for its author; empty when nothing is. */
    static Optional<String> complaint(String text, boolean pattern) {
        String what = pattern ? "pattern" : "channel";
        if (text.isEmpty()) {
            return Optional.of("a " + what + " must not be empty");
        }
        if (text.length() > Channel.MAX_LENGTH) {
            return Optional.of(
                    "a " + what + " has at most " + Channel.MAX_LENGTH + " characters, not " + text.length());
        }
        List<String> segments = split(text);
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            if (segment.equals(ONE) || segment.equals(REST)) {
                if (!pattern) {
                    return Optional.of("a channel is needed here, not a pattern: '" + segment + "'");
                }
                if (segment.equals(REST) && i < segments.size() - 1) {
                    return Optional.of("'**' may only be the last segment of a pattern");
                }
                continue;
            }
            var complaint = segmentComplaint(segment, i, what);
            if (complaint.isPresent()) {
                return complaint;
            }
        }
        if (segments.get(0).equals(RESERVED)) {
            return Optional.of("the first segment '" + RESERVED + "' is reserved");
        }
        return Optional.empty();
    }

    private static Optional<String> segmentComplaint(String segment, int index, String what) {
        if (segment.isEmpty()) {
            return Optional.of("segment " + (index + 1) + " of the " + what + " is empty");
        }
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (!isLegalCharacter(c)) {
                return Optional.of(String.format(
                        "segment %d of the %s holds the character U+%04X; allowed is printable ASCII but . * , / { } \" and space",
                        index + 1, what, (int) c));
            }
        }
        return Optional.empty();
    }
}
