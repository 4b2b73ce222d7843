package dev.sluice.contract.problem;

import java.util.Locale;

/**
 * Every reason for which Sluice refuses a request or ends a stream, with what it is called on each protocol. The list is
 * closed, so it is safe as a metric tag.
 *
 * <p>Sources: RFC 9110 (HTTP status), RFC 6455 section 7.4 and protocol.md (WebSocket close codes, 4400 + status for ours),
 * the canonical codes of gRPC.
 */
public enum Reason {
    /** The request can't be read: syntax, a missing or illegal value. */
    MALFORMED(400, 4400, 3),
    /** No token, or one that is not valid here. */
    UNAUTHENTICATED(401, 4401, 16),
    /** The token was valid and no longer is. */
    TOKEN_EXPIRED(401, 4401, 16),
    /** The token was valid and was taken back; signing in again gives another one. */
    REVOKED(401, 4401, 16),
    /** The token does not allow it. */
    FORBIDDEN(403, 4403, 7),
    NOT_FOUND(404, 4400, 5),
    /** The request began and did not come to its end in time. */
    REQUEST_TIMEOUT(408, 4408, 4),
    /** Another connection took the name of this acknowledged subscription; coming back takes it again. */
    SUPERSEDED(409, 4409, 10),
    /** The log no longer holds what lies after the position, and the client wanted to stop then. */
    GAP(410, 4410, 11),
    METHOD_NOT_ALLOWED(405, 4400, 12),
    NOT_ACCEPTABLE(406, 4400, 3),
    /** An event, a batch or a message over its limit. */
    TOO_LARGE(413, 1009, 8),
    UNSUPPORTED_MEDIA_TYPE(415, 4400, 3),
    /** Plain HTTP where a WebSocket is. */
    UPGRADE_REQUIRED(426, 4400, 3),
    /** Too many of something, or too fast. */
    LIMITED(429, 4429, 8),
    /** A bug of ours. */
    INTERNAL(500, 1011, 13),
    /** Kafka (or the publisher) does not answer; the same request may succeed later. */
    UNAVAILABLE(503, 1013, 14),
    /** The client has read nothing for long although something waits for it; come back with the last cursor when it reads again. */
    STALLED(503, 1013, 14),
    /** The connection is as old as it may get, so that connections spread over new replicas; come back at once. */
    MAX_AGE(503, 1012, 14),
    /** This replica is going away; come back, and another one will serve. */
    DRAINING(503, 1012, 14);

    private final int httpStatus;
    private final int webSocketCloseCode;
    private final int grpcStatus;

    Reason(int httpStatus, int webSocketCloseCode, int grpcStatus) {
        this.httpStatus = httpStatus;
        this.webSocketCloseCode = webSocketCloseCode;
        this.grpcStatus = grpcStatus;
    }

    /** The name on the wire and in metrics, for example {@code token-expired}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public int httpStatus() {
        return httpStatus;
    }

    public int webSocketCloseCode() {
        return webSocketCloseCode;
    }

    /** The number of the canonical gRPC status code ({@code io.grpc.Status.Code#value()}). */
    public int grpcStatus() {
        return grpcStatus;
    }
}
