package dev.sluice.system.standard;

import dev.sluice.local.process.Ports;
import dev.sluice.system.proxy.ProxyProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A proxy as Debian has it, between a client and one of our services, with little more than its defaults. */
final class Proxy implements AutoCloseable {

    /** Which one. */
    enum Kind {
        NGINX("nginx", nginx("listen 127.0.0.1:%1$d http2; location / { grpc_pass grpc://%3$s; }")) {
            @Override
            String[] command(Path binary, Path configuration) {
                return new String[] {
                    binary.toString(), "-c", configuration.toString(), "-e", configuration + ".log", "-p", "/"
                };
            }
        },
        HAPROXY("haproxy", """
                defaults
                    mode http
                    timeout connect 5s
                    timeout client 50s
                    timeout server 50s
                frontend clients
                    bind 127.0.0.1:%1$d proto h2
                    default_backend edge
                backend edge
                    server edge %3$s proto h2
                """) {
            @Override
            String[] command(Path binary, Path configuration) {
                return new String[] {binary.toString(), "-db", "-f", configuration.toString()};
            }
        };

        private final String program;
        private final String configuration;

        Kind(String program, String configuration) {
            this.program = program;
            this.configuration = configuration;
        }

        abstract String[] command(Path binary, Path configuration);

        /** Where it is installed or unpacked ({@code .ci/run}). */
        Optional<Path> find() {
            return ProxyProcess.find(program);
        }
    }

    /** @param server what stands in its server block, with the same numbers */
    static String nginx(String server) {
        return """
                daemon off;
                master_process off;
                pid %2$s/nginx.pid;
                error_log %2$s/error.log;
                events {}
                http {
                    access_log off;
                    client_body_temp_path %2$s/body;
                    proxy_temp_path %2$s/proxy;
                    fastcgi_temp_path %2$s/fastcgi;
                    uwsgi_temp_path %2$s/uwsgi;
                    scgi_temp_path %2$s/scgi;
                    server { """ + server + """
                 }
                }
                """;
    }

    private final ProxyProcess process;
    private final URI url;

    private Proxy(ProxyProcess process, URI url) {
        this.process = process;
        this.url = url;
    }

    static Proxy start(Kind kind, URI service) throws IOException {
        return start(kind, service, kind.configuration);
    }

    /** @param configured in which 1 is the port, 2 a folder, 3 the service */
    static Proxy start(Kind kind, URI service, String configured) throws IOException {
        var folder = Files.createDirectories(Path.of("target/standard")
                .resolve(kind + "-" + service.getPort())
                .toAbsolutePath());
        var port = Ports.free(1).get(0);
        var configuration = folder.resolve("configuration");
        Files.writeString(configuration, configured.formatted(port, folder, service.getAuthority()));
        var command = new ProcessBuilder(kind.command(kind.find().orElseThrow(), configuration));
        return new Proxy(
                ProxyProcess.start(kind.toString(), folder, port, command), URI.create("http://127.0.0.1:" + port));
    }

    URI url() {
        return url;
    }

    @Override
    public void close() {
        process.close();
    }
}
