package dev.sluice.edge.limit;

import io.netty.util.NetUtil;
import io.vertx.core.net.SocketAddress;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** What connections are counted by that come from one place. */
public final class ClientAddress {
    /** Whoever has an IPv6 address has all that begin with these bytes (RFC 6177). */
    private static final int NETWORK_BYTES = 8;

    private static final int IPV6_BYTES = 16;

    private ClientAddress() {}

    /** @param address of the client, or of the last proxy that is not trusted; Quarkus knows which it believes */
    public static String of(@Nullable SocketAddress address) {
        if (address == null) {
            return "";
        }
        // In Forwarded an IPv6 address stands in brackets, and Vert.x takes it for a name.
        String text = address.hostAddress() == null ? String.valueOf(address.host()) : address.hostAddress();
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        if (bytes == null) {
            // What a proxy may say in place of an address (RFC 7239, section 6).
            return text;
        }
        return HexFormat.of().formatHex(bytes, 0, bytes.length == IPV6_BYTES ? NETWORK_BYTES : bytes.length);
    }
}
