package dev.sluice.publisher.http;

import dev.sluice.contract.problem.Rejected;
import dev.sluice.identity.LogoutTokens;
import dev.sluice.identity.ProblemSchema;
import dev.sluice.publisher.kafka.KafkaLog;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/**
 * Where an issuer tells that somebody has signed out (OpenID Connect Back-Channel Logout 1.0, sections 2.5 to 2.8). The token itself says
 * who calls. Runs on event loops.
 */
@Path("/v1/backchannel-logout")
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class LogoutResource {
    private final KafkaLog log;
    private final LogoutTokens tokens;

    LogoutResource(KafkaLog log, LogoutTokens tokens) {
        this.log = log;
        this.tokens = tokens;
    }

    @POST
    @Operation(
            operationId = "backchannelLogout",
            summary = "For issuers: takes back the tokens of a session that was signed out",
            description = "OpenID Connect Back-Channel Logout 1.0. Answers when Kafka has it.")
    @APIResponse(responseCode = "200", description = "Kafka has it")
    @APIResponse(
            responseCode = "default",
            description =
                    "A refusal: 400 for what is no logout token of an issuer that is known here, 503 with Retry-After",
            content =
                    @Content(
                            mediaType = "application/problem+json",
                            schema = @Schema(implementation = ProblemSchema.class)))
    public Uni<Response> logout(@FormParam("logout_token") @Nullable String token) {
        return tokens.read(token)
                .chain(revocation -> Uni.createFrom().completionStage(log.revoke(revocation)))
                .map(problem -> problem.map(Answers::of).orElseGet(LogoutResource::done))
                .onFailure(Rejected.class)
                .recoverWithItem(refusal -> Answers.of(((Rejected) refusal).problem()));
    }

    private static Response done() {
        return Response.ok().header(HttpHeaders.CACHE_CONTROL, "no-store").build();
    }
}
