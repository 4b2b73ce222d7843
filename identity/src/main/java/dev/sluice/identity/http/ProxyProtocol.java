package dev.sluice.identity.http;

import io.netty.channel.Channel;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.VertxOptions;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header of the PROXY protocol, by which a load balancer that passes connections through says whose they are. It is looked for in
 * connections of those who are named, and none of them has to have it: probes and scrapers, which have none, come to the same port.
 * (The setting of Quarkus wants it of everybody, and believes everybody.) Safe on any thread.
 */
@Singleton
class ProxyProtocol implements VertxOptionsCustomizer {
    private final List<IpSubnetFilterRule> balancers;

    ProxyProtocol(ProxyProtocolConfig config) {
        balancers = config.from().orElse(List.of()).stream()
                .map(ProxyProtocol::network)
                .toList();
    }

    static IpSubnetFilterRule network(String text) {
        String[] parts = text.split("/", 2);
        byte[] address = NetUtil.createByteArrayFromIpAddressString(parts[0]);
        try {
            if (address != null) {
                int prefix = parts.length == 1 ? address.length * Byte.SIZE : Integer.parseInt(parts[1]);
                return new IpSubnetFilterRule(InetAddress.getByAddress(address), prefix, IpFilterRuleType.ACCEPT);
            }
        } catch (IllegalArgumentException | UnknownHostException wrong) {
            throw notANetwork(text, wrong);
        }
        throw notANetwork(text, null);
    }

    private static IllegalArgumentException notANetwork(String text, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "sluice.proxy-protocol.from: " + text + " is no address and no network such as 10.0.0.0/8", cause);
    }

    /** Comes before anybody listens or connects; nothing is customized. */
    @Override
    public void accept(VertxOptions options) {
        if (!balancers.isEmpty()) {
            AcceptedConnections.listen("proxy-protocol", this::accepted);
        }
    }

    private void accepted(Channel channel) {
        if (channel.remoteAddress() instanceof InetSocketAddress peer
                && balancers.stream().anyMatch(network -> network.matches(peer))) {
            channel.pipeline().addFirst(ProxyHeader.NAME, new ProxyHeader());
        }
    }
}
