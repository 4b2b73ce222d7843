package dev.sluice.edge.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.problem.Reason;
import dev.sluice.edge.engine.SilentLog;
import dev.sluice.edge.proto.NotificationFormat;
import dev.sluice.edge.request.Fields;
import dev.sluice.fanout.session.Session;
import dev.sluice.identity.http.Connections;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HttpOutletTest {
    private static final NotificationFormat FORMAT =
            new NotificationFormat((out, length) -> out.writeByte(length), Fields.ALL);

    /** Outlets and idle times in the pipeline, when a request comes. */
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

    private void answer(RoutingContext context) {
        ChannelPipeline pipeline = Connections.channel(context.request()).pipeline();
        long outlets = pipeline.toMap().values().stream()
                .filter(ChannelOutlet.class::isInstance)
                .count();
        seen.add(outlets + " outlets, idle times " + (pipeline.get(IdleStateHandler.class) == null ? "off" : "on"));
        var loop = Connections.channel(context.request()).eventLoop();
        var outlet = ResponseOutlet.of(context, Optional.empty());
        Session session = new SilentLog(loop, FORMAT).open(loop, outlet);
        outlet.attach(session);
        if (context.request().path().equals("/refused")) {
            session.disconnected();
            context.response().setStatusCode(400).end("refused\n");
        } else {
            context.response().setChunked(true);
            session.write((ByteBuf out) -> out.writeBytes("event\n".getBytes(StandardCharsets.US_ASCII)));
            context.vertx().runOnContext(later -> session.close(Reason.DRAINING, Duration.ZERO));
        }
    }

    @Test
    void shouldLeaveTheConnectionAsItWasHoweverTheStreamEnds() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            Router router = Router.router(vertx);
            router.route().handler(this::answer);
            HttpServer server = vertx.createHttpServer(new HttpServerOptions().setIdleTimeout(600))
                    .requestHandler(router)
                    .listen(0)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            try (var socket = new Socket("localhost", server.actualPort())) {
                socket.setSoTimeout(10_000);
                for (String path : List.of("/refused", "/refused", "/streamed", "/streamed", "/refused")) {
                    socket.getOutputStream()
                            .write(("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
                    readUntil(socket, path.equals("/refused") ? "refused\n" : "\r\n0\r\n\r\n");
                }
            }
            assertThat(seen).hasSize(5).containsOnly("0 outlets, idle times on");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    private static void readUntil(Socket socket, String end) throws Exception {
        var got = new StringBuilder();
        while (got.indexOf(end) < 0) {
            int next = socket.getInputStream().read();
            assertThat(next).as("the connection goes on after: %s", got).isNotNegative();
            got.append((char) next);
        }
    }
}
