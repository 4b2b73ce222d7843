package dev.sluice.contract.event;

import dev.sluice.contract.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.arbitraries.StringArbitrary;

/** Events as they may stand in the log. */
final class EventArbitraries {
    private EventArbitraries() {}

    /** Whatever CloudEvents allows in an attribute. */
    static StringArbitrary text() {
        return Arbitraries.strings()
                .withCharRange(' ', '~')
                .withCharRange('\u00a0', '\u00ff')
                .withChars('€', '\u2028', 'ß', '%', '"', '\\')
                .ofMinLength(1)
                .ofMaxLength(20);
    }

    static Arbitrary<Event> events() {
        Arbitrary<Channel> channels = Arbitraries.of("a", "orders.42", "users.alice@example,com".replace(",", ";"))
                .map(Channel::new);
        Arbitrary<Map<String, String>> extensions = Arbitraries.maps(
                        Arbitraries.strings()
                                .withCharRange('a', 'z')
                                .withCharRange('0', '9')
                                .ofMinLength(1)
                                .ofMaxLength(20)
                                .filter(name -> !Attributes.DEFINED.contains(name)
                                        && !Attributes.RESERVED.contains(name)
                                        && !name.equals("data")),
                        text())
                .ofMaxSize(4);
        return Combinators.combine(
                        channels,
                        text(),
                        Arbitraries.of("/users/alice", "urn:a:b", "https://example.com/a?b=c#d"),
                        Arbitraries.longs()
                                .between(0, 253_402_300_799_999L)
                                .map(Instant::ofEpochMilli)
                                .injectNull(0.2),
                        text().injectNull(0.5),
                        Arbitraries.of("https://example.com/schema").injectNull(0.5),
                        extensions,
                        bodies())
                .as((channel, id, source, time, subject, schema, more, body) -> new Event(
                        channel,
                        id,
                        source,
                        "order." + id,
                        time,
                        subject,
                        body.contentType(),
                        schema,
                        more,
                        body.data()));
    }

    record Body(
            @org.jspecify.annotations.Nullable String contentType, byte @org.jspecify.annotations.Nullable [] data) {}

    private static Arbitrary<Body> bodies() {
        Arbitrary<byte[]> bytes =
                Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(50);
        Arbitrary<byte[]> strings = text().map(text -> text.getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> json = Arbitraries.of(
                        "{\"a\":1.10}", "[1e400,\n\"\\ud800\"]", " false ", "\"😀\"", "{\r\n \"a\": []\n}", "true")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
        Arbitrary<String> types = Arbitraries.of(
                        "application/json",
                        "application/vnd.api+json",
                        "text/plain",
                        "text/html; charset=utf-8",
                        "application/octet-stream",
                        "application/xml")
                .injectNull(0.2);
        return Combinators.combine(
                        types, Arbitraries.oneOf(bytes, strings, json).injectNull(0.1))
                .as(Body::new);
    }
}
