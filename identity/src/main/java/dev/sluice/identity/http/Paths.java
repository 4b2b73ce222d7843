package dev.sluice.identity.http;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.identity.ProblemResponse;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The paths of a service and by which methods each is asked. Any other method is refused, and told which would do (RFC 9110, section
 * 15.5.6): routers know that of a path only as long as nothing else catches it. Safe on any thread.
 */
@Singleton
public class Paths {
    /** After whatever refuses all requests alike, before a token is looked at: which methods there are is no secret. */
    private static final int PRIORITY = 1_500;

    private static final Pattern PARAMETER = Pattern.compile("\\{[^}]*}");

    private final List<Served> served = new CopyOnWriteArrayList<>();

    private record Served(Pattern path, Set<HttpMethod> methods) {}

    Paths() {
        for (String path : List.of("/q/health", "/q/health/{check}", "/q/metrics", "/q/openapi")) {
            serve(path, HttpMethod.GET);
        }
    }

    /**
     * Makes a path known.
     *
     * @param template with {@code {name}} where a segment stands
     * @param methods of its routes; where there is GET there has to be HEAD, and OPTIONS is answered here
     */
    public void serve(String template, HttpMethod... methods) {
        var all = new LinkedHashSet<HttpMethod>(Arrays.asList(methods));
        if (all.contains(HttpMethod.GET)) {
            all.add(HttpMethod.HEAD);
        }
        all.add(HttpMethod.OPTIONS);
        String regex =
                Arrays.stream(PARAMETER.split(template, -1)).map(Pattern::quote).collect(Collectors.joining("[^/]+"));
        served.add(new Served(Pattern.compile(regex), all));
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        Optional<Served> known = served.stream()
                .filter(one -> one.path().matcher(context.normalizedPath()).matches())
                .findFirst();
        boolean asked = request.method() == HttpMethod.OPTIONS;
        if (known.isEmpty() || !asked && known.get().methods().contains(request.method())) {
            context.next();
            return;
        }
        String methods = known.get().methods().stream().map(HttpMethod::name).collect(Collectors.joining(", "));
        context.response().putHeader("Allow", methods);
        if (asked) {
            context.response().setStatusCode(204).end();
        } else {
            ProblemResponse.send(
                    context,
                    Problem.of(
                            Reason.METHOD_NOT_ALLOWED,
                            "the path is known, but not with this method; it has " + methods));
        }
    }
}
