package dev.sluice.local.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Asks a broker whether it takes part in its cluster. */
public final class BrokerProbe {

    private BrokerProbe() {}

    /** Whether the broker on the loopback port lists itself as a live node within {@code timeout}. */
    public static boolean answers(int port, Duration timeout) throws InterruptedException {
        if (!listens(port, timeout)) {
            // Without this look, the admin client would log a warning each time.
            return false;
        }
        var millis = (int) timeout.toMillis();
        var config = Map.<String, Object>of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                "127.0.0.1:" + port,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                millis,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                millis,
                AdminClientConfig.ENABLE_METRICS_PUSH_CONFIG,
                false);
        try (var admin = Admin.create(config)) {
            return !admin.describeCluster()
                    .nodes()
                    .get(millis, TimeUnit.MILLISECONDS)
                    .isEmpty();
        } catch (ExecutionException | TimeoutException e) {
            // It listens and doesn't answer in time: not ready.
            return false;
        }
    }

    private static boolean listens(int port, Duration timeout) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) timeout.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
