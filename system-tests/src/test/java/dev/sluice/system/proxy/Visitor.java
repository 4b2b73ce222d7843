package dev.sluice.system.proxy;

import dev.sluice.system.chart.KeyPair;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Somebody outside, who comes by one version of HTTP over TLS and takes what is compressed, as browsers do. */
record Visitor(URI url, HttpClient http, KeyPair pair, String token) {
    private static final int PIECE = 8192;

    static HttpClient client(KeyPair trusted, Version version) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry(
                "proxy",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(trusted.certificate().getBytes(StandardCharsets.US_ASCII))));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().version(version).sslContext(context).build();
    }

    Visitor with(String otherToken) {
        return new Visitor(url, http, pair, otherToken);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(url.resolve(path))
                .header("Authorization", "Bearer " + token)
                .header("Accept-Encoding", "gzip");
    }

    HttpRequest.Builder get(String path, String accept) {
        return request(path).header("Accept", accept);
    }

    /** What may block and fail; its failure is the end of the visit. */
    interface Action {
        void run() throws IOException, InterruptedException;
    }

    void inBackground(Visit visit, Action action) {
        var thread = new Thread(
                () -> {
                    try {
                        action.run();
                    } catch (IOException | RuntimeException lost) {
                        visit.end("lost: " + lost);
                    } catch (InterruptedException left) {
                        visit.end("left");
                    }
                },
                "visit");
        thread.setDaemon(true);
        visit.onLeave(() -> {
            visit.end("left");
            thread.interrupt();
        });
        thread.start();
    }

    /** Hands the body on as it comes; an answer that is none of a stream ends the visit. */
    void stream(Visit visit, HttpRequest.Builder request, Consumer<byte[]> reader) {
        inBackground(visit, () -> {
            var answer = http.send(request.build(), BodyHandlers.ofInputStream());
            if (answer.version() != http.version()) {
                visit.end("came by " + answer.version());
                return;
            }
            try (var body = plain(answer)) {
                if (answer.statusCode() != 200
                        || answer.headers().firstValue("grpc-status").isPresent()) {
                    visit.end(Way.refusal(answer, new String(body.readAllBytes(), StandardCharsets.UTF_8)));
                    return;
                }
                var piece = new byte[PIECE];
                for (int length = body.read(piece); length >= 0; length = body.read(piece)) {
                    reader.accept(Arrays.copyOf(piece, length));
                }
                visit.end("the body ended");
            }
        });
    }

    static InputStream plain(HttpResponse<InputStream> answer) throws IOException {
        return answer.headers().firstValue("Content-Encoding").orElse("").equals("gzip")
                ? new GZIPInputStream(answer.body())
                : answer.body();
    }
}
