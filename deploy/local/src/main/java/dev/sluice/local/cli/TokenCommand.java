package dev.sluice.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.local.Component;
import dev.sluice.local.identity.Identity;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.local.keycloak.Keycloak;
import dev.sluice.local.process.RunFile;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a token of the running identity provider, and nothing else, so that a shell can take it as it is. */
@Command(name = "token", description = "Print a token, and nothing else.", sortOptions = false)
final class TokenCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Parameters(paramLabel = "USER", description = "Whose token (the claim sub); with Keycloak one of its users.")
    private String user = "";

    @Option(names = "--role", paramLabel = "ROLE", description = "A role; may be repeated. Not with Keycloak.")
    private List<String> roles = List.of();

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            converter = Ttl.class,
            description = "How long it is good: 30s, 5m, 12h (default: 12h). Negative: expired. Not with Keycloak.")
    private @Nullable Duration ttl;

    @Option(
            names = "--claim",
            paramLabel = "NAME=VALUE",
            description = "A further claim; the value may be JSON. May be repeated. Not with Keycloak.")
    private Map<String, String> claims = Map.of();

    @Option(
            names = "--password",
            paramLabel = "PASSWORD",
            description = "With Keycloak: the user's password (default: the user's name).")
    private @Nullable String password;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        var command = Objects.requireNonNull(spec).commandLine();
        var small = running(Component.IDENTITY);
        var keycloak = running(Component.KEYCLOAK);
        if (small.isPresent()) {
            command.getOut().println(new Identity(small.get().port()).mint(request()));
        } else if (keycloak.isPresent()) {
            if (ttl != null || !roles.isEmpty() || !claims.isEmpty()) {
                throw new ParameterException(
                        command, "Keycloak itself decides on roles, claims and times; see its admin console");
            }
            command.getOut().println(keycloakToken(new Keycloak(keycloak.get().port())));
        } else {
            command.getErr().println("sluice: no identity provider is running; start everything with: ./sluice up");
            return 1;
        }
        return 0;
    }

    private static Optional<RunFile> running(Component provider) throws IOException {
        return RunFile.read(Sluice.layout().run(), provider.id())
                .filter(file -> file.process().isPresent());
    }

    private String keycloakToken(Keycloak keycloak) throws IOException {
        try {
            return keycloak.token("people", user, password == null ? user : password);
        } catch (Keycloak.Refused refused) {
            throw new IOException(refused.getMessage(), refused);
        }
    }

    TokenRequest request() {
        var request = TokenRequest.of(user).ttl(ttl == null ? TokenRequest.DEFAULT_TTL : ttl);
        for (var role : roles) {
            request = request.role(role);
        }
        for (var claim : new LinkedHashMap<>(claims).entrySet()) {
            request = request.claim(claim.getKey(), value(claim.getValue()));
        }
        return request;
    }

    /** What is JSON is taken as JSON, everything else as a string; nobody wants to quote a plain word twice. */
    private static Object value(String text) {
        try {
            return JSON.readValue(text, Object.class);
        } catch (JsonProcessingException e) {
            return text;
        }
    }
}
