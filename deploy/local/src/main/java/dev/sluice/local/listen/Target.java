package dev.sluice.local.listen;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What to listen to.
 *
 * @param url the edge: {@code http://localhost:8081}
 * @param token the bearer token
 * @param channels channels or patterns
 */
public record Target(URI url, String token, List<String> channels) {

    public Target {
        channels = List.copyOf(channels);
    }

    URI resolve(String path) {
        return URI.create(url.toString().replaceFirst("/$", "") + path);
    }

    String query() {
        return channels.stream()
                .map(channel -> "channel=" + URLEncoder.encode(channel, StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    String authorization() {
        return "Bearer " + token;
    }
}
