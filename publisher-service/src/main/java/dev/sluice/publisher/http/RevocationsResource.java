package dev.sluice.publisher.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.revocation.Revocation;
import dev.sluice.contract.revocation.RevocationRecords;
import dev.sluice.identity.AuthConfig;
import dev.sluice.identity.Callers;
import dev.sluice.identity.ProblemSchema;
import dev.sluice.identity.RevocationsConfig;
import dev.sluice.publisher.kafka.KafkaLog;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** Where operators take back tokens. Runs on event loops. */
@Path("/v1/revocations")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
@APIResponse(
        responseCode = "default",
        description = "A refusal: 400 malformed, 401, 403 without the role, 503 with Retry-After: nothing was revoked",
        content =
                @Content(
                        mediaType = "application/problem+json",
                        schema = @Schema(implementation = ProblemSchema.class)))
class RevocationsResource {
    private static final String ISSUER = "issuer";
    private static final int LONGEST = 1_000;

    private final KafkaLog log;
    private final Callers callers;
    private final SecurityIdentity identity;
    private final String role;
    private final Duration clockSkew;

    RevocationsResource(
            KafkaLog log, Callers callers, SecurityIdentity identity, RevocationsConfig config, AuthConfig auth) {
        this.log = log;
        this.callers = callers;
        this.identity = identity;
        this.role = config.role();
        this.clockSkew = auth.clockSkew();
    }

    @POST
    @Operation(
            operationId = "revoke",
            summary = "Takes back the tokens of a user, of a session, or one token",
            description =
                    "Answers when Kafka has it; within a second every replica ends the streams of these tokens and takes them no more. "
                            + "Of a user, all tokens issued so far count; whoever signs in again is let in.")
    @RequestBody(
            description =
                    "One of user (sub), session (sid, or the id of a connection) and token (jti); issuer when it is not for all",
            content =
                    @Content(mediaType = "application/json", schema = @Schema(implementation = RevocationSchema.class)))
    @APIResponse(
            responseCode = "201",
            description = "Kafka has it",
            content =
                    @Content(mediaType = "application/json", schema = @Schema(implementation = RevocationSchema.class)))
    public Uni<Response> revoke(byte @Nullable [] body) {
        try {
            callers.of(identity);
            if (!identity.hasRole(role)) {
                throw Problem.of(Reason.FORBIDDEN, "the role '" + role + "' is needed here")
                        .rejected();
            }
            Revocation revocation = read(body == null ? new byte[0] : body, Instant.now());
            return Uni.createFrom().completionStage(log.revoke(revocation).thenApply(problem -> problem.map(Answers::of)
                    .orElseGet(() -> Answers.created(RevocationRecords.json(revocation)))));
        } catch (Rejected refusal) {
            return Uni.createFrom().item(Answers.of(refusal.problem()));
        }
    }

    private Revocation read(byte[] body, Instant now) throws Rejected {
        JsonNode object = JsonEvents.parse("body", body);
        if (!object.isObject()) {
            throw Problem.malformed("body", "a JSON object is needed here").rejected();
        }
        List<Revocation.Kind> named = new ArrayList<>();
        for (Iterator<String> members = object.fieldNames(); members.hasNext(); ) {
            String member = members.next();
            if (!member.equals(ISSUER)) {
                named.add(kind(member));
            }
        }
        if (named.size() != 1) {
            throw Problem.malformed("body", "one of user, session and token is needed here")
                    .rejected();
        }
        Revocation.Kind kind = named.get(0);
        String issuer = object.has(ISSUER) ? text(object, ISSUER) : null;
        // The clock of the issuer, by which tokens say when they were issued, may be ahead of this one.
        Instant before = kind == Revocation.Kind.USER ? now.plus(clockSkew) : now;
        return new Revocation(issuer, kind, text(object, RevocationRecords.member(kind)), before);
    }

    private static Revocation.Kind kind(String member) throws Rejected {
        for (Revocation.Kind kind : Revocation.Kind.values()) {
            if (RevocationRecords.member(kind).equals(member)) {
                return kind;
            }
        }
        throw Problem.malformed(member, "there is no such member; one of user, session and token, and issuer")
                .rejected();
    }

    private static String text(JsonNode object, String member) throws Rejected {
        JsonNode value = object.get(member);
        if (!value.isTextual()
                || value.textValue().isBlank()
                || value.textValue().length() > LONGEST) {
            throw Problem.malformed(member, "a text of 1 to " + LONGEST + " characters is needed here")
                    .rejected();
        }
        return value.textValue();
    }
}
