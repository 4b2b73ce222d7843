package dev.sluice.publisher.http;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A revocation, for the OpenAPI page. */
@Schema(name = "Revocation")
record RevocationSchema(
        @Schema(description = "All tokens of a user that were issued before: sub")
        String user,

        @Schema(description = "All tokens of one signing in (sid), or the connection of this id")
        String session,

        @Schema(description = "One token: jti") String token,

        @Schema(description = "Whose tokens; left out, those of all issuers")
        String issuer,

        @Schema(readOnly = true, description = "Tokens that were issued later are not touched")
        String before) {}
