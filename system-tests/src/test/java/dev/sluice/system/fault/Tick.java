package dev.sluice.system.fault;

import dev.sluice.client.Json;
import dev.sluice.client.NewEvent;

/**
 * An event of the fault suite: the n-th of its channel. Its id and its data say so. Every second one has the type {@value #EVEN}.
 *
 * @param size of the data, at least, in characters
 */
record Tick(String channel, int number, int size) {

    static final String EVEN = "even";
    private static final String SOURCE = "/tests/faults";

    String id() {
        return channel + "#" + number;
    }

    static String idOf(String data) {
        return data.substring(0, data.indexOf(' '));
    }

    static String channelOf(String id) {
        return id.substring(0, id.indexOf('#'));
    }

    static boolean isEven(String id) {
        return Integer.parseInt(id.substring(id.indexOf('#') + 1)) % 2 == 0;
    }

    private String type() {
        return number % 2 == 0 ? EVEN : "message";
    }

    private String data() {
        return id() + " " + ".".repeat(size);
    }

    /** As a plain post. */
    NewEvent event() {
        return NewEvent.text(channel, data()).id(id()).type(type());
    }

    /** As an event of a batch. */
    String structured() {
        return Json.object()
                .put("specversion", "1.0")
                .put("id", id())
                .put("source", SOURCE)
                .put("type", type())
                .put("channel", channel)
                .put("datacontenttype", "text/plain")
                .put("data", data())
                .toString();
    }
}
