package dev.sluice.system.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * A machine without Node.js: whoever looks for it finds what fails, and leaves a trace.
 *
 * @param folder of its own
 */
record NoNode(Path folder) {

    static NoNode in(Path folder) throws IOException {
        for (var name : new String[] {"node", "npm", "npx"}) {
            Files.writeString(folder.resolve(name), "#!/bin/sh\ntouch '" + folder + "/called'\nexit 127\n");
            Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return new NoNode(folder);
    }

    Map<String, String> env() {
        return Map.of("PATH", folder + ":" + System.getenv("PATH"));
    }

    void shouldNotHaveBeenAskedFor() {
        assertThat(folder.resolve("called")).doesNotExist();
    }
}
