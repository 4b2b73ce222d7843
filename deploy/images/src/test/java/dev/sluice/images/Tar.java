package dev.sluice.images;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files of a tar, by name, in their order. Knows what Jib writes: ustar, with PAX headers for long names. */
final class Tar {
    private static final int BLOCK = 512;

    private Tar() {}

    static Map<String, byte[]> files(byte[] tar) throws IOException {
        return files(new ByteArrayInputStream(tar));
    }

    static Map<String, byte[]> files(InputStream in) throws IOException {
        var files = new LinkedHashMap<String, byte[]>();
        String longName = "";
        byte[] header = in.readNBytes(BLOCK);
        while (header.length == BLOCK && header[0] != 0) {
            int size = Integer.parseInt(text(header, 124, 12), 8);
            byte[] content = in.readNBytes(size);
            in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
            char type = (char) header[156];
            if (type == 'x') {
                longName = new String(content, StandardCharsets.UTF_8).replaceFirst("(?s).*\\bpath=([^\n]*)\n.*", "$1");
            } else {
                String prefix = text(header, 345, 155);
                String name = (prefix.isEmpty() ? "" : prefix + "/") + text(header, 0, 100);
                if (type != '5') {
                    files.put(longName.isEmpty() ? name : longName, content);
                }
                longName = "";
            }
            header = in.readNBytes(BLOCK);
        }
        return files;
    }

    private static String text(byte[] header, int from, int length) {
        return new String(header, from, length, StandardCharsets.UTF_8)
                .replace("\0", "")
                .strip();
    }
}
