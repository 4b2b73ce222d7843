package dev.sluice.contract;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.sluice.contract");

    /** The vocabulary is anybody's: no container, no server, nothing else of ours. */
    @Test
    void shouldDependOnNoFramework() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "jakarta..", "io.smallrye..", "io.vertx..", "io.netty..")
                .check(CLASSES);
    }

    @Test
    void shouldDependOnNothingElseOfOurs() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.sluice.fanout..", "dev.sluice.identity..", "dev.sluice.edge..", "dev.sluice.publisher..")
                .check(CLASSES);
    }
}
