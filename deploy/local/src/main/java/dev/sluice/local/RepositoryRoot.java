package dev.sluice.local;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder that holds {@code ./sluice} and the modules. */
public final class RepositoryRoot {

    private RepositoryRoot() {}

    /** What the system property {@code sluice.root} says, else the first match from the working directory upwards. */
    public static Path find() {
        var given = System.getProperty("sluice.root");
        var start = Path.of(given == null ? "" : given).toAbsolutePath().normalize();
        for (var folder = start; folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve("deploy/local/pom.xml"))) {
                return folder;
            }
        }
        return start;
    }
}
