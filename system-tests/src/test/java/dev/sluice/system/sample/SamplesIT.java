package dev.sluice.system.sample;

import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.client.Json;
import dev.sluice.local.Component;
import dev.sluice.local.RepositoryRoot;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.local.process.Ports;
import dev.sluice.system.client.Expect;
import dev.sluice.system.js.Node;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each sample is served by its own command and used in Chromium (clients/js/test/real/samples.mjs). With {@code -Dsluice.docs.write=true}
 * the screenshots become those of the documentation.
 */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SamplesIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path LIBRARY = RepositoryRoot.find().resolve("samples/node_modules/@grpc/grpc-js");

    private final Sluice sluice = new Sluice(Sluice.builder("samples").start());

    @AfterAll
    void stop() {
        sluice.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "ticker", "jobs", "devices", "hybrid"})
    void shouldWork(String sample) throws IOException {
        var node = Node.inClient();
        assumeThat(Files.isExecutable(CHROMIUM)).as("%s", CHROMIUM).isTrue();
        var folder = Files.createDirectories(Path.of("target/samples").toAbsolutePath());
        var screenshot = folder.resolve("sample-" + sample + ".png");
        int port = Ports.free(1).get(0);
        var tokens = tokens();
        var builder = new ProcessBuilder(
                        RepositoryRoot.find().resolve("samples/run").toString(), sample, String.valueOf(port))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(sample + ".log").toFile());
        builder.environment()
                .put("TOKEN_URL", "http://localhost:" + tokens.getAddress().getPort());
        builder.environment()
                .put(
                        "SLUICE_URLS",
                        Json.object()
                                .put("websocket", sluice.url(Component.WS_EDGE).toString())
                                .put("sse", sluice.url(Component.SSE_EDGE).toString())
                                .put("grpc", sluice.url(Component.GRPC_EDGE).toString())
                                .put("publish", sluice.url(Component.PUBLISHER).toString())
                                .toString());
        var process = builder.start();
        try {
            Expect.eventually(sample + " is served", PATIENCE, () -> {
                if (!process.isAlive()) {
                    assumeThat(LIBRARY)
                            .as("what samples/run gets from npm; see %s", folder)
                            .isDirectory();
                    throw new AssertionError(sample + " has ended; see " + folder);
                }
                try (var socket = new Socket("localhost", port)) {
                    return Optional.of(socket);
                } catch (IOException notYet) {
                    return Optional.empty();
                }
            });
            node.run(
                    PATIENCE,
                    "test/real/samples.mjs",
                    sample,
                    URI.create("http://localhost:" + port).toString(),
                    screenshot.toString());
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            tokens.stop(0);
        }
        if (Boolean.getBoolean("sluice.docs.write") && Files.exists(screenshot)) {
            Files.copy(
                    screenshot,
                    RepositoryRoot.find().resolve("docs/images").resolve(screenshot.getFileName()),
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** In place of {@code ./sluice token}: the identity provider is on another port here. */
    private HttpServer tokens() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            var user = exchange.getRequestURI().getQuery().substring("user=".length());
            var token = sluice.mint(TokenRequest.of(user).role("publisher").role("reader"))
                    .getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, token.length);
            exchange.getResponseBody().write(token);
            exchange.close();
        });
        server.start();
        return server;
    }
}
