package dev.sluice.identity.http;

import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;

/**
 * Of what a chain of proxies has added, that of the first of those who are trusted: each adds at the end whom it has seen, some as a line
 * of its own, and what stands before may be the client's invention (RFC 7239, section 8.1). Quarkus, which reads these headers when it is
 * asked for the first time, takes what stands first, so that all else is left out before. Whether the connection itself is of a trusted
 * proxy, it knows. Safe on any thread.
 */
@Singleton
class ForwardedFor {
    /** After lines of a list were joined, before anybody asks for the address or the host. */
    private static final int SECOND = 4_900;

    private static final Pattern ADDRESS = Pattern.compile("(?i)(?:^|;)\\s*for=\"?([^;\"]+)\"?");
    private static final Pattern HOST_AND_PORT = Pattern.compile("\\[(.+)](?::\\d+)?|([^:]+):\\d+");
    private static final Pattern NETWORK = Pattern.compile("[0-9A-Fa-f.:]+(/\\d+)?");

    private final boolean isOn;
    private final List<IpSubnetFilterRule> trusted;

    /** By Quarkus' own keys; a name among the proxies is known to it alone. */
    ForwardedFor(Config config) {
        isOn = config.getOptionalValue("quarkus.http.proxy.proxy-address-forwarding", Boolean.class)
                .orElse(false);
        trusted =
                config.getOptionalValues("quarkus.http.proxy.trusted-proxies", String.class).orElse(List.of()).stream()
                        .filter(proxy -> NETWORK.matcher(proxy).matches())
                        .map(ProxyProtocol::network)
                        .toList();
    }

    void register(@Observes Filters filters) {
        if (isOn) {
            filters.register(this::reduce, SECOND);
        }
    }

    private void reduce(RoutingContext context) {
        reduce(context.request().headers(), this::isTrusted);
        context.next();
    }

    static void reduce(MultiMap headers, Predicate<String> isTrusted) {
        for (String name : List.of("Forwarded", "X-Forwarded-For")) {
            String list = headers.get(name);
            if (list != null) {
                headers.set(name, firstOfTheTrusted(list, isTrusted));
            }
        }
    }

    /** The last element whose address is no trusted proxy's; the first one when all are. */
    private static String firstOfTheTrusted(String list, Predicate<String> isTrusted) {
        String[] elements = list.split(",");
        for (int i = elements.length - 1; i > 0; i--) {
            if (!isTrusted.test(address(elements[i].strip()))) {
                return elements[i].strip();
            }
        }
        return elements.length == 0 ? "" : elements[0].strip();
    }

    private static String address(String element) {
        Matcher parameter = ADDRESS.matcher(element);
        String node = parameter.find() ? parameter.group(1) : element;
        Matcher withPort = HOST_AND_PORT.matcher(node);
        if (!withPort.matches() || NetUtil.isValidIpV6Address(node)) {
            return node;
        }
        return withPort.group(1) == null ? withPort.group(2) : withPort.group(1);
    }

    private boolean isTrusted(String address) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        try {
            var peer = bytes == null ? null : new InetSocketAddress(InetAddress.getByAddress(bytes), 0);
            return peer != null && trusted.stream().anyMatch(network -> network.matches(peer));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address has 4 or 16 bytes", impossible);
        }
    }
}
