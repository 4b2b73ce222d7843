package dev.sluice.client.websocket;

import dev.sluice.client.http.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The opening handshake by hand (RFC 6455, 4.1), to see the whole answer of a server that refuses it. */
public final class RawHandshake {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private RawHandshake() {}

    /** @param headers besides those of every handshake; these win */
    public static Answer open(URI edge, String pathAndQuery, Map<String, String> headers) {
        var request = request(edge.getAuthority(), pathAndQuery, headers);
        try (var socket = new Socket(edge.getHost(), edge.getPort())) {
            socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return answer(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What asks an edge for {@code sluice.v1.json}. */
    public static String request(String token, Map<String, String> headers) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("Authorization", "Bearer " + token);
        all.put("Sec-WebSocket-Protocol", "sluice.v1.json");
        all.putAll(headers);
        return request("localhost", "/v1/ws", all);
    }

    /** Of any path. */
    public static String request(String host, String pathAndQuery, Map<String, String> headers) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("Host", host);
        all.put("Connection", "Upgrade");
        all.put("Upgrade", "websocket");
        all.put("Sec-WebSocket-Version", "13");
        all.put("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        all.putAll(headers);
        var request = new StringBuilder("GET " + pathAndQuery + " HTTP/1.1\r\n");
        all.forEach((name, value) -> {
            if (!value.isEmpty()) {
                request.append(name).append(": ").append(value).append("\r\n");
            }
        });
        return request.append("\r\n").toString();
    }

    private static Answer answer(Socket socket) throws IOException {
        var in = socket.getInputStream();
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            var next = in.read();
            if (next < 0) {
                throw new IOException("the answer ends amid its head: " + head);
            }
            head.write(next);
        }
        var lines = head.toString(StandardCharsets.ISO_8859_1).strip().split("\r\n");
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (var line : List.of(lines).subList(1, lines.length)) {
            var colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        var httpHeaders = HttpHeaders.of(headers, (name, value) -> true);
        var length = httpHeaders.firstValueAsLong("content-length").orElse(0);
        return new Answer(
                Integer.parseInt(lines[0].split(" ")[1]),
                httpHeaders,
                new String(in.readNBytes(Math.toIntExact(length)), StandardCharsets.UTF_8));
    }
}
