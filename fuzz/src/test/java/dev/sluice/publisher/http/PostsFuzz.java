package dev.sluice.publisher.http;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.event.EventLimits;
import dev.sluice.contract.event.HttpEvents;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.fuzz.Refused;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Posts in all forms. An event that is taken can be written again, and says the same then. */
public final class PostsFuzz {
    private static final String[] TYPES = {
        "application/json",
        "text/plain",
        "application/octet-stream",
        JsonEvents.MEDIA_TYPE,
        JsonEvents.BATCH_MEDIA_TYPE,
        ""
    };
    private static final String[] HEADERS = {
        "ce-id",
        "ce-source",
        "ce-type",
        "ce-specversion",
        "ce-time",
        "ce-subject",
        "ce-channel",
        "ce-x",
        "Idempotency-Key"
    };

    private PostsFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        var headers = MultiMap.caseInsensitiveMultiMap();
        headers.add("Content-Type", data.consumeBoolean() ? data.pickValue(TYPES) : data.consumeAsciiString(40));
        for (int i = data.consumeInt(0, 6); i > 0; i--) {
            headers.add(data.pickValue(HEADERS), data.consumeAsciiString(30));
        }
        Channel channel = data.consumeBoolean() ? new Channel("a.b") : null;
        Map<String, List<String>> query =
                data.consumeBoolean() ? Map.of() : Map.of("type", List.of(data.consumeString(20)));
        byte[] body = data.consumeRemainingAsBytes();
        try {
            Post post = Post.of(channel, query, headers, body);
            if (post.form() == HttpEvents.Form.BATCH) {
                post.batch(EventLimits.DEFAULT);
            } else {
                var event = post.event("/s", Instant.EPOCH, EventLimits.DEFAULT);
                var again = JsonEvents.read(event.channel(), JsonEvents.write(event), EventLimits.DEFAULT);
                if (!again.id().equals(event.id()) || !again.type().equals(event.type())) {
                    throw new AssertionError(event + " became " + again);
                }
            }
        } catch (Rejected refused) {
            Refused.requireReason(refused);
        }
    }
}
