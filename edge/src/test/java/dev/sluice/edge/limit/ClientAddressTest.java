package dev.sluice.edge.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.net.SocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, c0000207",
        "2001:db8:1:2:3:4:5:6, 20010db800010002",
        "2001:db8:1:2::ffff, 20010db800010002",
        "2001:db8:1:3::ffff, 20010db800010003",
        "[2001:db8:1:2:3:4:5:6], 20010db800010002",
        "_hidden, _hidden",
    })
    void shouldTakeOfIpv6TheNetworkAlone(String address, String expected) {
        assertThat(ClientAddress.of(SocketAddress.inetSocketAddress(1234, address)))
                .isEqualTo(expected);
    }

    @Test
    void shouldKnowASocketWithoutAnAddress() {
        assertThat(ClientAddress.of(null)).isEmpty();
    }
}
