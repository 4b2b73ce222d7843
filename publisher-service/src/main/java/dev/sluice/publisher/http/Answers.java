package dev.sluice.publisher.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.problem.Problem;
import dev.sluice.identity.ProblemResponse;
import dev.sluice.publisher.kafka.Receipt;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What producers get to read. */
final class Answers {
    private Answers() {}

    /** Of a single event. */
    static Response of(Receipt receipt) {
        if (receipt instanceof Receipt.Refused refused) {
            return of(refused.problem());
        }
        return json(Response.Status.CREATED, item(receipt));
    }

    /** Of a batch: item by item, unless all of it has to be posted again later. */
    static Response of(List<Receipt> receipts) {
        Set<Problem> problems = new HashSet<>();
        for (Receipt receipt : receipts) {
            if (!(receipt instanceof Receipt.Refused refused)
                    || ProblemResponse.retryAfter(refused.problem().reason()) == null) {
                return results(receipts);
            }
            problems.add(refused.problem());
        }
        return problems.size() == 1 ? of(problems.iterator().next()) : results(receipts);
    }

    private static Response results(List<Receipt> receipts) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        var results = body.putArray("results");
        receipts.forEach(receipt -> results.add(item(receipt)));
        return json(Response.Status.OK, body);
    }

    private static ObjectNode item(Receipt receipt) {
        ObjectNode item = JsonNodeFactory.instance.objectNode();
        if (receipt instanceof Receipt.Stored stored) {
            item.put("id", stored.id()).put("channel", stored.channel().name());
            if (stored.cursor() != null) {
                item.put("cursor", stored.cursor());
            }
        } else if (receipt instanceof Receipt.Refused refused) {
            ObjectNode error = item.putObject("error");
            error.put("reason", refused.problem().reason().code());
            if (refused.problem().field() != null) {
                error.put("field", refused.problem().field());
            }
            error.put("detail", refused.problem().detail());
        }
        return item;
    }

    /** Of what was not there before. */
    static Response created(JsonNode body) {
        return json(Response.Status.CREATED, body);
    }

    private static Response json(Response.Status status, JsonNode body) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(body.toString())
                .build();
    }

    static Response of(Problem problem) {
        var response = Response.status(problem.reason().httpStatus())
                .type(ProblemResponse.MEDIA_TYPE)
                .entity(ProblemResponse.json(problem).toString());
        Integer retryAfter = ProblemResponse.retryAfter(problem.reason());
        if (retryAfter != null) {
            response.header(HttpHeaders.RETRY_AFTER, retryAfter);
        }
        return response.build();
    }
}
