package dev.sluice.system.recipe;

import dev.sluice.local.RepositoryRoot;
import dev.sluice.system.standard.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What Maven gets for a recipe, and how its code is compiled. */
final class Jvm {
    private static final List<String> KOTLIN_COMPILER =
            List.of("org.jetbrains.kotlin:kotlin-compiler-embeddable:2.3.21");

    private Jvm() {}

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin/java").toString();
    }

    /** The class path of these artifacts (group:artifact:version), kept in the cache; aborts the test where they can't be had. */
    static String classPath(Path cache, List<String> artifacts) throws IOException {
        var folder = Files.createDirectories(cache.resolve("jvm-" + Integer.toHexString(artifacts.hashCode())));
        var file = folder.resolve("classpath.txt");
        if (!Files.exists(file)) {
            var dependencies = new StringBuilder();
            for (var artifact : artifacts) {
                var parts = artifact.split(":");
                dependencies.append(
                        "<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>"
                                .formatted((Object[]) parts));
            }
            Files.writeString(folder.resolve("pom.xml"), """
                    <project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
                    <groupId>recipe</groupId><artifactId>recipe</artifactId><version>1</version>
                    <dependencies>%s</dependencies></project>
                    """.formatted(dependencies));
            Toolchain.run(
                    folder,
                    RepositoryRoot.find().resolve("mvnw").toString(),
                    "-B",
                    "-ntp",
                    "-q",
                    "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath",
                    "-Dmdep.outputFile=" + file);
        }
        return Files.readString(file).strip();
    }

    static void compileJava(Path folder, String classPath, Path source) {
        Toolchain.run(
                folder,
                Path.of(System.getProperty("java.home"), "bin/javac").toString(),
                "-parameters",
                "-cp",
                classPath,
                "-d",
                folder.toString(),
                source.toString());
    }

    static void compileKotlin(Path cache, Path folder, String classPath, Path source) throws IOException {
        Toolchain.run(
                folder,
                java(),
                "-Xmx512m",
                "-cp",
                classPath(cache, KOTLIN_COMPILER),
                "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
                "-no-stdlib",
                "-no-reflect",
                "-cp",
                classPath,
                "-d",
                folder.toString(),
                source.toString());
    }
}
