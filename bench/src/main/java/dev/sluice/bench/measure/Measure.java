package dev.sluice.bench.measure;

import dev.sluice.bench.load.Protocol;
import java.io.IOException;
import java.util.concurrent.ExecutionException;

/** Something that is found out about an edge. Holds nothing from one contest to the next. */
interface Measure {

    /** As often as the settings say; adds what each round gave, warm-ups left out. */
    void take(Contest contest, Figures.Of figures) throws IOException, InterruptedException, ExecutionException;

    /** Whether it says something of its own there. */
    default boolean suits(Protocol protocol) {
        return true;
    }
}
