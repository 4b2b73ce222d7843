package dev.sluice.local.listen;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is printed, and what is sent as text. */
final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static String line(Map<String, ?> object) {
        try {
            return MAPPER.writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("strings, numbers and lists are always JSON", e);
        }
    }

    static String subscribe(List<String> channels) {
        return line(new TreeMap<>(Map.of("op", "subscribe", "id", "1", "channels", channels)));
    }
}
