package dev.sluice.publisher.http;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The answer to a batch, for the OpenAPI page. */
@Schema(name = "Results")
record ResultsSchema(@Schema(required = true) List<Item> results) {

    /** Either the members of a receipt, or an error. */
    @Schema(name = "Result")
    record Item(String id, String channel, String cursor, Error error) {}

    @Schema(name = "Error")
    record Error(
            @Schema(required = true) String reason,
            String field,
            @Schema(required = true) String detail) {}
}
