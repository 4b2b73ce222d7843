package dev.sluice.client.grpc;

import java.net.http.HttpHeaders;

/** The two ways in which gRPC-Web puts messages into a body. */
public enum Encoding {
    BINARY("application/grpc-web+proto"),
    TEXT("application/grpc-web-text+proto");

    private final String mediaType;

    Encoding(String mediaType) {
        this.mediaType = mediaType;
    }

    public String mediaType() {
        return mediaType;
    }

    /** An answer comes as the request was sent. */
    void require(HttpHeaders headers) {
        var contentType = headers.firstValue("Content-Type").orElse("");
        if (!contentType.startsWith(mediaType)) {
            throw new IllegalStateException("the answer is " + contentType + ", not " + mediaType);
        }
    }
}
