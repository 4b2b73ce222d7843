package dev.sluice.images;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A training run (<a href="https://openjdk.org/jeps/514">JEP 514</a>): a service starts as it does in its image, and what its JVM loaded and
 * linked until then becomes a file, the AOT cache, that the image's JVM maps instead of doing all of that again. There is neither Kafka
 * nor an identity provider: most of a start is before they are asked.
 *
 * <p>The JVM takes the cache only if it is the same build on the same platform, with the same layout of objects, and if each JAR has the size
 * and time that it had here. Otherwise it says so and starts without.
 *
 * @param service the module's name
 * @param application what its build made, best as {@code aot-jar}: of other packages the JVM can keep less
 * @param java the home of the JVM, of the build that the image's base has
 */
record Training(String service, Path application, Path java) {
    /** What Jib gives each file of an image. */
    private static final FileTime TIME_IN_IMAGES = FileTime.fromMillis(1_000);

    private static final Pattern LISTENING = Pattern.compile("Listening on: (http://[0-9.]+:[0-9]+)");
    private static final List<String> ASKED = List.of("/q/health/live", "/q/health/ready", "/q/metrics");
    private static final String NOBODY = "127.0.0.1:9";
    private static final int MOST_SECONDS = 120;
    private static final int LAST_LINES = 20;

    /** Whether what is trained here is of use in images of the platform, whose parts are called as in {@code linux/arm64}. */
    static boolean isFor(String system, String architecture) {
        String here = System.getProperty("os.arch").equals("aarch64") ? "arm64" : System.getProperty("os.arch");
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).equals(system) && here.equals(architecture);
    }

    /**
     * Runs it, for some ten seconds.
     *
     * @param folder for the cache and for a copy of the application
     * @return the cache
     * @throws IOException if the service did not start, or its JVM made no cache (those before 25 make none); with the last that it said
     */
    Path run(Path folder) throws IOException, InterruptedException {
        Path copy = copy(folder.resolve(service));
        Path cache = folder.resolve(service + ".aot");
        Files.deleteIfExists(cache);
        Process process = start(java, List.of("-XX:AOTCacheOutput=" + cache), copy.resolve(ServiceImage.LAUNCHER));
        Deque<String> said = new ArrayDeque<>();
        try (BufferedReader output = process.inputReader()) {
            String address = null;
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                keep(said, line);
                Matcher listening = LISTENING.matcher(line);
                if (address == null && listening.find()) {
                    address = listening.group(1);
                    ask(address);
                    // Not the process itself: that would close its output, which says what becomes of the cache.
                    process.toHandle().destroy();
                }
            }
            // Its output has ended, and so will it.
            boolean ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
            if (address == null) {
                throw new IOException(service + " did not start with " + java + ":\n" + String.join("\n", said));
            }
            if (!ended || !Files.exists(cache)) {
                throw new IOException(java + " made no AOT cache of " + service + ", which takes Java 25 or newer:\n"
                        + String.join("\n", said));
            }
            return cache;
        } finally {
            process.destroyForcibly();
        }
    }

    private Path copy(Path target) throws IOException {
        try (Stream<Path> files = Files.walk(application)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = target.resolve(application.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.deleteIfExists(to);
                Files.copy(file, to);
                Files.setLastModifiedTime(to, TIME_IN_IMAGES);
            }
        }
        return target;
    }

    /** Starts a service with the flags of an image and more, where there is nothing that it could reach. */
    static Process start(Path java, List<String> flags, Path launcher) throws IOException {
        var command = new ArrayList<>(List.of(java.resolve("bin/java").toString()));
        command.addAll(flags);
        command.addAll(List.of("-jar", launcher.toString()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_TOOL_OPTIONS", ServiceImage.JVM_FLAGS);
        builder.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
        builder.environment().put("QUARKUS_HTTP_PORT", "0");
        builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", NOBODY);
        builder.environment().put("QUARKUS_OIDC_AUTH_SERVER_URL", "http://" + NOBODY);
        return builder.start();
    }

    /** What is asked of each replica all the time; the answers don't matter. */
    private static void ask(String address) throws IOException, InterruptedException {
        var client = HttpClient.newHttpClient();
        for (String path : ASKED) {
            client.send(HttpRequest.newBuilder(URI.create(address + path)).build(), BodyHandlers.discarding());
        }
    }

    private static void keep(Deque<String> said, String line) {
        said.add(line);
        if (said.size() > LAST_LINES) {
            said.remove();
        }
    }
}
