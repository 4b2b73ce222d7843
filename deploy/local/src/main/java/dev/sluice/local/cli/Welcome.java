package dev.sluice.local.cli;

import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import dev.sluice.local.Service;
import java.io.PrintWriter;
import java.net.URI;
import java.util.stream.Collectors;

/** What is printed when everything is ready: where it is, and what to try. Every command works as it is printed. */
final class Welcome {

    private Welcome() {}

    static void print(LocalStack stack, Provider provider, URI console, PrintWriter out) {
        var tokens = Tokens.of(stack, provider);
        out.printf(
                """

                ready

                  console    %s    open this one in a browser

                  publisher  %s    POST /v1/channels/{channel}/events
                  SSE        %s    GET  /v1/stream?channel=…
                  WebSocket  %s    GET  /v1/ws
                  gRPC       %s    sluice.v1.NotificationService, also gRPC-Web
                  identity   %s
                  Kafka      %s

                Pages of http://localhost, on any port, may connect; others with ./sluice up --origin URL.

                In a second terminal, in this folder:

                  TOKEN=$(%s)

                listen, each in a terminal of its own:

                  curl -N -H "Authorization: Bearer $TOKEN" "%s/v1/stream?channel=rooms.lobby"
                  ./sluice listen ws --channel rooms.lobby --token $TOKEN
                  ./sluice listen grpc --channel rooms.lobby --token $TOKEN
                  ./sluice listen grpc-web --channel rooms.lobby --token $TOKEN

                publish:

                  curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: text/plain" -d "hello" %s/v1/channels/rooms.lobby/events

                or with this token of alice, good for %s:

                  TOKEN=%s

                %sLogs are in .sluice/logs (./sluice logs sse-edge -f). Ctrl-C stops everything.
                """,
                console,
                urls(stack, Component.PUBLISHER),
                urls(stack, Component.SSE_EDGE),
                urls(stack, Component.WS_EDGE),
                urls(stack, Component.GRPC_EDGE),
                tokens.issuer(),
                stack.kafka().bootstrapServers(),
                tokens.command(),
                url(stack, Component.SSE_EDGE),
                url(stack, Component.PUBLISHER),
                tokens.lifetime(),
                tokens.token(),
                tokens.users());
        out.flush();
    }

    /**
     * How to get a token of alice, who may publish.
     *
     * @param users who else there is; empty when that is anybody, else a paragraph
     */
    private record Tokens(URI issuer, String command, String lifetime, String token, String users) {

        static Tokens of(LocalStack stack, Provider provider) {
            return switch (provider) {
                case SMALL ->
                    new Tokens(
                            stack.identity().issuer(),
                            "./sluice token alice --role publisher",
                            "12 h",
                            stack.identity().token("alice", "publisher"),
                            "");
                case KEYCLOAK ->
                    new Tokens(
                            stack.keycloak().issuer(),
                            "./sluice token alice",
                            "15 min",
                            stack.keycloak().token("alice"),
                            """
                            Users, each with the name as password: alice (publisher), bob, carol (reader), operator (all roles);
                            the client robot (robot-secret) has the role publisher. Admin console: %s/admin (admin, admin).

                            """.formatted(stack.keycloak().server()));
            };
        }
    }

    /** Of what was left out, where somebody else runs it. */
    private static String url(LocalStack stack, Component component) {
        return stack.services(component).stream()
                .findFirst()
                .map(Service::url)
                .map(Object::toString)
                .orElse("http://localhost:" + component.defaultPort());
    }

    private static String urls(LocalStack stack, Component component) {
        return stack.services(component).isEmpty()
                ? "left out"
                : stack.services(component).stream()
                        .map(Service::url)
                        .map(Object::toString)
                        .collect(Collectors.joining(" "));
    }
}
