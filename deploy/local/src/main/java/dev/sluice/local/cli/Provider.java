package dev.sluice.local.cli;

/** Who issues the tokens of {@code ./sluice up}. */
enum Provider {
    /** Our own, which gives anybody any token. */
    SMALL,
    /** The real one, which knows the users of its example realm. */
    KEYCLOAK
}
