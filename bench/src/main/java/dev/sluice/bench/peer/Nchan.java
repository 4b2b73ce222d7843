package dev.sluice.bench.peer;

import dev.sluice.bench.server.Processes;
import dev.sluice.bench.server.Server;
import dev.sluice.local.process.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** nginx with Nchan, as Debian has them: one worker, messages in its memory. Events are posted over one connection. */
final class Nchan extends PeerServer {
    private static final int PAUSE_MILLIS = 50;
    private static final int MOST_LOOKS = 200;
    private static final int PATIENCE_SECONDS = 10;
    /** Debian's Nchan looks for this one, whatever the configuration says. */
    private static final Path BODIES = Path.of("/var/lib/nginx/body");

    private static final String CONFIGURATION = """
            load_module %1$s/usr/lib/nginx/modules/ngx_nchan_module.so;
            daemon off;
            worker_processes 1;
            pid %2$s/nginx.pid;
            events { worker_connections 20000; }
            http {
                access_log off;
                keepalive_requests 1000000000;
                keepalive_timeout 1h;
                client_body_temp_path %2$s/body;
                proxy_temp_path %2$s/proxy;
                fastcgi_temp_path %2$s/fastcgi;
                uwsgi_temp_path %2$s/uwsgi;
                scgi_temp_path %2$s/scgi;
                server {
                    listen 127.0.0.1:%3$d backlog=4096;
                    nchan_channel_id $arg_channel;
                    nchan_subscriber_first_message newest;
                    nchan_message_buffer_length 200;
                    location = /v1/stream { nchan_subscriber eventsource; }
                    location = /v1/ws { nchan_subscriber websocket; }
                    location = /publish { nchan_publisher http; }
                }
            }
            """;

    private final Process process;
    private final int port;
    private final Socket publisher;
    private final OutputStream posts;
    private final long worker;

    private Nchan(Process process, int port, Socket publisher, int payload) throws IOException {
        super(payload);
        this.process = process;
        this.port = port;
        this.publisher = publisher;
        this.posts = publisher.getOutputStream();
        this.worker = process.children()
                .findFirst()
                .orElseThrow(() -> new IOException("nginx has no worker"))
                .pid();
        var answers = new Thread(this::readAnswers, "bench-nchan-answers");
        answers.setDaemon(true);
        answers.start();
    }

    static Nchan start(int payload) throws IOException, InterruptedException, Unavailable {
        Path programs = Downloads.debian("nginx", "libnginx-mod-nchan");
        try {
            Files.createDirectories(BODIES);
        } catch (IOException forbidden) {
            throw new Unavailable(BODIES + " can't be made: " + forbidden.getMessage());
        }
        Path folder = Files.createTempDirectory("sluice-bench-nchan");
        int port = Ports.free(1).get(0);
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(configuration, CONFIGURATION.formatted(programs, folder, port));
        Path log = folder.resolve("error.log");
        Process process = new ProcessBuilder(
                        programs.resolve("usr/sbin/nginx").toString(),
                        "-p",
                        folder.toString(),
                        "-c",
                        configuration.toString(),
                        "-e",
                        log.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return new Nchan(process, port, connect(process, port, log), payload);
        } catch (IOException | InterruptedException | RuntimeException failure) {
            process.destroy();
            throw failure;
        }
    }

    private static Socket connect(Process process, int port, Path log) throws IOException, InterruptedException {
        for (int i = 0; i < MOST_LOOKS && process.isAlive(); i++) {
            // The master listens before it has a worker.
            if (process.children().findAny().isPresent()) {
                var socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setTcpNoDelay(true);
                return socket;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        throw new IOException("nginx did not start; see " + log);
    }

    /** Nobody waits for them; but what is not read would stop nginx one day. */
    private void readAnswers() {
        try (InputStream answers = publisher.getInputStream()) {
            answers.transferTo(OutputStream.nullOutputStream());
        } catch (IOException failure) {
            if (!publisher.isClosed()) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    @Override
    void send(String json) throws IOException {
        String post = "POST /publish?channel=" + Server.CHANNEL + " HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n" + json;
        posts.write(post.getBytes(StandardCharsets.US_ASCII));
    }

    /** The worker's: the master does nothing. */
    @Override
    public long pid() {
        return worker;
    }

    @Override
    public int port() {
        return port;
    }

    /** It collects no garbage. */
    @Override
    public double resident() throws IOException {
        return Processes.resident(worker);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        publisher.close();
        process.destroy();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
