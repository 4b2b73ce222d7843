package dev.sluice.client.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.client.Json;
import dev.sluice.client.Refusal;
import java.net.http.HttpHeaders;

/** An HTTP answer, whole. */
public record Answer(int status, HttpHeaders headers, String body) {

    private static final String PROBLEM = "application/problem+json";

    public JsonNode json() {
        return Json.parse(body);
    }

    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** The refusal that this is (RFC 9457); one without a reason when the answer is no problem. */
    public Refusal refusal() {
        var code = Integer.toString(status);
        if (!header("Content-Type").startsWith(PROBLEM)) {
            return new Refusal(code, "", "", header("Content-Type") + " " + body);
        }
        var problem = json();
        if (problem.path("status").asInt() != status) {
            return new Refusal(code, "", "status", "the problem says " + problem);
        }
        return new Refusal(
                code,
                problem.path("reason").asText(),
                problem.path("field").asText(),
                problem.path("detail").asText());
    }
}
