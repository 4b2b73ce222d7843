package dev.sluice.system.recipe;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.local.RepositoryRoot;
import dev.sluice.system.proxy.GoProgram;
import dev.sluice.system.proxy.ProxyProcess;
import dev.sluice.system.standard.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How the code of a page becomes a process: as the page says. */
enum Kitchen {
    CURL("curl", Way.SSE) {
        @Override
        List<String> prepare(Path folder, Page page) throws IOException {
            assumeInstalled("curl");
            return List.of("bash", write(folder, "recipe.sh", page.code()).toString());
        }
    },
    NODE("node", Way.SSE) {
        @Override
        List<String> prepare(Path folder, Page page) throws IOException {
            assumeInstalled("node");
            return List.of("node", write(folder, "recipe.mjs", page.code()).toString());
        }
    },
    JAVASCRIPT("javascript", Way.SSE) {
        @Override
        List<String> prepare(Path folder, Page page) throws IOException {
            assumeInstalled("node");
            var scope = Files.createDirectories(folder.resolve("node_modules/@sluice"));
            Files.createSymbolicLink(
                    scope.resolve("client"), RepositoryRoot.find().resolve("clients/js"));
            return List.of("node", write(folder, "recipe.mjs", page.code()).toString());
        }
    },
    PYTHON_SSE("python-sse", Way.SSE) {
        @Override
        List<String> prepare(Path folder, Page page) throws IOException {
            return List.of(python(page), write(folder, "recipe.py", page.code()).toString());
        }
    },
    PYTHON_WEBSOCKET("python-websocket", Way.WEBSOCKET) {
        @Override
        List<String> prepare(Path folder, Page page) throws IOException {
            return List.of(python(page), write(folder, "recipe.py", page.code()).toString());
        }
    },
    PYTHON_GRPC("python-grpc", Way.GRPC) {
        @Override
        List<String> prepare(Path folder, Page page) throws IOException {
            var python = python(page);
            var protos = RepositoryRoot.find().resolve("contract/src/main/proto");
            Toolchain.run(
                    folder,
                    "sh",
                    "-c",
                    python + " -m grpc_tools.protoc -I " + protos + " --python_out=. --grpc_python_out=. " + protos
                            + "/sluice/v1/*.proto");
            return List.of(python, write(folder, "recipe.py", page.code()).toString());
        }
    },
    GO("go", Way.SSE) {
        @Override
        List<String> prepare(Path folder, Page page) throws IOException {
            assumeInstalled("go");
            write(folder, "go.mod", "module recipe\n\ngo 1.24\n");
            write(folder, "main.go", page.code());
            Toolchain.build(folder, "go", "build", "-p=1", "-o", "recipe", ".");
            return List.of(folder.resolve("recipe").toString());
        }
    },
    JAVA("java", Way.SSE) {
        @Override
        List<String> prepare(Path folder, Page page) throws IOException {
            return List.of(Jvm.java(), write(folder, "Recipe.java", page.code()).toString());
        }
    },
    SPRING("spring", Way.SSE) {
        @Override
        List<String> prepare(Path folder, Page page) throws IOException {
            var libraries = Jvm.classPath(CACHE, page.artifacts());
            var source = write(folder, "Recipe.java", Jvm.inPackage(page.code()));
            Jvm.compileJava(folder, libraries, source);
            return List.of(Jvm.java(), "-cp", folder + ":" + libraries, "recipe.Recipe");
        }
    },
    QUARKUS("quarkus", Way.SSE) {
        @Override
        List<String> prepare(Path folder, Page page) throws IOException {
            return List.of(Jvm.java(), "-jar", Jvm.quarkus(CACHE, page).toString());
        }
    },
    KOTLIN("kotlin-android", Way.SSE) {
        @Override
        List<String> prepare(Path folder, Page page) throws IOException {
            var libraries = Jvm.classPath(CACHE, page.artifacts());
            Jvm.compileKotlin(CACHE, folder, libraries, write(folder, "Recipe.kt", page.code()));
            return List.of(Jvm.java(), "-cp", folder + ":" + libraries, "RecipeKt");
        }
    },
    REACT("react", Way.SSE) {
        @Override
        List<String> prepare(Path folder, Page page) throws IOException {
            return bundled(folder, page, Toolchain.REACT);
        }
    },
    REACT_NATIVE("react-native", Way.WEBSOCKET) {
        @Override
        List<String> prepare(Path folder, Page page) throws IOException {
            return bundled(folder, page, Toolchain.REACT_NATIVE);
        }
    },
    BROWSER("browser", Way.SSE) {
        @Override
        List<String> prepare(Path folder, Page page) throws IOException {
            assumeInstalled("node");
            var chromium = ProxyProcess.find("chromium");
            assumeThat(chromium).as("chromium").isPresent();
            write(folder, "recipe.html", page.code());
            return List.of(
                    "env",
                    "CHROMIUM=" + chromium.orElseThrow(),
                    "node",
                    RepositoryRoot.find()
                            .resolve("system-tests/src/test/clients/browser/serve.mjs")
                            .toString());
        }
    },
    KCAT("kcat", Way.KAFKA) {
        @Override
        List<String> prepare(Path folder, Page page) throws IOException {
            var kcat = ProxyProcess.find("kcat");
            assumeThat(kcat).as("kcat").isPresent();
            return List.of(
                    "env",
                    "LD_LIBRARY_PATH=" + ProxyProcess.librariesOf(kcat.orElseThrow()),
                    "PATH=" + kcat.orElseThrow().getParent() + ":" + System.getenv("PATH"),
                    "bash",
                    write(folder, "recipe.sh", page.code()).toString());
        }
    },
    GRPCURL("grpcurl", Way.GRPC) {
        @Override
        List<String> prepare(Path folder, Page page) throws IOException {
            assumeInstalled("curl");
            var program = GoProgram.GRPCURL.find();
            assumeThat(program).as("grpcurl, which needs Go").isPresent();
            Files.createSymbolicLink(folder.resolve("grpcurl"), program.orElseThrow());
            return List.of("bash", write(folder, "recipe.sh", page.code()).toString());
        }
    };

