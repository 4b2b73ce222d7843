package dev.sluice.system.fuzz;

import dev.sluice.client.SubscriptionRequest;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A subscription as a client of the protocol asks for it, of which one cursor, filter, pattern, time or name is spoilt.
 *
 * @param requests that are fine
 */
record SubscriptionTarget(Sluice sluice, Protocol protocol, String token, List<SubscriptionRequest> requests)
        implements Target {
    private static final Set<String> BUGS = Set.of("500", "INTERNAL", "UNKNOWN", "1011", "UNAVAILABLE", "503");

    @Override
    public String attempt(Mutator mutator) throws Finding {
        var request = spoilt(mutator.pick(requests), mutator);
        try (var connection = sluice.subscribe(protocol, token, request)) {
            Expect.until(
                    "an answer",
                    () -> connection.start().isPresent() || connection.refusal().isPresent());
            if (connection.refusal().isEmpty()) {
                return "granted";
            }
            var refusal = connection.refusal().get();
            if (BUGS.contains(refusal.code())
                    || refusal.reason().equals("internal")
                    || refusal.code().startsWith("protocol")) {
                throw new Finding(refusal.toString(), request.toString());
            }
            return refusal.code() + " " + refusal.reason();
        } catch (ConditionTimeoutException unanswered) {
            throw new Finding("no answer", request.toString());
        }
    }

    private static SubscriptionRequest spoilt(SubscriptionRequest request, Mutator mutator) {
        var part = mutator.below(1 + request.parameters().size());
        if (part == 0) {
            var channels = new ArrayList<>(request.channels());
            channels.set(mutator.below(channels.size()), mutator.text(mutator.pick(channels)));
            return new SubscriptionRequest(channels, request.parameters());
        }
        var parameters = new LinkedHashMap<>(request.parameters());
        var parameter = List.copyOf(parameters.entrySet()).get(part - 1);
        parameters.put(parameter.getKey(), mutator.text(parameter.getValue()));
        return new SubscriptionRequest(request.channels(), parameters);
    }
}
