package dev.sluice.edge.browser;

import dev.sluice.contract.encoding.Base64Url;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.edge.EdgeConfig;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwe.ContentEncryptionAlgorithmIdentifiers;
import org.jose4j.jwe.JsonWebEncryption;
import org.jose4j.jwe.KeyManagementAlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.AesKey;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/**
 * Connection tickets: an access token, sealed for half a minute and for one path (RFC 7516, direct A256GCM), so that it may stand in a
 * URL. Whoever opens one has the token, and goes on as if that had come by itself: its permissions and its expiry hold. Any replica that
 * has the key can open it. Safe on any thread.
 */
@Singleton
public class Tickets {
    private static final int KEY_BYTES = 32;
    private static final String TOKEN = "tok";
    /** Of the compact form (RFC 7516, section 7.1). */
    private static final int PARTS = 5;

    /** Three quarters of what the first line of a request may have (quarkus.http.limits.max-initial-line-length). */
    static final int MOST_CHARACTERS = 12 * 1024;

    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Map<String, Key> keys = new LinkedHashMap<>();
    private final @Nullable String sealing;
    private final Duration ttl;

    /**
     * A ticket as it is given out.
     *
     * @param expires when it can't be used any more
     */
    public record Ticket(String text, Instant expires) {}

    Tickets(EdgeConfig.Tickets config) {
        String first = null;
        for (String key : config.keys().orElse(List.of())) {
            byte[] bytes = bytes(key);
            String id = id(bytes);
            keys.put(id, new AesKey(bytes));
            first = first == null ? id : first;
        }
        sealing = first;
        ttl = config.ttl();
        if (ttl.isNegative() || ttl.isZero() || ttl.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("sluice.tickets.ttl is more than 0 and at most 5m, not " + ttl);
        }
    }

    private static byte[] bytes(String key) {
        try {
            byte[] bytes = Base64.getDecoder().decode(key.strip());
            if (bytes.length == KEY_BYTES) {
                return bytes;
            }
        } catch (IllegalArgumentException noBase64) {
            // Told below; the key itself is nobody's business.
        }
        throw new IllegalArgumentException(
                "sluice.tickets.keys: each is 32 bytes in base64, as 'openssl rand -base64 32' makes them");
    }

    private static String id(byte[] key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
            return HexFormat.of().formatHex(hash, 0, 4);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /** Whether there are tickets here. */
    public boolean isEnabled() {
        return sealing != null;
    }

    /** @param path that it is good for */
    public Ticket seal(String token, String path, Instant now) {
        if (sealing == null) {
            throw new IllegalStateException("there is no key");
        }
        Instant expires = now.plus(ttl);
        var claims = new JwtClaims();
        claims.setAudience(path);
        claims.setExpirationTime(NumericDate.fromMilliseconds(expires.toEpochMilli()));
        claims.setStringClaim(TOKEN, token);
        var jwe = new JsonWebEncryption();
        jwe.setAlgorithmHeaderValue(KeyManagementAlgorithmIdentifiers.DIRECT);
        jwe.setEncryptionMethodHeaderParameter(ContentEncryptionAlgorithmIdentifiers.AES_256_GCM);
        jwe.setKeyIdHeaderValue(sealing);
        jwe.setKey(keys.get(sealing));
        jwe.setPlaintext(claims.toJson().getBytes(StandardCharsets.UTF_8));
        try {
            return new Ticket(jwe.getCompactSerialization(), expires);
        } catch (JoseException impossible) {
            throw new IllegalStateException("a ticket can be sealed with any key of 32 bytes", impossible);
        }
    }

    /**
     * A ticket as it is given out, if it fits into a URL: else it would be given out here and refused by whoever reads that URL.
     *
     * @param path that it is good for
     * @throws Rejected {@code too-large} when it does not
     */
    Ticket sealForUrl(String token, String path, Instant now) throws Rejected {
        Ticket ticket = seal(token, path, now);
        if (ticket.text().length() > MOST_CHARACTERS) {
            throw new Problem(
                            Reason.TOO_LARGE,
                            "Authorization",
                            "a ticket of this token would have " + ticket.text().length()
                                    + " characters, and a URL has room for " + MOST_CHARACTERS
                                    + "; the token has to be shorter")
                    .rejected();
        }
        return ticket;
    }

    /** The token in it; empty when the ticket is none of ours, has expired, or is for another path. */
    Optional<String> open(String ticket, String path, Instant now) {
        if (!Base64Url.isCompact(ticket, PARTS)) {
            // It has one form, so that whatever was altered is another one.
            return Optional.empty();
        }
        JwtConsumer consumer = new JwtConsumerBuilder()
                .setDisableRequireSignature()
                .setEnableRequireEncryption()
                .setEnableRequireIntegrity()
                .setJweAlgorithmConstraints(
                        new AlgorithmConstraints(ConstraintType.PERMIT, KeyManagementAlgorithmIdentifiers.DIRECT))
                .setJweContentEncryptionAlgorithmConstraints(new AlgorithmConstraints(
                        ConstraintType.PERMIT, ContentEncryptionAlgorithmIdentifiers.AES_256_GCM))
                .setDecryptionKeyResolver((jwe, nested) -> key(jwe.getKeyIdHeaderValue()))
                .setRequireExpirationTime()
                .setExpectedAudience(path)
                .setEvaluationTime(NumericDate.fromMilliseconds(now.toEpochMilli()))
                .build();
        try {
            return Optional.ofNullable(consumer.processToClaims(ticket).getStringClaimValue(TOKEN));
        } catch (InvalidJwtException | MalformedClaimException notGood) {
            return Optional.empty();
        }
    }

    private Key key(@Nullable String id) throws UnresolvableKeyException {
        Key key = id == null ? null : keys.get(id);
        if (key == null) {
            throw new UnresolvableKeyException("no key of ours sealed it");
        }
        return key;
    }
}
