package dev.sluice.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class PortsTest {

    @Test
    void shouldPickDistinctFreePortsThatNoOutgoingConnectionTakes() {
        var ports = Ports.free(50);

        assertThat(ports).doesNotHaveDuplicates().hasSize(50).allMatch(port -> port < 32_768);
    }

    @Test
    void shouldSeeThatAPortIsTaken() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(Ports.isFree(taken.getLocalPort())).isFalse();
        }
    }

    @Test
    void shouldSeeThatAPortIsTakenOnAllAddresses() throws IOException {
        try (var taken = new ServerSocket(0)) {
            assertThat(Ports.isFree(taken.getLocalPort())).isFalse();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldNameTheOwnerOfAPort() throws IOException {
        assertThat(Files.exists(Path.of("/proc/net/tcp"))).isTrue();
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(Ports.ownerOf(taken.getLocalPort()))
                    .hasValue("pid " + ProcessHandle.current().pid() + " (java)");
        }
    }
}
