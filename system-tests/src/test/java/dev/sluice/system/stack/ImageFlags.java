package dev.sluice.system.stack;

import dev.sluice.local.RepositoryRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;

/** The flags of the JVM in the images, as ServiceImage has them. */
public final class ImageFlags {
    private static final Pattern FLAGS = Pattern.compile("JVM_FLAGS =\\s*\"([^\"]+)\"");

    private ImageFlags() {}

    public static List<String> read() {
        var image = RepositoryRoot.find().resolve("deploy/images/src/main/java/dev/sluice/images/ServiceImage.java");
        try {
            var flags = FLAGS.matcher(Files.readString(image));
            if (!flags.find()) {
                throw new IllegalStateException(image + " has no flags");
            }
            return List.of(flags.group(1).split(" "));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
