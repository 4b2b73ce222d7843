package dev.sluice.system.load;

import dev.sluice.local.Service;
import dev.sluice.system.observe.Scrape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What a process holds after a full collection, in bytes.
 *
 * @param heap live objects
 * @param direct what Netty's allocator has handed out, or else the JVM's direct buffers
 */
public record Footprint(long heap, long direct) {

    private static final int PATIENCE_SECONDS = 60;

    public static Footprint of(Service service) {
        collect(service.pid());
        var scrape = Scrape.of(service.url());
        var netty = scrape.sum("netty_allocator_memory_used", "memory_type=\"direct\"");
        return new Footprint((long) scrape.sum("jvm_memory_used_bytes", "area=\"heap\""), (long)
                Math.max(netty, scrape.sum("jvm_buffer_memory_used_bytes", "id=\"direct\"")));
    }

    private static void collect(long pid) {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            // Twice: what finalization and cleaners let go of in the first is gone in the second.
            for (var i = 0; i < 2; i++) {
                var process = new ProcessBuilder(jcmd, Long.toString(pid), "GC.run")
                        .redirectErrorStream(true)
                        .start();
                process.getInputStream().readAllBytes();
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                    throw new IllegalStateException("jcmd " + pid + " GC.run failed");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return String.format("heap %.1f MB, direct %.1f MB", heap / 1e6, direct / 1e6);
    }
}
