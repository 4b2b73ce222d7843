package dev.sluice.system.fuzz;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * HTTP/1.1, and gRPC-Web with it.
 *
 * @param requests that are fine
 */
record HttpTarget(URI service, List<HttpRequest> requests) implements Target {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})");
    /** RFC 9110, section 6.4.1. */
    private static final Pattern EMPTY = Pattern.compile("HTTP/1\\.[01] [23]04");

    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
    private static final Pattern BUG = Pattern.compile("HTTP/1\\.[01] 50[0234]|grpc-status: *(2|13)\\b");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]{8,}={0,2}");
    private static final String END_OF_HEAD = "\r\n\r\n";

    @Override
    public String attempt(Mutator mutator) throws Finding {
        var request = mutator.pick(requests).spoilt(mutator);
        var sent = new String(request.bytes(), StandardCharsets.ISO_8859_1);
        try (var exchange = Exchange.with(service)) {
            var answer = request.whole()
                    ? exchange.ask(request.bytes(), HttpTarget::isWhole)
                    : exchange.send(request.bytes(), HttpTarget::isWhole);
            if (BUG.matcher(answer).find() || BUG.matcher(decoded(answer)).find()) {
                throw new Finding(answer, sent);
            }
            var status = STATUS.matcher(answer);
            return status.lookingAt() ? status.group(1) : "closed";
        } catch (Exchange.Unanswered unanswered) {
            throw new Finding(unanswered.toString(), sent);
        }
    }

    /** Of a stream the beginning is enough. */
    private static boolean isWhole(String answer) {
        var end = answer.indexOf(END_OF_HEAD);
        if (end < 0) {
            return false;
        }
        var length = LENGTH.matcher(answer.substring(0, end));
        var expected = length.find()
                ? Integer.parseInt(length.group(1))
                : EMPTY.matcher(answer).lookingAt() ? 0 : 1;
        return answer.length() >= end + END_OF_HEAD.length() + expected;
    }

    /** What gRPC-Web says in base64. */
    private static String decoded(String answer) {
        var decoded = new StringBuilder();
        BASE64.matcher(answer.substring(Math.max(0, answer.indexOf(END_OF_HEAD))))
                .results()
                .forEach(run -> {
                    var whole = run.group().substring(0, run.group().length() / 4 * 4);
                    if (whole.indexOf('=') < 0 || whole.length() == run.group().length()) {
                        decoded.append(new String(Base64.getDecoder().decode(whole), StandardCharsets.ISO_8859_1));
                    }
                });
        return decoded.toString();
    }
}
