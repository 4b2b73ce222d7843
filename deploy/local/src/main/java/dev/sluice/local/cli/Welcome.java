package dev.sluice.local.cli;

import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import dev.sluice.local.Service;
import java.io.PrintWriter;
import java.util.stream.Collectors;

/** What is printed when everything is ready: where it is, and what to try. Every command works as it is printed. */
final class Welcome {

    private Welcome() {}

    static void print(LocalStack stack, PrintWriter out) {
        out.printf(
                """

                ready

                  publisher  %s    POST /v1/channels/{channel}/events
                  SSE        %s    GET  /v1/stream?channel=…
                  WebSocket  %s    GET  /v1/ws
                  gRPC       %s    sluice.v1.NotificationService, also gRPC-Web
                  identity   %s
                  Kafka      %s

                In a second terminal, in this folder:

                  TOKEN=$(./sluice token alice --role publisher)

                listen, each in a terminal of its own:

                  curl -N -H "Authorization: Bearer $TOKEN" "%s/v1/stream?channel=rooms.lobby"
                  ./sluice listen ws --channel rooms.lobby --token $TOKEN
                  ./sluice listen grpc --channel rooms.lobby --token $TOKEN
                  ./sluice listen grpc-web --channel rooms.lobby --token $TOKEN

                publish:

                  curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: text/plain" -d "hello" %s/v1/channels/rooms.lobby/events

                or with this token of alice, good for 12 h:

                  TOKEN=%s

                Logs are in .sluice/logs (./sluice logs sse-edge -f). Ctrl-C stops everything.
                """,
                urls(stack, Component.PUBLISHER),
                urls(stack, Component.SSE_EDGE),
                urls(stack, Component.WS_EDGE),
                urls(stack, Component.GRPC_EDGE),
                stack.identity().issuer(),
                stack.kafka().bootstrapServers(),
                stack.service(Component.SSE_EDGE).url(),
                stack.service(Component.PUBLISHER).url(),
                stack.identity().token("alice", "publisher"));
        out.flush();
    }

    private static String urls(LocalStack stack, Component component) {
        return stack.services(component).stream()
                .map(Service::url)
                .map(Object::toString)
                .collect(Collectors.joining(" "));
    }
}
