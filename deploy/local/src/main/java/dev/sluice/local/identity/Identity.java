package dev.sluice.local.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The client of a running identity provider. Safe for use by several threads.
 */
public final class Identity {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int OK = 200;

    private final int port;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    /** The provider that listens on that port of the loopback address. */
    public Identity(int port) {
        this.port = port;
    }

    /** The issuer that the services trust: {@code http://localhost:8180/sluice}. */
    public URI issuer() {
        return issuer(TokenRequest.ISSUER);
    }

    /** Any issuer of this provider: there are as many as one asks for, each with its own key. */
    public URI issuer(String id) {
        return URI.create("http://localhost:" + port + "/" + id);
    }

    /** A good token of the user. */
    public String token(String user, String... roles) {
        var request = TokenRequest.of(user);
        for (var role : roles) {
            request = request.role(role);
        }
        return mint(request);
    }

    /**
     * The signed token, in compact form.
     *
     * @throws UncheckedIOException when the provider does not answer
     */
    public String mint(TokenRequest request) {
        var call = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + MintRoute.PATH))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json(request)))
                .build();
        try {
            var answer = http.send(call, BodyHandlers.ofString());
            if (answer.statusCode() != OK) {
                throw new IOException("the identity provider answered " + answer.statusCode() + " " + answer.body());
            }
            return answer.body();
        } catch (ConnectException e) {
            throw new UncheckedIOException(new IOException("the identity provider does not answer on port " + port, e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException("interrupted while a token was minted"));
        }
    }

    private String json(TokenRequest request) {
        var claims = new LinkedHashMap<String, Object>();
        claims.put("iss", issuer(request.issuer()).toString());
        claims.put("sub", request.subject());
        claims.put("aud", request.audience());
        claims.put("roles", request.roles());
        claims.putAll(request.claims());
        try {
            return JSON.writeValueAsString(
                    Map.of("key", request.key(), "ttlSeconds", request.ttl().toSeconds(), "claims", claims));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("claims must be JSON values", e);
        }
    }
}
