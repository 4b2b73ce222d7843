package dev.sluice.system.fuzz;

import java.net.URI;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * HTTP/2 down to its frames. What is said in the answer is compressed; here it counts that there is one or an end, and that a server
 * does not say that it has a bug (RFC 9113, section 7).
 *
 * @param connections all that clients say who do nothing wrong
 */
record Http2Target(URI service, List<byte[]> connections) implements Target {
    /** INTERNAL_ERROR in GOAWAY, on whatever last stream; or in RST_STREAM. */
    private static final Pattern BUG = Pattern.compile(
            "\\x07\\x00\\x00\\x00\\x00\\x00.{4}\\x00\\x00\\x00\\x02|\\x00\\x00\\x04\\x03\\x00.{4}\\x00\\x00\\x00\\x02",
            Pattern.DOTALL);

    /** The end of the answer to the first request. */
    private static final Pattern ANSWERED = Pattern.compile("[\\x00\\x01][\\x01\\x05]\\x00\\x00\\x00\\x01");

    @Override
    public String attempt(Mutator mutator) throws Finding {
        var bytes = mutator.bytes(mutator.pick(connections));
        var sent = HexFormat.of().formatHex(bytes);
        try (var exchange = Exchange.with(service)) {
            var answer = exchange.send(bytes, text -> ANSWERED.matcher(text).find());
            if (BUG.matcher(answer).find()) {
                throw new Finding(answer, sent);
            }
            return answer.isEmpty() ? "closed" : "answered";
        } catch (Exchange.Unanswered unanswered) {
            throw new Finding(unanswered.toString(), sent);
        }
    }
}
