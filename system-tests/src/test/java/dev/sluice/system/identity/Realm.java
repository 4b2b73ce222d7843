package dev.sluice.system.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.Json;
import dev.sluice.client.http.Answer;
import dev.sluice.client.http.Http;
import dev.sluice.local.keycloak.Keycloak;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** What an administrator does to the example realm, through Keycloak's own REST interface. */
record Realm(Keycloak keycloak) {

    /** Somebody without roles, whose password is the name. */
    void addUser(String name) {
        var user = Json.object()
                .put("username", name)
                .put("enabled", true)
                .put("firstName", name)
                .put("lastName", "Example")
                .put("email", name + "@example.com")
                .put("emailVerified", true);
        user.putArray("credentials").addObject().put("type", "password").put("value", name);
        send("POST", "/users", user);
    }

    void addRole(String user, String role) {
        send("POST", rolesOf(user), Json.array().add(get("/roles/" + role)));
    }

    void removeRole(String user, String role) {
        send("DELETE", rolesOf(user), Json.array().add(get("/roles/" + role)));
    }

    void logOut(String user) {
        send("POST", "/users/" + id(user) + "/logout", Json.object());
    }

    /** Where a client is told of sign-outs; empty for nowhere. */
    void backchannelLogout(String client, String url) {
        var settings = Json.object();
        settings.putObject("attributes")
                .put("backchannel.logout.url", url)
                .put("backchannel.logout.session.required", "true");
        send(
                "PUT",
                "/clients/"
                        + get("/clients?clientId=" + client).path(0).path("id").asText(),
                settings);
    }

    void disable(String user) {
        send("PUT", "/users/" + id(user), Json.object().put("enabled", false));
    }

    /** Of the tokens issued from now on. */
    void tokenLifespan(int seconds) {
        send("PUT", "", Json.object().put("accessTokenLifespan", seconds));
    }

    /** A new key, with which tokens are signed from now on; those before it are still published. */
    void rotateKey(int priority) {
        var key = Json.object()
                .put("name", "key-" + priority)
                .put("providerId", "rsa-generated")
                .put("providerType", "org.keycloak.keys.KeyProvider");
        var config = key.putObject("config");
        Map.of("priority", Integer.toString(priority), "enabled", "true", "active", "true", "algorithm", "RS256")
                .forEach((name, value) -> config.putArray(name).add(value));
        send("POST", "/components", key);
    }

    private String rolesOf(String user) {
        return "/users/" + id(user) + "/role-mappings/realm";
    }

    private String id(String user) {
        return get("/users?exact=true&username=" + user).path(0).path("id").asText();
    }

    private JsonNode get(String path) {
        return checked(Http.send(Http.request(uri(path), admin()))).json();
    }

    private void send(String method, String path, JsonNode body) {
        checked(Http.send(Http.request(uri(path), admin())
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body.toString()))));
    }

    private URI uri(String path) {
        return keycloak.server().resolve("/admin" + Keycloak.REALM_PATH + path);
    }

    /** A new one each time: it is good for a minute only. */
    private String admin() {
        return keycloak.administrator();
    }

    private static Answer checked(Answer answer) {
        if (answer.status() / 100 != 2) {
            throw new AssertionError("keycloak answered " + answer);
        }
        return answer;
    }

    /** The claims of a token, unverified. */
    static ObjectNode claims(String token) {
        return part(token, 1);
    }

    /** The id of the key that signed a token. */
    static String keyOf(String token) {
        return part(token, 0).path("kid").asText();
    }

    private static ObjectNode part(String token, int index) {
        return (ObjectNode) Json.parse(
                new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[index]), StandardCharsets.UTF_8));
    }
}
