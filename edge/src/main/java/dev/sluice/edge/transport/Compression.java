package dev.sluice.edge.transport;

import dev.sluice.edge.EdgeConfig;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether what clients are sent is compressed, and how. Each run of frames is compressed on its own, without a look at what was sent before:
 * so it is done once for all readers of a cohort, and no connection has a compressor. Any thread.
 */
@Singleton
public final class Compression {
    private static final int FASTEST = 1;
    private static final int SMALLEST = 9;

    private final boolean enabled;
    private final Deflate deflate;

    Compression(EdgeConfig.Compression config) {
        if (config.level() < FASTEST || config.level() > SMALLEST) {
            throw new IllegalArgumentException("sluice.compression.level is 1 (fastest) to 9 (smallest)");
        }
        this.enabled = config.enabled();
        this.deflate = new Deflate(config.level(), (int)
                Math.min(Integer.MAX_VALUE, config.minBytes().asLongValue()));
    }

    /** Whether clients that ask for it get it. */
    public boolean isEnabled() {
        return enabled;
    }

    /** How it is done. */
    public Deflate deflate() {
        return deflate;
    }

    /**
     * How a client is sent what it asks for by gzip, if it does.
     *
     * @param accepted a list of codings, with or without weights (RFC 9110, section 12.5.3)
     */
    public Optional<Deflate> gzip(@Nullable String accepted) {
        return enabled && accepted != null && Arrays.stream(accepted.split(",")).anyMatch(Compression::isGzip)
                ? Optional.of(deflate)
                : Optional.empty();
    }

    private static boolean isGzip(String coding) {
        String[] parts = coding.toLowerCase(Locale.ROOT).split(";", 2);
        String name = parts[0].strip();
        return (name.equals("gzip") || name.equals("x-gzip"))
                && (parts.length == 1 || !parts[1].replace(" ", "").matches("q=0(\\.0{0,3})?"));
    }
}
