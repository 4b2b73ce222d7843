package dev.sluice.publisher.http;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A CloudEvent in structured mode, for the OpenAPI page; extensions are further members. */
@Schema(name = "CloudEvent")
record CloudEventSchema(
        @Schema(required = true, enumeration = "1.0") String specversion,
        @Schema(required = true, pattern = TEXT) String id,

        @Schema(required = true, format = "uri-reference", minLength = 1, description = "Not /sluice")
        String source,

        @Schema(required = true, pattern = TEXT, description = "Not one that begins with 'sluice.'")
        String type,

        @Schema(
                maxLength = 200,
                pattern = EventsResource.CHANNEL,
                description = "Where it is published, when the path does not say it")
        String channel,

        @Schema(pattern = TEXT) String subject,
        @Schema(format = "date-time") String time,
        @Schema(examples = "application/json") String datacontenttype,
        Object data,

        @Schema(name = "data_base64", format = "byte", description = "In place of data, for bytes")
        String dataBase64) {

    /** Whatever CloudEvents has in a string, and something of it. */
    private static final String TEXT = "^[ -~\\u00a0-\\ud7ff\\ue000-\\ufdcf\\ufdf0-\\ufffd]{1,1000}$";
}
