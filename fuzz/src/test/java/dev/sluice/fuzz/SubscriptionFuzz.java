package dev.sluice.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.contract.event.EventLimits;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.contract.event.ProtoEvents;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.v1.ClientMessage;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.StreamRequest;
import dev.sluice.edge.proto.ClientMessages;
import dev.sluice.edge.request.SubscriptionSpec;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.Set;

/** Subscriptions as a query, as JSON and as protos, and the other messages of gRPC clients. */
public final class SubscriptionFuzz {
    private static final String[] PARAMETERS = {
        "channel",
        "cursor",
        "since",
        "last",
        "filter",
        "type",
        "format",
        "overflow",
        "on-gap",
        "durable",
        "max-unacked",
        "x"
    };

    private SubscriptionFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        try {
            switch (data.consumeInt(0, 4)) {
                case 0 ->
                    SubscriptionSpec.ofQuery(
                            query(data), Set.of(), data.consumeBoolean() ? data.consumeString(50) : null);
                case 1 -> SubscriptionSpec.ofJson(JsonEvents.parse("json", data.consumeRemainingAsBytes()));
                case 2 -> SubscriptionSpec.ofProto(StreamRequest.parseFrom(data.consumeRemainingAsBytes()));
                case 3 -> ClientMessages.operation(ClientMessage.parseFrom(data.consumeRemainingAsBytes()));
                default ->
                    ProtoEvents.read(
                            PublishRequest.parseFrom(data.consumeRemainingAsBytes()),
                            "/s",
                            Instant.EPOCH,
                            EventLimits.DEFAULT);
            }
        } catch (InvalidProtocolBufferException noProto) {
            // Whoever reads it from the network says so.
            return;
        } catch (Rejected refused) {
            Refused.requireReason(refused);
        }
    }

    private static MultiMap query(FuzzedDataProvider data) {
        var query = MultiMap.caseInsensitiveMultiMap();
        for (int i = data.consumeInt(1, 6); i > 0; i--) {
            query.add(data.pickValue(PARAMETERS), data.consumeString(60));
        }
        return query;
    }
}
