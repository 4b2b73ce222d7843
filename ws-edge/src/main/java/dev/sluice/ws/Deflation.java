package dev.sluice.ws;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionDecoder;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * permessage-deflate (RFC 7692), where an operator has switched it on. Vert.x and Netty negotiate it; which offers they may take and what they
 * read of a client is asked here. What clients are sent is compressed for all of them ({@link DeflatedMessages}), not by Netty. On the socket's event loop.
 */
final class Deflation {
    private static final String NAME = "permessage-deflate";
    private static final Set<String> FLAGS = Set.of("server_no_context_takeover", "client_no_context_takeover");
    private static final String CLIENT_WINDOW = "client_max_window_bits";
    private static final String BITS = "8|9|1[0-5]";

    private Deflation() {}

    /**
     * Before the handshake is answered: with an offer that has to be declined (section 7.1) nothing is negotiated. Netty would overlook
     * what is wrong with it.
     *
     * @param offers values of {@code Sec-WebSocket-Extensions}
     */
    static void negotiate(ChannelPipeline pipeline, List<String> offers) {
        if (pipeline.get(WebSocketServerExtensionHandler.class) != null
                && !List.of(String.join(",", offers).split(",", -1)).stream().allMatch(Deflation::isLegal)) {
            pipeline.remove(WebSocketServerExtensionHandler.class);
        }
    }

    /** As far as Netty does not see to it itself, which declines other parameters. */
    private static boolean isLegal(String offer) {
        String[] parts = offer.split(";", -1);
        if (!parts[0].strip().equalsIgnoreCase(NAME)) {
            return true;
        }
        var seen = new HashSet<String>();
        for (int i = 1; i < parts.length; i++) {
            String[] parameter = parts[i].split("=", 2);
            String name = parameter[0].strip().toLowerCase(Locale.ROOT);
            String value = parameter.length == 1 ? "" : unquoted(parameter[1].strip());
            boolean wrong = name.isEmpty()
                    || FLAGS.contains(name) && parameter.length > 1
                    || name.equals(CLIENT_WINDOW) && parameter.length > 1 && !value.matches(BITS);
            if (wrong || !seen.add(name)) {
                return false;
            }
        }
        return true;
    }

    private static String unquoted(String value) {
        return value.length() > 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }

    /** Whether messages are compressed; after the handshake. */
    static boolean isNegotiated(ChannelPipeline pipeline) {
        return pipeline.get(WebSocketExtensionDecoder.class) != null;
    }
}
