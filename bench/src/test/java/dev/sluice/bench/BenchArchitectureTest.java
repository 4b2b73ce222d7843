package dev.sluice.bench;

import dev.sluice.testing.PackageCycles;
import org.junit.jupiter.api.Test;

class BenchArchitectureTest {

    @Test
    void shouldHaveNoCycleOfPackages() {
        PackageCycles.checkNone("dev.sluice.bench");
    }
}
