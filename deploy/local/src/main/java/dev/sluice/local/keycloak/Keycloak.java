package dev.sluice.local.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The client of a running Keycloak with the realm of {@code deploy/keycloak/sluice-realm.json}. Safe for use by several threads.
 */
public final class Keycloak {

    /** Where the realm is, below the server's root. */
    public static final String REALM_PATH = "/realms/sluice";

    /** Name and password of the administrator of all realms. */
    public static final String ADMIN = "admin";

    /** The realm's public client, where people sign in: with a password, or by the code flow with PKCE. */
    public static final String PEOPLE = "people";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int OK = 200;

    private final URI server;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    /** Keycloak said no. The message holds its error and description. */
    public static final class Refused extends RuntimeException {
        Refused(String message) {
            super(message);
        }
    }

    /** The one that listens on that port of the loopback address. */
    public Keycloak(int port) {
        this.server = URI.create("http://localhost:" + port);
    }

    /** The server's root: {@code http://localhost:8180}. */
    public URI server() {
        return server;
    }

    /** The issuer that the services trust: {@code http://localhost:8180/realms/sluice}. */
    public URI issuer() {
        return server.resolve(REALM_PATH);
    }

    /** A token of an example user, whose password is the name; good for 15 min unless somebody changed that. */
    public String token(String user) {
        return token(PEOPLE, user, user);
    }

    /** A token for somebody's password, through a public client. */
    public String token(String client, String user, String password) {
        return tokens(Map.of("grant_type", "password", "client_id", client, "username", user, "password", password))
                .path("access_token")
                .asText();
    }

    /** A token of the program {@code robot}, for its client's secret. */
    public String robot() {
        return tokens(Map.of("grant_type", "client_credentials", "client_id", "robot", "client_secret", "robot-secret"))
                .path("access_token")
                .asText();
    }

    /** A token of the administrator, for Keycloak's own REST interface; good for a minute. */
    public String administrator() {
        return tokens(
                        server.resolve("/realms/master"),
                        Map.of(
                                "grant_type",
                                "password",
                                "client_id",
                                "admin-cli",
                                "username",
                                ADMIN,
                                "password",
                                ADMIN))
                .path("access_token")
                .asText();
    }

    /**
     * What the realm's token endpoint answers.
     *
     * @throws Refused when it answers an error
     * @throws UncheckedIOException when it does not answer
     */
    public JsonNode tokens(Map<String, String> form) {
        return tokens(issuer(), form);
    }

    private JsonNode tokens(URI realm, Map<String, String> form) {
        var call = HttpRequest.newBuilder(URI.create(realm + "/protocol/openid-connect/token"))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form.entrySet().stream()
                        .map(entry ->
                                entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"))))
                .build();
        try {
            var answer = http.send(call, BodyHandlers.ofString());
            var body = JSON.readTree(answer.body());
            if (answer.statusCode() != OK) {
                throw new Refused("keycloak answered " + answer.statusCode() + " "
                        + body.path("error").asText() + ": "
                        + body.path("error_description").asText());
            }
            return body;
        } catch (ConnectException e) {
            throw new UncheckedIOException(new IOException("keycloak does not answer on " + server, e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException("interrupted while waiting for a token"));
        }
    }
}
