package dev.sluice.fanout.session;

import java.util.List;

/**
 * What a client read off its socket.
 *
 * @param kind {@code event}, or that of a control message
 * @param subscription empty when it concerns the session
 * @param channel of an event; else empty
 * @param text an event's id; what a control message says
 * @param cursor empty when there is none
 */
record Frame(String kind, String subscription, String channel, String text, String cursor) {

    boolean isEvent() {
        return kind.equals("event");
    }

    static Frame parse(String line) {
        String[] parts = line.strip().split("\\|", -1);
        return new Frame(parts[0], parts[1], parts[2], parts[3], parts[4]);
    }

    static List<String> ids(List<Frame> frames) {
        return frames.stream().filter(Frame::isEvent).map(Frame::text).toList();
    }
}
