package dev.sluice.system.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.client.Json;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import dev.sluice.system.standard.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Google's gRPC-Web runtime in Chromium. In binary mode it hands a stream's messages on when the call has ended, for it asks an XMLHttpRequest
 * for an array, which there is in whole only (its issue 344). That this is not ours is seen by fetch, which gets the same bytes at once.
 */
@Tag("full")
@ExtendWith(SharedSluice.class)
class GrpcWebPageIT {
    private static final int DEADLINE_MILLIS = 15_000;

    private final Sluice sluice;

    GrpcWebPageIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void shouldGetEachMessageAtOnceWhereTheRuntimeCan() throws IOException {
        assumeThat(Chromium.find())
                .as("Chromium, which .ci/run installs (Debian's package chromium)")
                .isPresent();
        var folder = Toolchain.NODE.ready();
        Toolchain.run(
                folder,
                "node_modules/.bin/esbuild",
                "grpc-web-page.mjs",
                "--bundle",
                "--format=esm",
                "--charset=ascii",
                "--outfile=grpc-web-page.bundle.js");
        var channel = Sluice.unique("public.grpc-web");
        var settings = Map.of(
                "url",
                sluice.url(Component.GRPC_EDGE).toString(),
                "token",
                sluice.admin(),
                "channel",
                channel,
                "deadline",
                Integer.toString(DEADLINE_MILLIS),
                "bundle",
                Files.readString(folder.resolve("grpc-web-page.bundle.js")).replace("</script", "<\\/script"));
        try (var page = Page.of("grpc-web.html", settings)) {
            Expect.until(
                    "that text and fetch are open",
                    () -> has(page, "text", "sluice.open") && has(page, "fetch", "sluice.open"));
            sluice.producer().text(channel, "hello");
            Expect.until("the message", () -> has(page, "text", "message") && has(page, "fetch", "message"));
            var before = reports(page, "binary").size();
            Expect.until("the end of the binary call", () -> has(page, "binary", "end"));
            System.out.printf(
                    "GrpcWebPageIT: runtime %s in Chromium; text mode and fetch of the binary stream had the message at once,"
                            + " binary mode had %d messages then and %d when its call had ended%n",
                    Toolchain.NODE.version("grpc-web"),
                    before,
                    reports(page, "binary").size() - 1);
            assertThat(reports(page, "page")).isEmpty();
        }
    }

    private static boolean has(Page page, String way, String kind) {
        return reports(page, way).stream()
                .anyMatch(report -> report.path("kind").asText().equals(kind));
    }

    private static List<JsonNode> reports(Page page, String way) {
        return page.reports().stream()
                .map(Json::parse)
                .filter(report -> report.path("way").asText().equals(way))
                .toList();
    }
}
