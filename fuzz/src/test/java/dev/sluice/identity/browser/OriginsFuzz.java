package dev.sluice.identity.browser;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import io.vertx.ext.web.impl.Origin;
import java.util.List;

/** What is let through as an origin can be read as one by whoever comes next. */
public final class OriginsFuzz {
    private static final Origins ORIGINS =
            new Origins(List.of("https://app.example.com", "https://*.example.org", "http://localhost:*", "http://*:*"));

    private OriginsFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        String origin = data.consumeBoolean()
                ? data.consumeRemainingAsString()
                : data.pickValue(new String[] {"http://localhost:", "https://a.example.org", "http://"})
                        + data.consumeRemainingAsAsciiString();
        Origins.isOwn(origin, "localhost:8081");
        if (ORIGINS.allows(origin)) {
            // Throws for what is none.
            Origin.parse(origin);
        }
    }
}
