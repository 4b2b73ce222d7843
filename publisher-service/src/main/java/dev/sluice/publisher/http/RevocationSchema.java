package dev.sluice.publisher.http;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A revocation, for the OpenAPI page: of one of user, session and token. */
@Schema(
        name = "Revocation",
        oneOf = {RevocationSchema.OfUser.class, RevocationSchema.OfSession.class, RevocationSchema.OfToken.class},
        additionalProperties = Schema.False.class)
record RevocationSchema(
        @Schema(maxLength = 1_000, pattern = TEXT, description = "All tokens of a user that were issued before: sub")
        String user,

        @Schema(
                maxLength = 1_000,
                pattern = TEXT,
                description = "All tokens of one signing in (sid), or the connection of this id")
        String session,

        @Schema(maxLength = 1_000, pattern = TEXT, description = "One token: jti")
        String token,

        @Schema(maxLength = 1_000, pattern = TEXT, description = "Whose tokens; left out, those of all issuers")
        String issuer,

        @Schema(readOnly = true, description = "Tokens that were issued later are not touched")
        String before) {

    /** Something that is not blank. */
    private static final String TEXT = "\\S";

    @Schema(name = "OfUser", requiredProperties = "user")
    record OfUser(String user) {}

    @Schema(name = "OfSession", requiredProperties = "session")
    record OfSession(String session) {}

    @Schema(name = "OfToken", requiredProperties = "token")
    record OfToken(String token) {}
}
