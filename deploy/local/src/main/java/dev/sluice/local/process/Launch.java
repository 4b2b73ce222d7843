package dev.sluice.local.process;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How to start one Java process. Immutable, so that the same process can be started again.
 *
 * @param name how the process is called, also in {@code ps}
 * @param javaHome the JDK or JRE to run it on
 * @param jvmFlags flags before the main class; later ones win
 * @param classPath entries in order
 * @param mainClass the real main class, which {@link Tether} calls
 * @param args its arguments
 * @param env added to this process's own environment
 * @param directory working directory; must exist
 * @param logFile standard output and error are appended here
 */
public record Launch(
        String name,
        Path javaHome,
        List<String> jvmFlags,
        List<String> classPath,
        String mainClass,
        List<String> args,
        Map<String, String> env,
        Path directory,
        Path logFile) {

    /**
     * Ctrl-C goes to every process of the terminal's foreground group. Children must not die of it at once and in any
     * order: the launcher stops them. A signal ignored before {@code exec} stays ignored in a JVM.
     */
    private static final String DEAF_TO_THE_TERMINAL = "trap '' INT HUP; exec \"$@\"";

    public Launch {
        jvmFlags = List.copyOf(jvmFlags);
        classPath = List.copyOf(classPath);
        args = List.copyOf(args);
        env = Map.copyOf(env);
    }

    /** This process's class path; absolute, since a child runs in another folder. */
    public static List<String> ownClassPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .toList();
    }

    /** Starts the process and returns at once. */
    Process start() throws IOException {
        var command = new ArrayList<>(List.of("/bin/sh", "-c", DEAF_TO_THE_TERMINAL, "sluice"));
        command.add(javaHome.resolve("bin/java").toString());
        command.addAll(jvmFlags);
        command.add("-Dsluice.service=" + name);
        command.add(Tether.class.getName());
        command.add(mainClass);
        command.addAll(args);
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(Redirect.PIPE)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(logFile.toFile()));
        builder.environment().putAll(env);
        // In the environment rather than on the command line, so that ps stays readable.
        builder.environment().put("CLASSPATH", String.join(File.pathSeparator, withTether()));
        return builder.start();
    }

    private List<String> withTether() {
        var all = new ArrayList<>(classPath);
        var own = ownLocation();
        if (!all.contains(own)) {
            all.add(0, own);
        }
        return all;
    }

    private static String ownLocation() {
        try {
            return Path.of(Tether.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
