package dev.sluice.edge.format;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Chooses members of an event that was encoded with all of them. To go over its few attributes costs less than to encode an event for
 * each choice of a client, and leaves one body that everybody shares.
 */
public final class JsonMembers {
    private static final byte[] NOTHING = {};

    private final byte[] json;
    private int at;

    private JsonMembers(byte[] json, int at) {
        this.json = json;
        this.at = at;
    }

    /**
     * @param json members as we write them: no space around them, attributes (or an object of such) before the data, which are the last
     * @param from where the first name begins
     * @param end where the brace that ends them stands
     * @param wanted by name; data are wanted in any case
     * @return those members with commas between them, and no brace
     */
    public static byte[] choose(byte[] json, int from, int end, Predicate<String> wanted) {
        return new JsonMembers(json, from).chosen(end, wanted);
    }

    private byte[] chosen(int end, Predicate<String> wanted) {
        var out = new ByteArrayOutputStream(end - at);
        while (at < end && json[at] != '}') {
            int start = at;
            String name = name();
            byte[] member = NOTHING;
            if (name.equals("data") || name.equals("data_base64")) {
                at = end;
                member = Arrays.copyOfRange(json, start, end);
            } else if (json[at] == '{') {
                int object = ++at;
                byte[] inner = chosen(end, wanted);
                at++; // its brace
                if (inner.length > 0) {
                    var whole = new ByteArrayOutputStream(inner.length + 32);
                    whole.write(json, start, object - start);
                    whole.writeBytes(inner);
                    whole.write('}');
                    member = whole.toByteArray();
                }
            } else {
                skipScalar();
                member = wanted.test(name) ? Arrays.copyOfRange(json, start, at) : NOTHING;
            }
            if (member.length > 0) {
                if (out.size() > 0) {
                    out.write(',');
                }
                out.writeBytes(member);
            }
            if (at < end && json[at] == ',') {
                at++;
            }
        }
        return out.toByteArray();
    }

    /** Names of attributes need no escapes. */
    private String name() {
        int start = at + 1;
        skipString();
        String name = new String(json, start, at - 1 - start, StandardCharsets.US_ASCII);
        at++; // the colon
        return name;
    }

    private void skipScalar() {
        if (json[at] == '"') {
            skipString();
            return;
        }
        while (json[at] != ',' && json[at] != '}') {
            at++;
        }
    }

    private void skipString() {
        at++;
        while (json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        at++;
    }
}
