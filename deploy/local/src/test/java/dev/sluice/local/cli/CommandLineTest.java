package dev.sluice.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.identity.TokenRequest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandLineTest {

    @Test
    void shouldAskForATokenAsDescribed() {
        var command = parse(
                new TokenCommand(),
                "alice",
                "--role",
                "publisher",
                "--role",
                "reader",
                "--ttl",
                "5m",
                "--claim",
                "sluice={\"subscribe\":[\"orders.*\"]}",
                "--claim",
                "email=a@b.c");

        assertThat(command.request())
                .isEqualTo(TokenRequest.of("alice")
                        .role("publisher")
                        .role("reader")
                        .ttl(Duration.ofMinutes(5))
                        .claim("sluice", Map.of("subscribe", List.of("orders.*")))
                        .claim("email", "a@b.c"));
    }

    @Test
    void shouldGiveATokenForTheDay() {
        assertThat(parse(new TokenCommand(), "alice").request().ttl()).isEqualTo(Duration.ofHours(12));
    }

    @Test
    void shouldRefuseATimeWithoutUnit() {
        assertThat(run("token", "alice", "--ttl", "5")).contains("'5' is no time such as 30s, 5m or 12h");
    }

    @Test
    void shouldRefuseReplicasThatHaveNoPorts() {
        assertThat(run("up", "--replicas", "0")).contains("--replicas must be between 1 and 9");
        assertThat(run("up", "--replicas", "10")).contains("--replicas must be between 1 and 9");
    }

    @Test
    void shouldNameTheProvidersThatItCanStart() {
        assertThat(run("up", "--identity", "okta"))
                .contains("--identity")
                .containsIgnoringCase("small")
                .containsIgnoringCase("keycloak");
    }

    @Test
    void shouldNameTheProtocolsThatItCanListenTo() {
        assertThat(run("listen", "smtp", "--channel", "rooms.lobby", "--token", "t"))
                .contains("'smtp' is none of sse, ws, grpc, grpc-web");
    }

    private static <T> T parse(T command, String... args) {
        new CommandLine(command).parseArgs(args);
        return command;
    }

    private static String run(String... args) {
        var err = new StringWriter();
        var exit = Sluice.commandLine().setErr(new PrintWriter(err, true)).execute(args);
        assertThat(exit).isNotZero();
        return err.toString();
    }
}
