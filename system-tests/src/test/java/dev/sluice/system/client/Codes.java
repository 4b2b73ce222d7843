package dev.sluice.system.client;

/** The table of docs/clients.md, "Errors": what a reason is called on each protocol. */
public enum Codes {
    HTTP,
    GRPC,
    /** An error inside a connection that stays: there is no code but the reason. */
    ANSWER,
    /** The close of a WebSocket. */
    CLOSE;

    public String of(String reason) {
        return switch (this) {
            case HTTP -> Integer.toString(http(reason));
            case GRPC -> grpc(reason);
            case ANSWER -> "error";
            case CLOSE -> Integer.toString(close(reason));
        };
    }

    private static int http(String reason) {
        return switch (reason) {
            case "malformed" -> 400;
            case "unauthenticated", "token-expired" -> 401;
            case "forbidden" -> 403;
            case "not-found" -> 404;
            case "method-not-allowed" -> 405;
            case "not-acceptable" -> 406;
            case "request-timeout" -> 408;
            case "too-large" -> 413;
            case "unsupported-media-type" -> 415;
            case "upgrade-required" -> 426;
            case "limited" -> 429;
            case "unavailable", "draining" -> 503;
            default -> 500;
        };
    }

    private static String grpc(String reason) {
        return switch (reason) {
            case "malformed", "not-acceptable", "unsupported-media-type", "upgrade-required" -> "INVALID_ARGUMENT";
            case "unauthenticated", "token-expired" -> "UNAUTHENTICATED";
            case "forbidden" -> "PERMISSION_DENIED";
            case "not-found" -> "NOT_FOUND";
            case "method-not-allowed" -> "UNIMPLEMENTED";
            case "request-timeout" -> "DEADLINE_EXCEEDED";
            case "too-large", "limited" -> "RESOURCE_EXHAUSTED";
            case "unavailable", "draining" -> "UNAVAILABLE";
            default -> "INTERNAL";
        };
    }

    private static int close(String reason) {
        return switch (reason) {
            case "unauthenticated", "token-expired" -> 4401;
            case "forbidden" -> 4403;
            case "request-timeout" -> 4408;
            case "limited" -> 4429;
            case "too-large" -> 1009;
            case "internal" -> 1011;
            case "unavailable" -> 1013;
            case "draining" -> 1012;
            default -> 4400;
        };
    }
}
