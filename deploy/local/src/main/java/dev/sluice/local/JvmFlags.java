package dev.sluice.local;

import java.util.List;
import java.util.stream.Stream;

/**
 * How much memory each process may use: together under 1.5 GiB of resident memory with one replica of each edge; Keycloak takes
 * some 300 MiB more than the small identity provider.
 */
final class JvmFlags {

    // Small heaps need no parallel collector, and its structures would cost more than they win.
    private static final List<String> COMMON = List.of(
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:ReservedCodeCacheSize=64m",
            "-Xshare:auto",
            "-Djava.net.preferIPv4Stack=true",
            "-Dfile.encoding=UTF-8");

    /** What the manifest of Quarkus's jar asks for, which counts only for {@code java -jar}. */
    private static final String OPENS = "--add-opens=java.base/java.lang=ALL-UNNAMED";

    private JvmFlags() {}

    static List<String> of(Component component) {
        var own =
                switch (component) {
                    // C1 only: these three start faster and stay smaller, and nobody measures them.
                    case KAFKA ->
                        List.of("-Xms64m", "-Xmx192m", "-XX:MaxDirectMemorySize=64m", "-XX:TieredStopAtLevel=1");
                    case IDENTITY ->
                        List.of("-Xms24m", "-Xmx96m", "-XX:MaxDirectMemorySize=16m", "-XX:TieredStopAtLevel=1");
                    case KEYCLOAK ->
                        List.of("-Xms64m", "-Xmx256m", "-XX:MaxMetaspaceSize=256m", "-XX:TieredStopAtLevel=1");
                    case PUBLISHER -> List.of(OPENS, "-Xms32m", "-Xmx160m", "-XX:MaxDirectMemorySize=64m");
                    case SSE_EDGE, WS_EDGE, GRPC_EDGE ->
                        List.of(OPENS, "-Xms48m", "-Xmx192m", "-XX:MaxDirectMemorySize=96m");
                };
        return Stream.concat(COMMON.stream(), own.stream()).toList();
    }
}
