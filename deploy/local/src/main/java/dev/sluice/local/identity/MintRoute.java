package dev.sluice.local.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.Map;
import no.nav.security.mock.oauth2.http.OAuth2HttpRequest;
import no.nav.security.mock.oauth2.http.OAuth2HttpResponse;
import no.nav.security.mock.oauth2.http.Route;
import no.nav.security.mock.oauth2.token.OAuth2TokenProvider;
import okhttp3.Headers;

/**
 * {@code POST /mint} with {@code {key, ttlSeconds, claims}} answers a token with exactly these claims and its times. The
 * provider's own token endpoint can neither set a lifetime nor nest claims per call.
 */
final class MintRoute implements Route {

    static final String PATH = "/mint";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> CLAIMS = new TypeReference<>() {};
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;

    private final OAuth2TokenProvider tokens;

    MintRoute(OAuth2TokenProvider tokens) {
        this.tokens = tokens;
    }

    /** JSON only: a page in a browser can't send that to another origin without asking first. */
    @Override
    public boolean match(OAuth2HttpRequest request) {
        return request.getMethod().equals("POST")
                && request.getUrl().encodedPath().equals(PATH)
                && "application/json".equals(request.getHeaders().get("Content-Type"));
    }

    @Override
    public OAuth2HttpResponse invoke(OAuth2HttpRequest request) {
        try {
            return answer(OK, mint(JSON.readTree(request.getBody())));
        } catch (JsonProcessingException e) {
            return answer(BAD_REQUEST, "not JSON");
        }
    }

    private String mint(JsonNode request) {
        return tokens.jwt(
                        JSON.convertValue(request.required("claims"), CLAIMS),
                        Duration.ofSeconds(request.required("ttlSeconds").asLong()),
                        request.required("key").asText())
                .serialize();
    }

    private static OAuth2HttpResponse answer(int status, String body) {
        return new OAuth2HttpResponse(Headers.of("Content-Type", "text/plain"), status, body, null);
    }
}
