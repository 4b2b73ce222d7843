package dev.sluice.ws;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sluice.testing.PackageCycles;
import org.junit.jupiter.api.Test;

class WsArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.sluice.ws");

    @Test
    void shouldHoldNoKafka() {
        noClasses()
                .that()
                .resideInAPackage("dev.sluice.ws..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..")
                .because("the log is the business of the engine")
                .check(CLASSES);
    }

    @Test
    void shouldKnowNoOtherEdge() {
        noClasses()
                .that()
                .resideInAPackage("dev.sluice.ws..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.sluice.sse..", "dev.sluice.grpc..", "dev.sluice.publisher..")
                .because("what edges share is in the module edge")
                .check(CLASSES);
    }

    @Test
    void shouldHaveNoCycleOfPackages() {
        PackageCycles.checkNone("dev.sluice.ws");
    }
}
