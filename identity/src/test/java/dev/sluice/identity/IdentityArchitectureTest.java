package dev.sluice.identity;

import dev.sluice.testing.PackageCycles;
import org.junit.jupiter.api.Test;

class IdentityArchitectureTest {

    @Test
    void shouldHaveNoCycleOfPackages() {
        PackageCycles.checkNone("dev.sluice.identity");
    }
}
