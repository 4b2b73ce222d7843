package dev.sluice.local;

import dev.sluice.testing.PackageCycles;
import org.junit.jupiter.api.Test;

class LocalArchitectureTest {

    @Test
    void shouldHaveNoCycleOfPackages() {
        PackageCycles.checkNone("dev.sluice.local");
    }
}
