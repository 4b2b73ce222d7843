package dev.sluice.ws;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sluice.fuzz.Refused;

/** Messages of WebSocket clients in the three languages. */
public final class OperationsFuzz {
    private static final Subprotocol[] LANGUAGES = {
        new JsonSubprotocol(), new ProtobufSubprotocol(), new CloudEventsSubprotocol()
    };

    private OperationsFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        Subprotocol language = data.pickValue(LANGUAGES);
        try {
            if (language.read(data.consumeRemainingAsBytes()) == null) {
                throw new AssertionError("null is no operation");
            }
        } catch (Subprotocol.Unreadable refused) {
            Refused.requireReason(refused.refusal());
        }
    }
}
