package dev.sluice.identity.http;

import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * Whose address counts. Of what a chain of proxies has added, that which the first of those who are trusted has seen: each adds at the end,
 * some as a line of its own, and what stands before may be the client's invention (RFC 7239, section 8.1). Quarkus takes what stands first,
 * and has done so before any filter is asked. Safe on any thread.
 */
@Singleton
public class ForwardedFor {
    /** After lines of a list were joined, before anybody asks for the address. */
    private static final int SECOND = 4_900;

    private static final String CLIENT = ForwardedFor.class.getName();
    private static final Pattern ADDRESS = Pattern.compile("(?i)(?:^|;)\\s*for=\"?([^;\"]+)\"?");
    private static final Pattern HOST_AND_PORT = Pattern.compile("\\[(.+)](?::\\d+)?|([^:]+):\\d+");
    private static final Pattern NETWORK = Pattern.compile("[0-9A-Fa-f.:]+(/\\d+)?");

    /** Those that are believed, the better one first. */
    private final List<String> headers = new ArrayList<>();

    private final List<IpSubnetFilterRule> trusted;

    /** By Quarkus' own keys; a name among the proxies is known to it alone. */
    ForwardedFor(Config config) {
        if (isOn(config, "proxy-address-forwarding").orElse(false)) {
            boolean standard = isOn(config, "allow-forwarded").orElse(false);
            if (standard) {
                headers.add("Forwarded");
            }
            if (isOn(config, "allow-x-forwarded").orElse(!standard)) {
                headers.add("X-Forwarded-For");
            }
        }
        trusted =
                config.getOptionalValues("quarkus.http.proxy.trusted-proxies", String.class).orElse(List.of()).stream()
                        .filter(proxy -> NETWORK.matcher(proxy).matches())
                        .map(ProxyProtocol::network)
                        .toList();
    }

    private static Optional<Boolean> isOn(Config config, String key) {
        return config.getOptionalValue("quarkus.http.proxy." + key, Boolean.class);
    }

    /** Where the client is that asks; it may be a word where a proxy says no more (RFC 7239, section 6). */
    public static SocketAddress client(RoutingContext context) {
        String seen = context.get(CLIENT);
        return seen == null ? context.request().remoteAddress() : SocketAddress.inetSocketAddress(0, seen);
    }

    void register(@Observes Filters filters) {
        if (!headers.isEmpty()) {
            filters.register(this::find, SECOND);
        }
    }

    private void find(RoutingContext context) {
        HttpServerRequest request = context.request();
        headers.stream()
                .map(request::getHeader)
                .filter(Objects::nonNull)
                .findFirst()
                .filter(list -> isBelieved(request))
                .map(list -> address(firstOfTheTrusted(list, this::isTrusted)))
                .filter(address -> !address.isEmpty())
                .ifPresent(address -> context.put(CLIENT, address));
        context.next();
    }

    /** Whether the connection is of a trusted proxy; of one that is trusted by name, Quarkus knows and has taken another address. */
    private boolean isBelieved(HttpServerRequest request) {
        SocketAddress peer = request.connection().remoteAddress();
        return isTrusted(peer.hostAddress())
                || !String.valueOf(peer.host())
                        .equals(String.valueOf(request.remoteAddress().host()));
    }

    /** The last element whose address is no trusted proxy's; the first one when all are. */
    static String firstOfTheTrusted(String list, Predicate<String> isTrusted) {
        String[] elements = list.split(",");
        for (int i = elements.length - 1; i > 0; i--) {
            if (!isTrusted.test(address(elements[i].strip()))) {
                return elements[i].strip();
            }
        }
        return elements.length == 0 ? "" : elements[0].strip();
    }

    static String address(String element) {
        Matcher parameter = ADDRESS.matcher(element);
        String node = parameter.find() ? parameter.group(1) : element.contains("=") ? "" : element;
        Matcher withPort = HOST_AND_PORT.matcher(node);
        if (!withPort.matches() || NetUtil.isValidIpV6Address(node)) {
            return node;
        }
        return withPort.group(1) == null ? withPort.group(2) : withPort.group(1);
    }

    private boolean isTrusted(@Nullable String address) {
        byte[] bytes = address == null ? null : NetUtil.createByteArrayFromIpAddressString(address);
        try {
            var peer = bytes == null ? null : new InetSocketAddress(InetAddress.getByAddress(bytes), 0);
            return peer != null && trusted.stream().anyMatch(network -> network.matches(peer));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address has 4 or 16 bytes", impossible);
        }
    }
}
