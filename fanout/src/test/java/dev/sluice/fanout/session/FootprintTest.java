package dev.sluice.fanout.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;

/**
 * How many bytes of objects the engine keeps for a session that waits, counted object by object: a field more is seen here before it is
 * seen in a pod. With the socket of the test in place of the edge's, which is small.
 */
class FootprintTest {
    private static final int FEW = 100;
    private static final int MANY = 400;
    private static final long MOST_BYTES = 1_250;

    private final Replica replica = new Replica(1);
    private final List<Session> sessions = new ArrayList<>();

    static {
        // Lambdas and records have no offsets that Unsafe would tell.
        System.setProperty("jol.magicFieldOffset", "true");
    }

    private GraphLayout with(int count) {
        while (sessions.size() < count) {
            sessions.add(replica.connect().live("a").session);
        }
        return GraphLayout.parseInstance(replica.sessions);
    }

    @Test
    void shouldTakeLittleForASessionThatWaits() {
        GraphLayout few = with(FEW);
        GraphLayout many = with(MANY);
        assertThat((many.totalSize() - few.totalSize()) / (MANY - FEW))
                .as(() -> "bytes of a session; of %d there are%n%s".formatted(MANY, many.toFootprint()))
                .isBetween(500L, MOST_BYTES);
    }
}
