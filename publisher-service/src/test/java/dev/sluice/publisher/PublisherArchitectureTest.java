package dev.sluice.publisher;

import dev.sluice.testing.PackageCycles;
import org.junit.jupiter.api.Test;

class PublisherArchitectureTest {

    @Test
    void shouldHaveNoCycleOfPackages() {
        PackageCycles.checkNone("dev.sluice.publisher");
    }
}