    /** By which protocol a page listens. */
    enum Way {
        SSE,
        WEBSOCKET,
        GRPC,
        /** The topic itself, past the services. */
        KAFKA
    }

    private static final Path CACHE = Path.of(System.getProperty("user.home"), ".cache", "sluice-tests", "recipes");

    private final String page;
    private final Way way;

    Kitchen(String page, Way way) {
        this.page = page;
        this.way = way;
    }

    String page() {
        return page;
    }

    Way way() {
        return way;
    }

    /** The command; aborts the test where its tools are missing. */
    abstract List<String> prepare(Path folder, Page page) throws IOException;

    private static Path write(Path folder, String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static void assumeInstalled(String program) {
        assumeThat(ProxyProcess.find(program)).as(program).isPresent();
    }

    /** With what the page imports, by the script that stands in for the page's application. */
    private static List<String> bundled(Path folder, Page page, Toolchain toolchain) throws IOException {
        assumeInstalled("npm");
        var modules = toolchain.ready().resolve("node_modules");
        var own = Files.createDirectories(folder.resolve("node_modules"));
        try (var packages = Files.list(modules)) {
            for (var each : packages.toList()) {
                Files.createSymbolicLink(own.resolve(each.getFileName()), each);
            }
        }
        Files.createSymbolicLink(
                Files.createDirectories(own.resolve("@sluice")).resolve("client"),
                RepositoryRoot.find().resolve("clients/js"));
        write(folder, "recipe.jsx", page.code());
        Files.copy(modules.resolve("../page.mjs"), folder.resolve("page.mjs"));
        // Node.js 20 has the browsers' WebSocket, but not without being asked.
        return List.of(
                "node", "--experimental-websocket", folder.resolve("page.mjs").toString());
    }

    /** Of an environment with what the page installs. */
    private static String python(Page page) throws IOException {
        assumeInstalled("python3");
        var packages = page.pythonPackages();
        var folder =
                Files.createDirectories(CACHE.resolve(page.name() + "-" + Integer.toHexString(packages.hashCode())));
        var done = folder.resolve(".done");
        if (!Files.exists(done)) {
            Toolchain.run(folder, "python3", "-m", "venv", "venv");
            Toolchain.run(folder, "sh", "-c", "venv/bin/pip install -q " + String.join(" ", packages));
            Files.createFile(done);
        }
        return folder.resolve("venv/bin/python").toString();
    }
}
