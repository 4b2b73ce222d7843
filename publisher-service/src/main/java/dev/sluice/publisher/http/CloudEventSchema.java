package dev.sluice.publisher.http;

import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A CloudEvent in structured mode, for the OpenAPI page; extensions are further members. A member that is null is none. */
@Schema(
        name = "CloudEvent",
        not = CloudEventSchema.TwoPayloads.class,
        propertyNames = CloudEventSchema.Name.class,
        additionalProperties = CloudEventSchema.Extension.class)
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

        @Schema(pattern = TEXT, nullable = true) String subject,

        @Schema(format = "date-time", nullable = true) String time,

        @Schema(format = "uri-reference", minLength = 1, nullable = true)
        String dataschema,

        @Schema(pattern = MEDIA_TYPE, nullable = true, examples = "application/json")
        String datacontenttype,

        Object data,

        @Schema(name = "data_base64", format = "byte", description = "In place of data, for bytes")
        String dataBase64) {

    /** Whatever CloudEvents has in a string. */
    private static final String CHARACTER = "[ -~\\u00a0-\\ud7ff\\ue000-\\ufdcf\\ufdf0-\\ufffd]";

    private static final String TEXT = "^" + CHARACTER + "{1,1000}$";

    private static final String TOKEN = "[-!#$%&'*+.^_`|~0-9A-Za-z]{1,100}";

    /** RFC 9110, section 8.3.1. */
    private static final String MEDIA_TYPE = "^" + TOKEN + "/" + TOKEN + "( *;[ -~]{0,100})?$";

    /** What an event must not have both of. */
    @Schema(
            name = "TwoPayloads",
            requiredProperties = {"data", "data_base64"})
    record TwoPayloads(
            Object data, @Schema(name = "data_base64") String dataBase64) {}

    /** Of an attribute, and of the bytes. */
    @Schema(
            name = "MemberName",
            type = SchemaType.STRING,
            pattern = "^(data_base64|(?!(cursor|subscription)$)[a-z0-9]{1,64})$")
    interface Name {}

    /** What an extension may be. */
    @Schema(
            name = "ExtensionValue",
            nullable = true,
            anyOf = {ExtensionText.class, Long.class, Boolean.class})
    interface Extension {}

    /** CloudEvents 1.0.2, "Type System". */
    @Schema(name = "ExtensionText", type = SchemaType.STRING, pattern = "^" + CHARACTER + "{0,1000}$")
    interface ExtensionText {}
}
