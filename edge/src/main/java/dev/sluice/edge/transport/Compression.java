package dev.sluice.edge.transport;

import dev.sluice.edge.EdgeConfig;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whether what clients are sent is compressed, and how. Each run of frames is compressed on its own, without a look at what was sent before:
 * so it is done once for all readers of a cohort, and no connection has a compressor. Any thread.
 */
@Singleton
public final class Compression {
    private static final Logger LOG = Logger.getLogger(Compression.class);
    private static final int FASTEST = 1;
    private static final int SMALLEST = 9;

    private final boolean enabled;
    private final Deflate deflate;
    /** What a stream is coded by for who asks for it; of those that a client likes equally well, the first. */
    private final List<ContentCoding> codings;

    Compression(EdgeConfig.Compression config) {
        if (config.level() < FASTEST || config.level() > SMALLEST) {
            throw new IllegalArgumentException("sluice.compression.level is 1 (fastest) to 9 (smallest)");
        }
        this.enabled = config.enabled();
        int minBytes = (int) Math.min(Integer.MAX_VALUE, config.minBytes().asLongValue());
        this.deflate = new Deflate(config.level(), minBytes);
        this.codings = enabled ? codings(new Zstd(config.level(), minBytes), deflate) : List.of();
    }

    private static List<ContentCoding> codings(Zstd zstd, Deflate deflate) {
        try {
            Zstd.load();
            return List.of(zstd, deflate);
        } catch (LinkageError e) {
            LOG.warnf("Streams are compressed by gzip alone, because zstd can't be loaded: %s", e);
            return List.of(deflate);
        }
    }

    /** Whether clients that ask for it get it. */
    public boolean isEnabled() {
        return enabled;
    }

    /** How messages are, one by one. */
    public Deflate deflate() {
        return deflate;
    }

    /**
     * How messages are for a client that takes gzip.
     *
     * @param accepted a list of codings, with or without weights
     */
    public Optional<Deflate> gzip(@Nullable String accepted) {
        return enabled && weight(deflate, accepted) > 0 ? Optional.of(deflate) : Optional.empty();
    }

    /**
     * How a stream is coded for a client, if it asks for what can be done.
     *
     * @param accepted a list of codings, with or without weights (RFC 9110, section 12.5.3)
     */
    public Optional<ContentCoding> contentCoding(@Nullable String accepted) {
        return codings.stream()
                .filter(coding -> weight(coding, accepted) > 0)
                .max(Comparator.comparingDouble(coding -> weight(coding, accepted)));
    }

    /** 0 where it is not acceptable, or not named. */
    private static double weight(ContentCoding coding, @Nullable String accepted) {
        if (accepted == null) {
            return 0;
        }
        return Arrays.stream(accepted.toLowerCase(Locale.ROOT).split(","))
                .map(element -> element.replaceAll("\\s", "").split(";q=", 2))
                // RFC 9110, section 8.4.1.3: the old name is the same.
                .filter(element ->
                        element[0].equals("x-gzip") ? coding instanceof Deflate : element[0].equals(coding.token()))
                .mapToDouble(element -> element.length == 1 ? 1 : quality(element[1]))
                .findFirst()
                .orElse(0);
    }

    private static double quality(String text) {
        return text.matches("0(\\.\\d{0,3})?|1(\\.0{0,3})?") ? Double.parseDouble(text) : 0;
    }
}
