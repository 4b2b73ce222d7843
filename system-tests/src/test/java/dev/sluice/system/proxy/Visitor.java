package dev.sluice.system.proxy;

import dev.sluice.system.chart.KeyPair;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Somebody outside, who comes by one version of HTTP over TLS and takes what is compressed, as browsers do. By OkHttp: where each answer is
 * the last of its connection, as with a proxy that keeps none, the JDK's client loses answers over HTTP/2, because it forgets what came
 * right before GOAWAY (on JDK 17 all of 600, on 25 some of a thousand, whoever is behind).
 */
record Visitor(URI url, OkHttpClient http, KeyPair pair, String token) {
    private static final int PIECE = 8192;

    static Visitor by(Version version, URI url, KeyPair trusted, String token)
            throws GeneralSecurityException, IOException {
        var trust = trust(trusted);
        var protocols =
                version == Version.HTTP_2 ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1) : List.of(Protocol.HTTP_1_1);
        var client = new OkHttpClient.Builder()
                .protocols(protocols)
                .sslSocketFactory(context(trust).getSocketFactory(), (X509TrustManager) trust.getTrustManagers()[0])
                .readTimeout(Duration.ZERO)
                .build();
        return new Visitor(url, client, trusted, token);
    }

    /** The JDK's, for WebSockets and what looks at one answer alone. */
    static HttpClient client(KeyPair trusted, Version version) throws GeneralSecurityException, IOException {
        return HttpClient.newBuilder()
                .version(version)
                .sslContext(context(trust(trusted)))
                .build();
    }

    HttpClient webSockets() {
        try {
            return client(pair, Version.HTTP_1_1);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TrustManagerFactory trust(KeyPair trusted) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry(
                "proxy",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(trusted.certificate().getBytes(StandardCharsets.US_ASCII))));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust;
    }

    private static SSLContext context(TrustManagerFactory trust) throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    Visitor with(String otherToken) {
        return new Visitor(url, http, pair, otherToken);
    }

    Request.Builder request(String path) {
        return new Request.Builder()
                .url(url.resolve(path).toString())
                .header("Authorization", "Bearer " + token)
                .header("Accept-Encoding", "gzip");
    }

    Request.Builder get(String path, String accept) {
        return request(path).header("Accept", accept);
    }

    /** A request of the visit, which ends when the visitor leaves. */
    Response ask(Visit visit, Request request) throws IOException {
        Call call = http.newCall(request);
        visit.onLeave(() -> {
            visit.end("left");
            call.cancel();
        });
        return call.execute();
    }

    /** What may block and fail; its failure is the end of the visit. */
    interface Action {
        void run() throws IOException;
    }

    void inBackground(Visit visit, Action action) {
        var thread = new Thread(
                () -> {
                    try {
                        action.run();
                    } catch (IOException | RuntimeException lost) {
                        visit.end("lost: " + lost);
                    }
                },
                "visit");
        thread.setDaemon(true);
        thread.start();
    }

    /** Hands the body on as it comes; an answer that is none of a stream ends the visit. */
    void stream(Visit visit, Request.Builder request, Consumer<byte[]> reader) {
        inBackground(visit, () -> {
            try (var answer = ask(visit, request.build())) {
                if (http.protocols().get(0) != answer.protocol()) {
                    visit.end("came by " + answer.protocol());
                    return;
                }
                var body = plain(answer);
                if (answer.code() != 200 || answer.header("grpc-status") != null) {
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

    static InputStream plain(Response answer) throws IOException {
        var body = answer.body().byteStream();
        return "gzip".equals(answer.header("Content-Encoding")) ? new GZIPInputStream(body) : body;
    }
}
