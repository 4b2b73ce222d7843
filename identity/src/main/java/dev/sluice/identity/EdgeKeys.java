package dev.sluice.identity;

import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The edges' own credential, beside the token of the user for whom they call: positions are checked by an edge before the publisher writes
 * them, so a token alone is not enough there. Immutable, safe on any thread.
 */
@Singleton
@Startup
public class EdgeKeys {
    /** The header, and the key of gRPC's metadata, in which an edge shows it. */
    public static final String HEADER = "sluice-edge-key";

    private static final Pattern LEGAL = Pattern.compile("[!-~]{32,}");

    private final List<String> keys;

    /** @throws IllegalArgumentException when one is none; which one it is, is not told */
    public EdgeKeys(EdgesConfig config) {
        keys = List.copyOf(config.keys().orElse(List.of()));
        if (!keys.stream().allMatch(key -> LEGAL.matcher(key).matches())) {
            throw new IllegalArgumentException(
                    "sluice.edges.keys: each is 32 or more printable characters, as 'openssl rand -base64 32' makes them");
        }
    }

    /** What an edge shows; empty when it has none. */
    public Optional<String> own() {
        return keys.stream().findFirst();
    }

    /** Whether whoever shows this is an edge; everybody is where there are no keys. */
    public boolean open(@Nullable String shown) {
        if (keys.isEmpty()) {
            return true;
        }
        byte[] bytes = String.valueOf(shown).getBytes(StandardCharsets.UTF_8);
        boolean known = false;
        for (String key : keys) {
            known |= MessageDigest.isEqual(key.getBytes(StandardCharsets.UTF_8), bytes);
        }
        return known;
    }
}
