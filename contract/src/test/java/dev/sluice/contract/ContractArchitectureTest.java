package dev.sluice.contract;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sluice.testing.PackageCycles;
import org.junit.jupiter.api.Test;

class ContractArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.sluice.contract");

    @Test
    void shouldKnowNothingElseOfOurs() {
        noClasses()
                .that()
                .resideInAPackage("dev.sluice.contract..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.sluice.fanout..",
                        "dev.sluice.edge..",
                        "dev.sluice.identity..",
                        "dev.sluice.publisher..",
                        "dev.sluice.sse..",
                        "dev.sluice.ws..",
                        "dev.sluice.grpc..",
                        "dev.sluice.local..",
                        "dev.sluice.bench..")
                .because("it is the vocabulary of both ends")
                .check(CLASSES);
    }

    @Test
    void shouldDependOnNoFramework() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "jakarta..", "io.smallrye..", "io.vertx..", "io.netty..")
                .because("it is anybody's: no container, no server")
                .check(CLASSES);
    }

    @Test
    void shouldHaveNoCycleOfPackages() {
        PackageCycles.checkNone("dev.sluice.contract");
    }
}
