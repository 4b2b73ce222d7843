package dev.sluice.system.proxy;

import dev.sluice.local.Component;
import dev.sluice.local.RepositoryRoot;
import dev.sluice.local.process.Ports;
import dev.sluice.system.chart.KeyPair;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A proxy with TLS in front of all services, configured by a file of {@code deploy/proxies}. */
enum FrontDoor {
    NGINX("nginx", "conf") {
        @Override
        Optional<Path> find() {
            return ProxyProcess.find("nginx");
        }

        @Override
        ProcessBuilder command(Path folder, Path file, int port) throws IOException {
            // Whoever runs the test owns the folders of bodies, which a worker of another user might not even reach.
            var main = Files.writeString(
                    folder.resolve("nginx.conf"), """
                    user %3$s;
                    daemon off;
                    pid %1$s/nginx.pid;
                    error_log %1$s/error.log;
                    worker_processes 1;
                    events { worker_connections 1024; }
                    http {
                        access_log off;
                        client_body_temp_path %1$s/body;
                        proxy_temp_path %1$s/proxy;
                        fastcgi_temp_path %1$s/fastcgi;
                        uwsgi_temp_path %1$s/uwsgi;
                        scgi_temp_path %1$s/scgi;
                        include %2$s;
                    }
                    """.formatted(folder, file, System.getProperty("user.name")));
            return new ProcessBuilder(
                    find().orElseThrow().toString(), "-c", main.toString(), "-e", folder + "/start.log", "-p", "/");
        }
    },
    HAPROXY("haproxy", "cfg") {
        @Override
        Optional<Path> find() {
            return ProxyProcess.find("haproxy");
        }

        @Override
        ProcessBuilder command(Path folder, Path file, int port) {
            return new ProcessBuilder(find().orElseThrow().toString(), "-db", "-f", file.toString());
        }
    },
    HTTPD("httpd", "conf") {
        @Override
        Optional<Path> find() {
            return ProxyProcess.find("apache2");
        }

        @Override
        ProcessBuilder command(Path folder, Path file, int port) throws IOException {
            var binary = find().orElseThrow();
            // Its modules are beside it, wherever it was unpacked.
            var root = binary.toAbsolutePath().resolve("../..").normalize();
            var modules = new StringBuilder();
            for (var module : List.of(
                    "mpm_event",
                    "alias",
                    "authz_core",
                    "proxy",
                    "proxy_http",
                    "proxy_http2",
                    "http2",
                    "ssl",
                    "headers",
                    "deflate",
                    "filter")) {
                modules.append("LoadModule %1$s_module %2$s/lib/apache2/modules/mod_%1$s.so\n".formatted(module, root));
            }
            var main = Files.writeString(folder.resolve("httpd.conf"), """
                    ServerRoot %1$s
                    ServerName 127.0.0.1
                    DefaultRuntimeDir %1$s
                    PidFile %1$s/httpd.pid
                    ErrorLog %1$s/error.log
                    %3$s
                    <IfModule unixd_module>
                        User www-data
                        Group www-data
                    </IfModule>
                    ThreadsPerChild 64
                    Include %2$s
                    """.formatted(folder, file, modules));
            return new ProcessBuilder(binary.toString(), "-f", main.toString(), "-D", "FOREGROUND");
        }
    },
    CADDY("caddy", "caddyfile") {
        @Override
        Optional<Path> find() {
            return GoProgram.CADDY.find();
        }

        @Override
        ProcessBuilder command(Path folder, Path file, int port) throws IOException {
            // The port of administration and that of redirects belong to somebody else here.
            var options = "\tadmin off\n\tauto_https disable_redirects\n\tpersist_config off\n";
            var text = Files.readString(file);
            var own = "\n{\n";
            Files.writeString(
                    file, text.contains(own) ? text.replace(own, own + options) : "{\n" + options + "}\n" + text);
            var builder = new ProcessBuilder(
                    find().orElseThrow().toString(), "run", "--adapter", "caddyfile", "--config", file.toString());
            builder.environment()
                    .putAll(Map.of("XDG_DATA_HOME", folder + "/data", "XDG_CONFIG_HOME", folder + "/config"));
            return builder;
        }
    };

    private static final Path FILES = RepositoryRoot.find().resolve("deploy/proxies");

    private final String folder;
    private final String extension;

    FrontDoor(String folder, String extension) {
        this.folder = folder;
        this.extension = extension;
    }

    abstract Optional<Path> find();

    abstract ProcessBuilder command(Path folder, Path file, int port) throws IOException;

    /** How it is called in tables. */
    String title() {
        return folder;
    }

    Path file(Form form) {
        return FILES.resolve(folder).resolve(form.title() + "." + extension);
    }

    /** A running one. */
    record Open(URI url, ProxyProcess process) implements AutoCloseable {
        @Override
        public void close() {
            process.close();
        }
    }

    /**
     * Starts it with the file as it stands but for what no two machines share: its port and name, where its certificate is, and where
     * the services are.
     */
    Open open(Form form, KeyPair pair, Map<Component, URI> services) throws IOException {
        var home = Files.createDirectories(
                Path.of("target/proxies", folder + "-" + form.title()).toAbsolutePath());
        int port = Ports.free(1).get(0);
        Files.writeString(home.resolve("tls.crt"), pair.certificate());
        Files.writeString(home.resolve("tls.key"), pair.key());
        Files.writeString(home.resolve("tls.pem"), pair.certificate() + pair.key());
        var text = Files.readString(file(form));
        for (var service : services.entrySet()) {
            text = text.replace(
                    "127.0.0.1:" + service.getKey().defaultPort(),
                    service.getValue().getAuthority());
        }
        text = text.replace("/etc/sluice/tls", home + "/tls")
                .replace("events.example.com", "127.0.0.1:443")
                .replaceAll("\\b443\\b", String.valueOf(port));
        var file = Files.writeString(home.resolve("configuration"), text);
        return new Open(
                URI.create("https://127.0.0.1:" + port),
                ProxyProcess.start(title() + ", " + form.title(), home, port, command(home, file, port)));
    }
}
