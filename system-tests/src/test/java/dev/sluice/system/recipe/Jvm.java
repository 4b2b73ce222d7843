package dev.sluice.system.recipe;

import dev.sluice.local.RepositoryRoot;
import dev.sluice.system.standard.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

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
            Files.writeString(folder.resolve("pom.xml"), pom("", artifacts));
            maven(
                    Toolchain::run,
                    folder,
                    "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath",
                    "-Dmdep.outputFile=" + file);
        }
        return Files.readString(file).strip();
    }

    /** A Quarkus application of the page's code and properties: what starts it. */
    static Path quarkus(Path cache, Page page) throws IOException {
        var libraries = classPath(cache, page.artifacts());
        var folder = Files.createDirectories(
                cache.resolve("quarkus-" + Integer.toHexString(page.text().hashCode())));
        var application = folder.resolve("target/quarkus-app/quarkus-run.jar");
        if (!Files.exists(application)) {
            var version = page.artifacts().get(0).split(":")[2];
            var plugin = "io.quarkus.platform:quarkus-maven-plugin:" + version;
            Files.writeString(folder.resolve("pom.xml"), pom("""
                    <dependencyManagement><dependencies><dependency><groupId>io.quarkus.platform</groupId><artifactId>quarkus-bom</artifactId>
                    <version>%s</version><type>pom</type><scope>import</scope></dependency></dependencies></dependencyManagement>
                    """.formatted(version), page.artifacts()));
            maven(Toolchain::run, folder, plugin + ":go-offline");
            var classes = Files.createDirectories(folder.resolve("target/classes"));
            compileJava(classes, libraries, Files.writeString(folder.resolve("Recipe.java"), inPackage(page.code())));
            Files.writeString(classes.resolve("application.properties"), page.properties());
            maven(Toolchain::build, folder, "-o", plugin + ":build");
        }
        return application;
    }

    /** Spring looks for its components in a package of theirs, and Quarkus for the address of a client by the name of one in a package. */
    static String inPackage(String code) {
        return "package recipe;\n" + code;
    }

    private static String pom(String management, List<String> artifacts) {
        var dependencies = new StringBuilder();
        for (var artifact : artifacts) {
            dependencies.append(
                    "<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>"
                            .formatted((Object[]) artifact.split(":")));
        }
        return """
                <project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
                <groupId>recipe</groupId><artifactId>recipe</artifactId><version>1</version>
                %s<dependencies>%s</dependencies></project>
                """.formatted(management, dependencies);
    }

    private static void maven(BiConsumer<Path, String[]> how, Path folder, String... arguments) {
        var command =
                new ArrayList<>(List.of(RepositoryRoot.find().resolve("mvnw").toString(), "-B", "-ntp", "-q"));
        command.addAll(List.of(arguments));
        how.accept(folder, command.toArray(String[]::new));
    }

    static void compileJava(Path folder, String classPath, Path source) {
        Toolchain.build(
                folder,
                Path.of(System.getProperty("java.home"), "bin/javac").toString(),
                "-parameters",
                "--release",
                "17",
                "-cp",
                classPath,
                "-d",
                folder.toString(),
                source.toString());
    }

    static void compileKotlin(Path cache, Path folder, String classPath, Path source) throws IOException {
        var compiler = classPath(cache, KOTLIN_COMPILER);
        Toolchain.build(
                folder,
                java(),
                "-Xmx512m",
                "-cp",
                compiler,
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
