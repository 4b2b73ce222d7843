package dev.sluice.system.fuzz;

import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A request of HTTP/1.1, of which anything can be spoilt: its bytes, or one part of it so that the rest still fits.
 *
 * @param target path and query, as they stand in the request
 */
record HttpRequest(String method, String target, Map<String, String> headers, byte[] body) {
    /** Headers that somebody on the way reads, whether a route does or not. */
    private static final List<String> OTHERS = List.of(
            "Origin",
            "Accept",
            "Accept-Encoding",
            "Accept-Language",
            "Access-Control-Request-Method",
            "Access-Control-Request-Headers",
            "Cookie",
            "Forwarded",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "X-Forwarded-Port",
            "X-Forwarded-Proto",
            "Referer",
            "Range",
            "If-Modified-Since",
            "Last-Event-ID",
            "Content-Encoding",
            "Content-Language",
            "Idempotency-Key",
            "Sec-Fetch-Site",
            "grpc-timeout",
            "grpc-encoding",
            "traceparent",
            "tracestate",
            "baggage",
            "X-HTTP-Method-Override");

    private static final List<String> STRANGE = List.of(
            "http://localhost:abc",
            "http://localhost:99999999999",
            "http://[::1",
            "null",
            "://",
            "*/*;q=x",
            ";;;",
            "text/event-stream;q=1e999",
            "a=b; c=\"d",
            "for=\"[::1]:x\";host=a:b;proto=",
            "127.0.0.1:99999, [::1, unknown",
            "bytes=-1--1",
            "Thu, 99 Foo 2026 99:99:99 GMT",
            "00-00000000000000000000000000000000-0000000000000000-zz",
            "99999999999H",
            "-1",
            ",,,,",
            "%",
            "gzip;q=,br",
            "xx-yy-zz;q=2");

    private static final Pattern PART = Pattern.compile("[^/?&=]+");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._~-]");

    static HttpRequest get(String target, String token) {
        return new HttpRequest("GET", target, Map.of("Authorization", "Bearer " + token), new byte[0]);
    }

    static HttpRequest post(String target, String token, String contentType, byte[] body) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Authorization", "Bearer " + token);
        headers.put("Content-Type", contentType);
        return new HttpRequest("POST", target, headers, body);
    }

    HttpRequest with(String header, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new HttpRequest(method, target, more, body);
    }

    byte[] bytes() {
        var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (!method.equals("GET")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    /** @param whole whether it ends where it says so, so that it can be answered */
    record Spoilt(byte[] bytes, boolean whole) {}

    Spoilt spoilt(Mutator mutator) {
        return switch (mutator.below(5)) {
            case 0 -> new Spoilt(mutator.bytes(bytes()), false);
            case 1 -> withSpoiltHeader(mutator).whole();
            case 2 -> withSpoiltTarget(mutator).whole();
            case 3 -> withAnotherHeader(mutator).whole();
            default -> (method.equals("GET") ? withSpoiltTarget(mutator) : withSpoiltBody(mutator)).whole();
        };
    }

    /** One that nobody asked for, with something that looks like it. */
    private HttpRequest withAnotherHeader(Mutator mutator) {
        var header = mutator.pick(OTHERS);
        var value = mutator.below(2) == 0 ? mutator.pick(STRANGE) : mutator.text(mutator.pick(STRANGE));
        return with(header, value.replaceAll("[^ -~]", "?"));
    }

    private Spoilt whole() {
        return new Spoilt(bytes(), true);
    }

    private HttpRequest withSpoiltHeader(Mutator mutator) {
        var header = mutator.pick(List.copyOf(headers.entrySet()));
        var value = mutator.bytes(header.getValue().getBytes(StandardCharsets.UTF_8));
        return with(header.getKey(), new String(value, StandardCharsets.ISO_8859_1));
    }

    /** One part of it: a name or a value of the query, a segment of the path. */
    private HttpRequest withSpoiltTarget(Mutator mutator) {
        var parts = PART.matcher(target).results().toList();
        var part = mutator.pick(parts);
        return new HttpRequest(
                method,
                target.substring(0, part.start())
                        + encoded(mutator.bytes(decoded(part.group())))
                        + target.substring(part.end()),
                headers,
                body);
    }

    private HttpRequest withSpoiltBody(Mutator mutator) {
        var json = headers.getOrDefault("Content-Type", "").contains("json") && mutator.below(3) > 0;
        return new HttpRequest(
                method, target, headers, json ? new JsonMutation(mutator).of(body) : mutator.bytes(body));
    }

    private static byte[] decoded(String part) {
        return URLDecoder.decode(part, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
    }

    private static String encoded(byte[] part) {
        var encoded = new StringBuilder();
        for (var b : part) {
            var c = String.valueOf((char) (b & 0xFF));
            encoded.append(PLAIN.matcher(c).matches() ? c : String.format("%%%02X", b & 0xFF));
        }
        return encoded.toString();
    }
}
