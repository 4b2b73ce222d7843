package dev.sluice.edge;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sluice.testing.PackageCycles;
import org.junit.jupiter.api.Test;

class EdgeArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.sluice.edge");

    @Test
    void shouldHoldNoKafka() {
        noClasses()
                .that()
                .resideInAPackage("dev.sluice.edge..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..")
                .because("the log is the business of the engine")
                .check(CLASSES);
    }

    @Test
    void shouldKnowNoneOfItsUsers() {
        noClasses()
                .that()
                .resideInAPackage("dev.sluice.edge..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.sluice.publisher..", "dev.sluice.sse..", "dev.sluice.ws..", "dev.sluice.grpc..")
                .because("it is what they share")
                .check(CLASSES);
    }

    @Test
    void shouldHaveNoCycleOfPackages() {
        PackageCycles.checkNone("dev.sluice.edge");
    }
}
