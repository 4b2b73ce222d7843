package dev.sluice.system.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Connection;
import dev.sluice.client.Received;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Numbered events, and the proof that a client got exactly its own. The channel and the number stand in the payload, so that it
 * works for protocols that show nothing else.
 */
final class Sequence {

    private static final String SEPARATOR = "#";

    private Sequence() {}

    static String payload(String channel, int number) {
        return channel + SEPARATOR + number;
    }

    /** That each channel's events came from 0 on, each once and in order, and that there is nothing else. */
    static void assertExactly(String client, Connection connection, Collection<String> channels, int eventsPerChannel) {
        Map<String, List<Integer>> numbers = new HashMap<>();
        for (Received.Event event : connection.events()) {
            var parts = event.text().split(SEPARATOR);
            numbers.computeIfAbsent(parts[0], channel -> new ArrayList<>()).add(Integer.parseInt(parts[1]));
        }
        var all = IntStream.range(0, eventsPerChannel).boxed().toList();
        assertThat(numbers.keySet()).as("channels of " + client).containsExactlyInAnyOrderElementsOf(channels);
        numbers.forEach(
                (channel, got) -> assertThat(got).as(channel + " at " + client).isEqualTo(all));
        assertThat(connection.controls("gap")).as("gaps of " + client).isEmpty();
    }
}
