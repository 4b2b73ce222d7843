package dev.sluice.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.local.Component;
import dev.sluice.local.identity.Identity;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.local.process.RunFile;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a token of the running identity provider, and nothing else, so that a shell can take it as it is. */
@Command(name = "token", description = "Print a token, and nothing else.", sortOptions = false)
final class TokenCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Parameters(paramLabel = "USER", description = "Whose token (the claim sub).")
    private String user = "";

    @Option(names = "--role", paramLabel = "ROLE", description = "A role; may be repeated.")
    private List<String> roles = List.of();

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            defaultValue = "12h",
            converter = Ttl.class,
            description = "How long it is good: 30s, 5m, 12h (default: 12h). Negative: expired.")
    private Duration ttl = TokenRequest.DEFAULT_TTL;

    @Option(
            names = "--claim",
            paramLabel = "NAME=VALUE",
            description = "A further claim; the value may be JSON. May be repeated.")
    private Map<String, String> claims = Map.of();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        var command = Objects.requireNonNull(spec).commandLine();
        var provider = RunFile.read(Sluice.layout().run(), Component.IDENTITY.id());
        if (provider.flatMap(RunFile::process).isEmpty()) {
            command.getErr().println("sluice: no identity provider is running; start everything with: ./sluice up");
            return 1;
        }
        command.getOut().println(new Identity(provider.get().port()).mint(request()));
        return 0;
    }

    TokenRequest request() {
        var request = TokenRequest.of(user).ttl(ttl);
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
