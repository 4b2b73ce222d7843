package dev.sluice.identity.http;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a path, or a query, means exactly what it says. Frameworks cut parameters off, join slashes, resolve dots and disregard a last slash, each
 * in its own way, so that one text would be several paths, and a channel in it another one than the client wrote. Such paths are refused,
 * by the same rule on all services, before anybody interprets them.
 */
final class PathForm {
    /** The pages of the framework in development live below a path with a slash at its end. */
    private static final String DEVELOPMENT = "/q/dev";

    /** What RFC 3986 has in no URL. */
    private static final String NOWHERE = "\"<>\\^`{|}#";
    /** And what it has in no path. */
    private static final String IN_NO_PATH = NOWHERE + "[]";

    private static final String NO_ESCAPE = "after '%' two hexadecimal digits are needed";

    private PathForm() {}

    /**
     * @param path as it stands in the request, not decoded
     * @return what is wrong with it, in words for its author; empty when nothing is
     */
    static Optional<String> complaint(@Nullable String path) {
        if (path == null || !path.startsWith("/")) {
            return Optional.of("a path begins with '/'");
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            Optional<String> illegal = complaint(c, IN_NO_PATH);
            if (illegal.isPresent()) {
                return illegal;
            }
            if (c == ';') {
                return Optional.of(
                        "';' has to be percent-encoded (%3B): in a path it begins a parameter, and there is none here");
            }
            if (c == '%') {
                int decoded = decoded(path, i);
                if (decoded < 0) {
                    return Optional.of(NO_ESCAPE);
                }
                if (decoded == '/') {
                    return Optional.of("an encoded '/' (%2F) is in no path here");
                }
                if (decoded < ' ' || decoded == 127) {
                    return Optional.of("a control character is in no path here");
                }
                i += 2;
            }
        }
        return segmentComplaint(path);
    }

    /**
     * @param query as it stands in the request, not decoded
     * @return what is wrong with it, in words for its author; empty when nothing is
     */
    static Optional<String> queryComplaint(String query) {
        for (int i = 0; i < query.length(); i++) {
            char c = query.charAt(i);
            Optional<String> illegal = complaint(c, NOWHERE);
            if (illegal.isPresent()) {
                return illegal;
            }
            if (c == '%' && decoded(query, i) < 0) {
                return Optional.of(NO_ESCAPE);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> complaint(char c, String illegal) {
        if (c <= ' ' || c > '~') {
            return Optional.of("what is not printable ASCII has to be percent-encoded");
        }
        return illegal.indexOf(c) < 0
                ? Optional.empty()
                : Optional.of("'%c' has to be percent-encoded (%%%02X)".formatted(c, (int) c));
    }

    private static Optional<String> segmentComplaint(String path) {
        if (path.length() == 1) {
            return Optional.empty();
        }
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            String segment = segments[i].replace("%2e", ".").replace("%2E", ".");
            if (segment.equals(".") || segment.equals("..")) {
                return Optional.of("'.' and '..' are no segments of a path here");
            }
            boolean last = i == segments.length - 1;
            if (segment.isEmpty() && !(last && path.startsWith(DEVELOPMENT))) {
                return Optional.of(
                        last ? "there is no '/' at the end of a path" : "a segment of the path is empty ('//')");
            }
        }
        return Optional.empty();
    }

    /** -1 when no two digits follow. */
    private static int decoded(String path, int percent) {
        if (percent + 2 >= path.length()) {
            return -1;
        }
        int high = Character.digit(path.charAt(percent + 1), 16);
        int low = Character.digit(path.charAt(percent + 2), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
