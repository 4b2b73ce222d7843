package dev.sluice.identity;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A refusal (RFC 9457), for the OpenAPI page. */
@Schema(name = "Problem")
public record ProblemSchema(
        @Schema(required = true, examples = "about:blank") String type,
        @Schema(required = true) String title,
        @Schema(required = true) int status,
        @Schema(required = true) String detail,

        @Schema(required = true, description = "From the closed list of reasons", examples = "malformed")
        String reason,

        @Schema(description = "The parameter, header or attribute that is wrong")
        String field) {}
