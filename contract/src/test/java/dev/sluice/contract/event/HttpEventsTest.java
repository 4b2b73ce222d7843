package dev.sluice.contract.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class HttpEventsTest {
    private static final Channel CHANNEL = new Channel("a.b");
    private static final EventLimits LIMITS = EventLimits.DEFAULT;
    private static final Map<String, String> REQUIRED =
            Map.of("ce-specversion", "1.0", "ce-id", "1", "ce-source", "/s", "ce-type", "t");

    @Test
    void shouldTellTheForms() throws Rejected {
        assertThat(HttpEvents.form(Map.of())).isEqualTo(HttpEvents.Form.PLAIN);
        assertThat(HttpEvents.form(Map.of("content-type", "application/json"))).isEqualTo(HttpEvents.Form.PLAIN);
        assertThat(HttpEvents.form(REQUIRED)).isEqualTo(HttpEvents.Form.BINARY);
        assertThat(HttpEvents.form(Map.of("content-type", "Application/CloudEvents+JSON; charset=utf-8")))
                .isEqualTo(HttpEvents.Form.STRUCTURED);
        assertThat(HttpEvents.form(Map.of("content-type", "application/cloudevents-batch+json")))
                .isEqualTo(HttpEvents.Form.BATCH);
    }

    @Test
    void shouldRefuseFormsThatAreNone() {
        for (String type :
                List.of("application/cloudevents+avro", "application/cloudevents", "application/cloudevents-batch")) {
            var refusal = catchThrowableOfType(Rejected.class, () -> HttpEvents.form(Map.of("content-type", type)));
            assertThat(refusal.problem().reason()).isEqualTo(Reason.UNSUPPORTED_MEDIA_TYPE);
            assertThat(refusal.problem().field()).isEqualTo("Content-Type");
        }
        var refusal = catchThrowableOfType(Rejected.class, () -> HttpEvents.form(Map.of("ce-id", "1")));
        assertThat(refusal.problem().field()).isEqualTo("ce-specversion");
    }

    @Provide
    static Arbitrary<String> texts() {
        return EventArbitraries.text();
    }

    /** What a sender encodes as the binding says comes back, whether it encodes all or only what it must. */
    @Property
    void shouldDecodeWhatTheBindingEncodes(@ForAll("texts") String subject, @ForAll boolean all) throws Rejected {
        var headers = new HashMap<>(REQUIRED);
        headers.put("ce-subject", encoded(subject, all));
        assertThat(HttpEvents.binary(CHANNEL, headers, new byte[0], LIMITS).subject())
                .isEqualTo(subject);
    }

    private static String encoded(String text, boolean all) {
        var encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            boolean must = b <= ' ' || b == '"' || b == '%' || b == 127;
            encoded.append(all || must ? String.format("%%%02x", b & 0xFF) : String.valueOf((char) b));
        }
        return encoded.toString();
    }

    @Test
    void shouldTakeQuotedStrings() throws Rejected {
        var headers = new HashMap<>(REQUIRED);
        headers.put("ce-subject", "\"a \\\"b\\\" %20\"");
        assertThat(HttpEvents.binary(CHANNEL, headers, new byte[0], LIMITS).subject())
                .isEqualTo("a \"b\"  ");
    }

    @Test
    void shouldNameTheHeaderThatIsWrong() {
        for (String missing : REQUIRED.keySet()) {
            var headers = new HashMap<>(REQUIRED);
            headers.remove(missing);
            assertMalformed(headers, missing);
        }
        assertMalformed(with("ce-subject", "%"), "ce-subject");
        assertMalformed(with("ce-subject", "%4"), "ce-subject");
        assertMalformed(with("ce-subject", "%zz"), "ce-subject");
        assertMalformed(with("ce-subject", "%ff"), "ce-subject");
        assertMalformed(with("ce-subject", "\u00fc"), "ce-subject");
        assertMalformed(with("ce-subject", ""), "ce-subject");
        assertMalformed(with("ce-time", "now"), "ce-time");
        assertMalformed(with("ce-datacontenttype", "text/plain"), "ce-datacontenttype");
        assertMalformed(with("ce-data", "x"), "ce-data");
        assertMalformed(with("ce-a-b", "x"), "ce-a-b");
        assertMalformed(with("ce-channel", "other"), "ce-channel");
        assertMalformed(with("ce-channel", "a..b"), "ce-channel");
        assertMalformed(with("ce-cursor", "x"), "ce-cursor");
        assertMalformed(with("content-type", "x"), "Content-Type");
    }

    /** Else whoever may publish could make clients leave. */
    @Test
    void shouldRefuseWhatOnlySluiceSays() {
        assertMalformed(with("ce-type", "sluice.close"), "ce-type");
        assertMalformed(with("ce-type", "%73luice.gap"), "ce-type");
        assertMalformed(with("ce-source", "/sluice"), "ce-source");
        assertMalformed(with("ce-source", "/sluice/x"), "ce-source");
        var type = catchThrowableOfType(Rejected.class, () -> plain("text/plain", "x", null, "sluice.gap"));
        assertThat(type.problem().field()).isEqualTo("type");
    }

    @Test
    void shouldTakeTypesThatOnlyLookSimilar() throws Rejected {
        assertThat(plain("text/plain", "x", null, "sluices.close").type()).isEqualTo("sluices.close");
    }

    @Test
    void shouldTakeUtf8ByItsOtherName() throws Rejected {
        assertThat(plain("application/json; charset=utf8", "{}", null, null).data())
                .isEqualTo(new byte[] {'{', '}'});
        assertThat(plain("text/plain;charset=\"UTF8\"", "x", null, null).data()).isEqualTo(new byte[] {'x'});
    }

    @Test
    void shouldTakeJsonWithoutTheMarkBeforeIt() throws Rejected {
        assertThat(plain("application/json", "\uFEFF{}", null, null).data()).isEqualTo(new byte[] {'{', '}'});
        // In text it may mean something.
        assertThat(plain("text/plain", "\uFEFFx", null, null).size()).isEqualTo(4);
        var headers = with("content-type", "application/json");
        var body = "\uFEFF[1]".getBytes(StandardCharsets.UTF_8);
        assertThat(HttpEvents.binary(CHANNEL, headers, body, LIMITS).data()).isEqualTo(new byte[] {'[', '1', ']'});
    }

    /** What HTTP.binary of the CloudEvents SDK for JavaScript sends of a string. */
    @Test
    void shouldSayWhatToSendForTextThatIsCalledJson() {
        var headers = with("content-type", "application/json; charset=utf-8");
        var refusal = catchThrowableOfType(
                Rejected.class,
                () -> HttpEvents.binary(CHANNEL, headers, "hello".getBytes(StandardCharsets.UTF_8), LIMITS));
        assertThat(refusal.problem().field()).isEqualTo("body");
        assertThat(refusal.problem().detail()).contains("text/plain", "datacontenttype");
    }

    private static Map<String, String> with(String name, String value) {
        var headers = new HashMap<>(REQUIRED);
        headers.put(name, value);
        return headers;
    }

    private static void assertMalformed(Map<String, String> headers, String field) {
        var refusal =
                catchThrowableOfType(Rejected.class, () -> HttpEvents.binary(CHANNEL, headers, new byte[0], LIMITS));
        assertThat(refusal.problem().reason()).isEqualTo(Reason.MALFORMED);
        assertThat(refusal.problem().field()).isEqualTo(field);
    }

    @Test
    void shouldFillInWhatAPlainPostDoesNotSay() throws Rejected {
        var event = plain("application/json", "{}", null, null);
        assertThat(event.id()).isNotEmpty();
        assertThat(event.type()).isEqualTo("message");
        assertThat(event.source()).isEqualTo("/users/alice");
        assertThat(event.time()).isEqualTo(Instant.EPOCH);
        assertThat(plain("text/plain", "x", "k-1", "order").id()).isEqualTo("k-1");
        assertThat(plain("text/plain", "x", "\"k-1\"", "order").type()).isEqualTo("order");
        assertThat(plain("text/plain", "x", "\"k-1\"", "order").id()).isEqualTo("k-1");
    }

    @Test
    void shouldRefuseDataThatIsNotWhatItSays() {
        assertRefused("application/json", "{", Reason.MALFORMED, "body");
        assertRefused("application/json", "", Reason.MALFORMED, "body");
        assertRefused("text/plain; charset=utf-16", "x", Reason.UNSUPPORTED_MEDIA_TYPE, "Content-Type");
        assertRefused("application/json;charset=\"latin1\"", "{}", Reason.UNSUPPORTED_MEDIA_TYPE, "Content-Type");
        var refusal = catchThrowableOfType(
                Rejected.class,
                () -> HttpEvents.plain(
                        CHANNEL, Map.of("content-type", "text/plain"), new byte[] {-1}, defaults(null, null), LIMITS));
        assertThat(refusal.problem().field()).isEqualTo("body");
        var key = catchThrowableOfType(Rejected.class, () -> plain("text/plain", "x", "", null));
        assertThat(key.problem().field()).isEqualTo("Idempotency-Key");
        var type = catchThrowableOfType(Rejected.class, () -> plain("text/plain", "x", null, ""));
        assertThat(type.problem().field()).isEqualTo("type");
    }

    private static void assertRefused(String contentType, String body, Reason reason, String field) {
        var refusal = catchThrowableOfType(Rejected.class, () -> plain(contentType, body, null, null));
        assertThat(refusal.problem().reason()).isEqualTo(reason);
        assertThat(refusal.problem().field()).isEqualTo(field);
    }

    private static Event plain(
            String contentType,
            String body,
            @org.jspecify.annotations.Nullable String key,
            @org.jspecify.annotations.Nullable String type)
            throws Rejected {
        return HttpEvents.plain(
                CHANNEL,
                Map.of("content-type", contentType),
                body.getBytes(StandardCharsets.UTF_8),
                defaults(key, type),
                LIMITS);
    }

    private static HttpEvents.Defaults defaults(
            @org.jspecify.annotations.Nullable String key, @org.jspecify.annotations.Nullable String type) {
        return new HttpEvents.Defaults(key, type, "/users/alice", Instant.EPOCH);
    }
}
