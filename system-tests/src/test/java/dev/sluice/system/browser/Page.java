package dev.sluice.system.browser;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A page in a real browser, from an origin of its own. It tells what it sees by posts to where it came from. */
final class Page implements AutoCloseable {
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final Chromium chromium;

    private Page(String resource, Map<String, String> settings) throws IOException {
        byte[] html = html(resource, settings);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> answer(exchange, html));
        server.createContext("/report", exchange -> {
            reports.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            answer(exchange, new byte[0]);
        });
        server.start();
        chromium = Chromium.show("http://localhost:" + server.getAddress().getPort() + "/");
    }

    /**
     * @param resource the page's source, beside this class
     * @param settings what is written into the page in the places of {@code {{name}}}
     */
    static Page of(String resource, Map<String, String> settings) {
        try {
            return new Page(resource, settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] html(String resource, Map<String, String> settings) throws IOException {
        try (var source = Page.class.getResourceAsStream(resource)) {
            if (source == null) {
                throw new IllegalStateException(resource + " is missing");
            }
            var html = new String(source.readAllBytes(), StandardCharsets.UTF_8);
            for (var setting : settings.entrySet()) {
                html = html.replace("{{" + setting.getKey() + "}}", setting.getValue());
            }
            return html.getBytes(StandardCharsets.UTF_8);
        }
    }

    private static void answer(HttpExchange exchange, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    List<String> reports() {
        return reports;
    }

    @Override
    public void close() {
        chromium.close();
        server.stop(0);
    }
}
