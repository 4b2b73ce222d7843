package dev.sluice.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What the kernel and the JDK's tools say of a process. */
public final class Processes {
    private Processes() {}

    /** CPU time that it has had until now. */
    public static Duration cpu(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow(() -> new IllegalStateException("nobody says what CPU time process " + pid + " has had"));
    }

    /** A JVM's memory after full collections, in bytes. */
    public static double collected(long pid) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        // Twice: what cleaners let go of in the first is gone in the second.
        for (int i = 0; i < 2; i++) {
            Process collection = new ProcessBuilder(jcmd.toString(), String.valueOf(pid), "GC.run")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (collection.waitFor() != 0) {
                throw new IOException("jcmd " + pid + " GC.run failed");
            }
        }
        return resident(pid);
    }

    /** Its memory as it is, in bytes. */
    public static double resident(long pid) throws IOException {
        // Linux tells it in kB.
        return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024)
                .sum();
    }
}
