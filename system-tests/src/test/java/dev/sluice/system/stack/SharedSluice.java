package dev.sluice.system.stack;

import dev.sluice.local.Component;
import dev.sluice.local.StartFailed;
import dev.sluice.system.chart.Pods;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Injects the one system that all tests share which do no harm to it: started by the first, stopped after the last. It has two
 * replicas of each edge, and the environment that the Helm chart's values make.
 */
public final class SharedSluice implements ParameterResolver {

    /** A client that signs users in, whose logout tokens the publisher takes. */
    public static final String WEB_APP = "web-app";

    /** The cookie in which edges look for a token. */
    public static final String COOKIE = "sluice_token";

    /** The origin of a page that may connect; those of this machine may too. */
    public static final String PAGE = "https://app.example.com";

    private static final Namespace NAMESPACE = Namespace.create(SharedSluice.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Sluice.class;
    }

    @Override
    public Sluice resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return of(context);
    }

    /** The system; started when it is not yet. */
    public static Sluice of(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Started.class, key -> Started.tried(), Started.class)
                .sluice();
    }

    /** One try: whoever comes after a failed one need not wait for another. */
    private record Started(
            @Nullable Sluice running, @Nullable StartFailed failure) implements AutoCloseable {

        static Started tried() {
            try {
                var builder = Pods.asByDefault(Sluice.builder("shared").replicas(2))
                        .env(Component.PUBLISHER, "SLUICE_REVOCATIONS_LOGOUT_AUDIENCE", WEB_APP);
                Component.EDGES.forEach(edge -> builder.env(edge, "SLUICE_BROWSER_COOKIE", COOKIE)
                        .env(edge, "SLUICE_BROWSER_ORIGINS", PAGE + ",http://localhost:*"));
                return new Started(new Sluice(builder.start()), null);
            } catch (StartFailed failure) {
                return new Started(null, failure);
            }
        }

        Sluice sluice() {
            if (running == null) {
                throw new IllegalStateException("the system did not start", failure);
            }
            return running;
        }

        @Override
        public void close() {
            if (running != null) {
                running.close();
            }
        }
    }
}
