package dev.sluice.local.keycloak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keycloak as the build has unpacked it, and what {@code bin/kc.sh} would make of it. It is started without that script, so that the
 * process that the stack starts, freezes and kills is Keycloak itself.
 *
 * @param home the folder with {@code bin} and {@code lib}
 */
public record Distribution(Path home) {

    /** The module that unpacks it. */
    public static final String MODULE = "deploy/keycloak";

    private static final String REALM = "sluice-realm.json";

    /** Of the administrator of the realm {@code master}. */
    public static final Map<String, String> ENV = Map.of(
            "KC_BOOTSTRAP_ADMIN_USERNAME", Keycloak.ADMIN,
            "KC_BOOTSTRAP_ADMIN_PASSWORD", Keycloak.ADMIN);

    /** The one in the repository; empty when it was not built. */
    public static Optional<Distribution> under(Path root) {
        var target = root.resolve(MODULE).resolve("target");
        if (!Files.isDirectory(target)) {
            return Optional.empty();
        }
        try (var folders = Files.list(target)) {
            // An older version may lie next to the present one until the next clean build.
            return folders.filter(folder -> Files.exists(folder.resolve("lib/quarkus-run.jar")))
                    .max(Comparator.comparingLong(folder -> folder.toFile().lastModified()))
                    .map(Distribution::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Has it import the example realm as it is in the sources now, however long ago the distribution was unpacked.
     *
     * @param root of the repository
     */
    public void importRealm(Path root) {
        var folder = home.resolve("data/import");
        try {
            Files.createDirectories(folder);
            // Another stack may be reading it.
            var copy = Files.createTempFile(folder, "realm", null);
            Files.copy(root.resolve(MODULE).resolve(REALM), copy, StandardCopyOption.REPLACE_EXISTING);
            Files.move(copy, folder.resolve(REALM), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its class path. */
    public Path runner() {
        return home.resolve("lib/quarkus-run.jar");
    }

    /** What it needs of the JVM besides memory. */
    public List<String> jvmFlags() {
        return List.of(
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
                "--add-opens=java.base/java.security=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "-Duser.language=en",
                "-Duser.country=US",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
                        + "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
                "-Dpicocli.disable.closures=true",
                // As it was released, for its default database: to build it once more would take up to a minute.
                "-Dkc.config.built=true",
                "-Dkc.home.dir=" + home,
                "-Djboss.server.config.dir=" + home.resolve("conf"));
    }

    /**
     * On the loopback address alone, with a database of its own and the example realm in it.
     *
     * @param data folder of the database
     */
    public static List<String> args(int port, Path data) {
        return List.of(
                "start",
                "--import-realm",
                "--http-enabled=true",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--hostname=http://localhost:" + port,
                "--cache=local",
                "--db-url=jdbc:h2:file:" + data.resolve("keycloak") + ";NON_KEYWORDS=VALUE");
    }
}
