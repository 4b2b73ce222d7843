package dev.sluice.fanout.session;

import dev.sluice.contract.problem.Problem;

/** What becomes of a request to subscribe. One of the two is called, once, on the session's event loop. */
public interface SubscribeListener {

    /**
     * Before anything of the subscription is written.
     *
     * @param cursor where it begins, ASCII
     */
    void started(byte[] cursor);

    /** Nothing was subscribed. */
    void refused(Problem problem);
}
