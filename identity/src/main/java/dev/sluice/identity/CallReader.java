package dev.sluice.identity;

/**
 * Reads the messages of calls itself, and inflates them no further than a message may be long. A service that has such calls has one bean of
 * this type; all other calls are read by Vert.x. Called on any event loop, before authentication.
 */
public interface CallReader {

    /** @param path of a call */
    boolean reads(String path);
}
