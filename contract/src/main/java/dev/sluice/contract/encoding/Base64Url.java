package dev.sluice.contract.encoding;

import java.util.Base64;
import java.util.Optional;

/**
 * base64url without padding (RFC 4648, sections 5 and 3.5), in its canonical form: bits of the last character that belong to no byte are
 * zero. Decoders as a rule let them be anything, so that what was altered there would still be the same; here it is not. Safe on any
 * thread.
 */
public final class Base64Url {
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private Base64Url() {}

    /** Empty when the text is not what these bytes are written as. */
    public static Optional<byte[]> decode(String text) {
        try {
            byte[] bytes = DECODER.decode(text);
            return encode(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
    }

    public static String encode(byte[] bytes) {
        return ENCODER.encodeToString(bytes);
    }

    /** Whether each part between the dots is in its canonical form, as in the compact form of a JWS or a JWE. */
    public static boolean isCompact(String text, int parts) {
        String[] split = text.split("\\.", -1);
        if (split.length != parts) {
            return false;
        }
        for (String part : split) {
            if (decode(part).isEmpty()) {
                return false;
            }
        }
        return true;
    }
}
