package dev.sluice.grpc;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The ways in which gRPC travels over HTTP (gRPC over HTTP/2; PROTOCOL-WEB). */
enum Flavor {
    /** Needs HTTP/2: the status is in its trailers. */
    GRPC("application/grpc"),
    /** The status is the last message of the body. */
    WEB("application/grpc-web"),
    /** As {@link #WEB}, in base64. */
    WEB_TEXT("application/grpc-web-text");

    private final String mediaType;

    Flavor(String mediaType) {
        this.mediaType = mediaType;
    }

    /** Empty when it is none of them, or carries something else than protobuf. */
    static Optional<Flavor> of(@Nullable String contentType) {
        if (contentType == null) {
            return Optional.empty();
        }
        int semicolon = contentType.indexOf(';');
        String mediaType = (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
        for (Flavor flavor : values()) {
            if (mediaType.equals(flavor.mediaType) || mediaType.equals(flavor.mediaType + "+proto")) {
                return Optional.of(flavor);
            }
        }
        return Optional.empty();
    }

    /** In the list of sessions. */
    String protocol() {
        return this == GRPC ? "grpc" : "grpc-web";
    }

    String contentType() {
        return mediaType + "+proto";
    }
}
