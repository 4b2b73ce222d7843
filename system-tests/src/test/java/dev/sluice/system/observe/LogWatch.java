package dev.sluice.system.observe;

import dev.sluice.local.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What services write down from now on that nothing from outside may make them write. */
public final class LogWatch {
    /** An entry begins with its time. */
    private static final Pattern ENTRY = Pattern.compile("(?m)^(?=\\d{4}-\\d\\d-\\d\\d)");

    private static final Pattern ERROR = Pattern.compile("\\A.{10,40} (ERROR|FATAL) ");
    private static final Pattern WARNING = Pattern.compile("\\A.{10,40} WARN ");
    private static final Pattern STACK_TRACE = Pattern.compile("(?m)^\\s+at ");
    private static final int SHOWN = 2_000;

    private final Map<Service, Long> begin = new LinkedHashMap<>();

    private LogWatch() {}

    public static LogWatch on(List<Service> services) {
        var watch = new LogWatch();
        services.forEach(service -> watch.begin.put(service, (long) log(service).length));
        return watch;
    }

    /** Errors, and warnings with a stack trace. */
    public List<String> bugs() {
        var bugs = new ArrayList<String>();
        begin.forEach((service, offset) -> {
            var log = log(service);
            var written = new String(
                    log, Math.toIntExact(offset), Math.toIntExact(log.length - offset), StandardCharsets.UTF_8);
            for (var entry : ENTRY.split(written)) {
                if (ERROR.matcher(entry).find()
                        || WARNING.matcher(entry).find()
                                && STACK_TRACE.matcher(entry).find()) {
                    bugs.add(service.name() + ": " + entry.substring(0, Math.min(entry.length(), SHOWN)));
                }
            }
        });
        return bugs;
    }

    private static byte[] log(Service service) {
        try {
            return Files.readAllBytes(service.logFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
