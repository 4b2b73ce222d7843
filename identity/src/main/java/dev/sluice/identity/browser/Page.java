package dev.sluice.identity.browser;

/** Whose page a request comes from, as its {@code Origin} says. */
public enum Page {
    /** No page says that it asks. */
    NONE,
    /** It was served by the host that it asks. */
    OWN,
    /** Its origin is on the operator's list. */
    LISTED,
    /** Anybody else's; it must not act with what the browser adds by itself. */
    STRANGER;

    /** Whether it may connect. */
    public boolean isWelcome() {
        return this == OWN || this == LISTED;
    }
}
