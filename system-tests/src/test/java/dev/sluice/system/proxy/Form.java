package dev.sluice.system.proxy;

import java.util.Locale;

/** Which of a proxy's configurations. */
enum Form {
    /** What a user would write. */
    SHORTEST,
    /** What we would. */
    RECOMMENDED,
    /** Somebody else's: it buffers, compresses, is impatient and keeps no connection. */
    HOSTILE;

    String title() {
        return name().toLowerCase(Locale.ROOT);
    }
}
