package dev.sluice.edge.browser;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sluice.edge.EdgeConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** A ticket of ours can be opened, and nothing else, however it was altered. */
public final class TicketsFuzz {
    private static final String PATH = "/v1/stream";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Tickets TICKETS = new Tickets(new EdgeConfig.Tickets() {
        @Override
        public Optional<List<String>> keys() {
            return Optional.of(List.of(Base64.getEncoder().encodeToString(new byte[32])));
        }

        @Override
        public Duration ttl() {
            return Duration.ofSeconds(30);
        }
    });
    /** Sealed once, because its nonce is another one each time: so the same inputs are the same cases. */
    private static final String GOOD =
            "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoiNjY2ODdhYWQifQ..voHMMnY36sdXBHhh.Mv-56khY5KkpkYikOefUcGM-EaL3TftEvwuFLXX6iZ0HfxM_OdwoqwAbctg9HOLYdzGV.FtgTK8AkHTyqrbrNrP7aYg";

    private TicketsFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        String ticket;
        if (data.consumeBoolean()) {
            var altered = new StringBuilder(GOOD);
            for (int i = data.consumeInt(0, 3); i > 0; i--) {
                altered.setCharAt(data.consumeInt(0, altered.length() - 1), (char) data.consumeInt(1, 126));
            }
            ticket = altered.toString();
        } else {
            ticket = data.consumeRemainingAsString();
        }
        if (TICKETS.open(ticket, PATH, NOW).isPresent() != ticket.equals(GOOD)) {
            throw new AssertionError("opened: " + ticket);
        }
    }
}
