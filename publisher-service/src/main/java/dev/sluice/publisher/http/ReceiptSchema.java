package dev.sluice.publisher.http;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The answer to one event, for the OpenAPI page. */
@Schema(name = "Receipt")
record ReceiptSchema(
        @Schema(required = true, description = "The event's id, made up when the post had none")
        String id,

        @Schema(required = true) String channel,

        @Schema(description = "Resumes a subscription exactly after this event")
        String cursor) {}
