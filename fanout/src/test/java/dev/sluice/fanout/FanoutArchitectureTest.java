package dev.sluice.fanout;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sluice.testing.PackageCycles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FanoutArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.sluice.fanout");

    @Test
    void shouldHaveNoCycleOfPackages() {
        PackageCycles.checkNone("dev.sluice.fanout");
    }

    /** Whoever opens one sees what it is about; and no two grow into one again. */
    @Test
    void shouldHaveNoFileLongerThanThreeHundredLines() throws IOException {
        try (var files = Files.walk(Path.of("src/main/java"))) {
            assertThat(files.filter(Files::isRegularFile)).isNotEmpty().allSatisfy(file -> assertThat(
                            Files.readAllLines(file))
                    .as("lines of %s", file)
                    .hasSizeLessThanOrEqualTo(300));
        }
    }

    @Test
    void shouldKnowNoFramework() {
        noClasses()
                .that()
                .resideInAPackage("dev.sluice.fanout..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.quarkus..",
                        "io.smallrye..",
                        "io.vertx..",
                        "jakarta..",
                        "javax..",
                        "org.eclipse.microprofile..")
                .because("the engine is made and configured by an edge")
                .check(CLASSES);
    }

    @Test
    void shouldKnowNoProtocol() {
        noClasses()
                .that()
                .resideInAPackage("dev.sluice.fanout..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.grpc..",
                        "io.netty.handler..",
                        "io.netty.channel..",
                        "java.net.http..",
                        "com.google.protobuf..",
                        "dev.sluice.contract.v1..")
                .because("frames and handshakes belong to the edges")
                .check(CLASSES);
    }

    @Test
    void shouldKnowNoneOfItsUsers() {
        noClasses()
                .that()
                .resideInAPackage("dev.sluice.fanout..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.sluice.edge..",
                        "dev.sluice.identity..",
                        "dev.sluice.publisher..",
                        "dev.sluice.sse..",
                        "dev.sluice.ws..",
                        "dev.sluice.grpc..")
                .because("an edge implements ports of the engine")
                .check(CLASSES);
    }
}
