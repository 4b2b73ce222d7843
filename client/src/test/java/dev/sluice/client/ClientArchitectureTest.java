package dev.sluice.client;

import dev.sluice.testing.PackageCycles;
import org.junit.jupiter.api.Test;

class ClientArchitectureTest {

    @Test
    void shouldHaveNoCycleOfPackages() {
        PackageCycles.checkNone("dev.sluice.client");
    }
}
