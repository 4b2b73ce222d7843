package dev.sluice.system.fuzz;

import static dev.sluice.client.SubscriptionRequest.to;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.sluice.client.NewEvent;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.client.grpc.Channels;
import dev.sluice.client.grpc.ClientMessages;
import dev.sluice.client.grpc.Encoding;
import dev.sluice.client.grpc.Frames;
import dev.sluice.client.http.Http;
import dev.sluice.client.http.Http2Frames;
import dev.sluice.client.websocket.Subprotocol;
import dev.sluice.contract.v1.AcknowledgeRequest;
import dev.sluice.contract.v1.ClaimRequest;
import dev.sluice.contract.v1.Filter;
import dev.sluice.contract.v1.ForgetRequest;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.PositionServiceGrpc;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import dev.sluice.contract.v1.StreamRequest;
import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Every way in, with something valid for each that there is to say. */
final class Targets implements AutoCloseable {
    private static final String CHANNEL = "fuzz.lobby";
    private static final String FILTER = "type = 'message' AND (subject LIKE 'a%_' OR NOT EXISTS x) AND LENGTH(id) > 2";
    private static final String JSON = "application/json";
    private static final String NOTIFICATIONS = NotificationServiceGrpc.SERVICE_NAME;

    private final Sluice sluice;
    private final String token;
    private final String cursor;
    private final List<ManagedChannel> channels = new ArrayList<>();

    Targets(Sluice sluice, String token) {
        this.sluice = sluice;
        this.token = token;
        this.cursor = sluice.producer().text(CHANNEL, "the first");
    }

    Map<String, Target> all() {
        Map<String, Target> all = new LinkedHashMap<>();
        all.put("publisher, HTTP", new HttpTarget(sluice.url(Component.PUBLISHER), posts()));
        all.put("publisher, Publish", publisher(PublisherServiceGrpc.SERVICE_NAME, "Publish", publishRequest()));
        all.put(
                "publisher, PublishStream",
                publisher(PublisherServiceGrpc.SERVICE_NAME, "PublishStream", publishRequest()));
        all.put("publisher, Claim", asEdge("Claim", claimRequest()));
        all.put("publisher, Acknowledge", asEdge("Acknowledge", acknowledgeRequest()));
        all.put("sse-edge, HTTP", new HttpTarget(sluice.url(Component.SSE_EDGE), requests()));
        all.put("ws-edge, handshakes", new HttpTarget(sluice.url(Component.WS_EDGE), handshakes()));
        for (var subprotocol : List.of(Subprotocol.JSON, Subprotocol.PROTOBUF, Subprotocol.CLOUDEVENTS)) {
            all.put(
                    "ws-edge, " + subprotocol.name(),
                    new WebSocketTarget(sluice.url(Component.WS_EDGE), token, subprotocol, operations(subprotocol)));
        }
        var edge = channel(Component.GRPC_EDGE);
        all.put("grpc-edge, Connect", new GrpcTarget(edge, NOTIFICATIONS, "Connect", true, clientMessages()));
        all.put("grpc-edge, StreamUpdates", edge(edge, "StreamUpdates", streamRequest()));
        all.put("grpc-edge, SendUpdate", edge(edge, "SendUpdate", ClientMessages.updateRequest(event())));
        all.put("grpc-edge, Acknowledge", edge(edge, "Acknowledge", acknowledgeRequest()));
        all.put(
                "grpc-edge, Forget",
                edge(
                        edge,
                        "Forget",
                        ForgetRequest.newBuilder().setDurable("fuzzed").build()));
        all.put("grpc-edge, gRPC-Web", new HttpTarget(sluice.url(Component.GRPC_EDGE), webCalls()));
        for (var service : Sluice.SERVICES) {
            all.put(service + ", HTTP/2", new Http2Target(sluice.url(service), connections()));
        }
        for (var protocol : Protocol.MAIN) {
            all.put(protocol + ", subscriptions", new SubscriptionTarget(sluice, protocol, token, subscriptions()));
        }
        return all;
    }

    // ---- Requests

    private List<HttpRequest> posts() {
        var structured =
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/fuzz\",\"type\":\"message\",\"channel\":\""
                        + CHANNEL
                        + "\",\"time\":\"2026-11-25T10:00:00Z\",\"subject\":\"s\",\"region\":\"eu\",\"data\":{\"a\":[1,2.5,\"b\"]}}";
        var binary = HttpRequest.post("/v1/events", token, "text/plain", bytes("text"))
                .with("ce-specversion", "1.0")
                .with("ce-id", "1")
                .with("ce-source", "/fuzz")
                .with("ce-type", "message")
                .with("ce-channel", CHANNEL)
                .with("ce-time", "2026-11-25T10:00:00.123Z")
                .with("ce-region", "Stra%C3%9Fe");
        return List.of(
                HttpRequest.post("/v1/channels/" + CHANNEL + "/events?type=chat", token, "text/plain", bytes("text"))
                        .with("Idempotency-Key", "key-1"),
                HttpRequest.post("/v1/channels/" + CHANNEL + "/events", token, JSON, bytes("{\"a\":[1,{\"b\":null}]}")),
                binary,
                HttpRequest.post("/v1/events", token, "application/cloudevents+json", bytes(structured)),
                HttpRequest.post(
                        "/v1/events",
                        token,
                        "application/cloudevents-batch+json; charset=utf-8",
                        bytes("[" + structured + ","
                                + structured.replace("\"data\":", "\"data_base64\":\"AAEC\",\"x\":") + "]")),
                HttpRequest.post(
                        "/v1/revocations",
                        token,
                        JSON,
                        bytes("{\"user\":\"nobody-at-all\",\"issuer\":\"https://nowhere.example\"}")),
                HttpRequest.post(
                        "/v1/backchannel-logout",
                        token,
                        "application/x-www-form-urlencoded",
                        bytes("logout_token=" + token)));
    }

    private List<HttpRequest> requests() {
        var query =
                "channel=" + CHANNEL + "&channel=fuzz.*.**&filter=" + URLEncoder.encode(FILTER, StandardCharsets.UTF_8);
        return List.of(
                HttpRequest.get("/v1/stream?" + query + "&cursor=" + cursor, token),
                HttpRequest.get(
                                "/v1/stream?" + query + "&format=cloudevents&overflow=latest&last=10&on-gap=close",
                                token)
                        .with("Accept", "application/x-ndjson"),
                HttpRequest.get("/v1/stream?channel=" + CHANNEL + "&durable=fuzzed&max-unacked=10", token)
                        .with("Last-Event-ID", cursor)
                        .with("Accept", "text/event-stream;q=0.5, */*")
                        .with("Origin", "http://localhost:3000"),
                HttpRequest.get("/v1/poll?" + query + "&wait=0&since=2026-11-25T10:00:00Z", token),
                HttpRequest.get("/v1/stream?channel=" + CHANNEL + "&ticket=" + ticket(), ""),
                HttpRequest.post(
                        "/v1/acks", token, JSON, bytes("{\"durable\":\"fuzzed\",\"cursor\":\"" + cursor + "\"}")),
                HttpRequest.post("/v1/tickets", token, JSON, bytes("{\"for\":\"/v1/stream\"}")));
    }

    private String ticket() {
        return Http.send(Http.request(sluice.url(Component.SSE_EDGE).resolve("/v1/tickets"), token)
                        .header("Content-Type", JSON)
                        .POST(BodyPublishers.ofString("{\"for\":\"/v1/stream\"}")))
                .json()
                .path("ticket")
                .asText();
    }

    private List<HttpRequest> handshakes() {
        return Stream.of("/v1/ws", "/v1/ws?channel=" + CHANNEL + "&cursor=" + cursor)
                .map(target -> HttpRequest.get(target, token)
                        .with("Connection", "Upgrade")
                        .with("Upgrade", "websocket")
                        .with("Sec-WebSocket-Version", "13")
                        .with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
                        .with("Sec-WebSocket-Protocol", "sluice.v1.json, cloudevents.json")
                        .with("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")
                        .with("Origin", "http://localhost:3000"))
                .toList();
    }

    private List<HttpRequest> webCalls() {
        var subscribe = Frames.framed(streamRequest().toByteArray());
        var send = Frames.framed(ClientMessages.updateRequest(event()).toByteArray());
        List<HttpRequest> calls = new ArrayList<>();
        for (var encoding : Encoding.values()) {
            for (var call : List.of(
                    Map.entry("StreamUpdates", subscribe),
                    Map.entry("SendUpdate", send),
                    Map.entry("Connect", Frames.framed(clientMessages().get(0).toByteArray())))) {
                calls.add(HttpRequest.post(
                                "/" + NOTIFICATIONS + "/" + call.getKey(),
                                token,
                                encoding.mediaType(),
                                encoding == Encoding.TEXT
                                        ? Base64.getEncoder().encode(call.getValue())
                                        : call.getValue())
                        .with("grpc-timeout", "20S")
                        .with("X-Grpc-Web", "1"));
            }
        }
        return calls;
    }

    private List<byte[]> connections() {
        var head = Http2Frames.join(
                Http2Frames.request("POST", "/" + NOTIFICATIONS + "/StreamUpdates", token),
                Http2Frames.field("content-type", "application/grpc"),
                Http2Frames.field("te", "trailers"));
        var message = Frames.framed(streamRequest().toByteArray());
        return List.of(
                Http2Frames.join(
                        Http2Frames.opening(),
                        Http2Frames.frame(Http2Frames.HEADERS, Http2Frames.END_HEADERS, 1, head),
                        Http2Frames.frame(Http2Frames.DATA, Http2Frames.END_STREAM, 1, message)),
                Http2Frames.join(
                        Http2Frames.opening(),
                        Http2Frames.frame(Http2Frames.PING, 0, 0, new byte[8]),
                        Http2Frames.frame(
                                Http2Frames.HEADERS,
                                Http2Frames.END_HEADERS | Http2Frames.END_STREAM,
                                1,
                                Http2Frames.request("GET", "/v1/poll?wait=0&channel=" + CHANNEL, token)),
                        Http2Frames.cancel(1)));
    }

    // ---- Messages

    private static NewEvent event() {
        return NewEvent.json(CHANNEL, "{\"a\":[1,\"b\"]}")
                .id("1")
                .type("chat")
                .attribute("subject", "s")
                .attribute("region", "eu");
    }

    private static PublishRequest publishRequest() {
        return PublishRequest.newBuilder()
                .setChannel(CHANNEL)
                .setId("1")
                .setType("chat")
                .setSource("/fuzz")
                .setContentType(JSON)
                .setPayload(ByteString.copyFromUtf8("{\"a\":1}"))
                .putAttributes("subject", "s")
                .putAttributes("region", "eu")
                .setTimestamp(1_764_000_000_000L)
                .build();
    }

    private static ClaimRequest claimRequest() {
        return ClaimRequest.newBuilder()
                .setDurable("fuzzed")
                .setHolder("holder")
                .build();
    }

    private AcknowledgeRequest acknowledgeRequest() {
        return AcknowledgeRequest.newBuilder()
                .setDurable("fuzzed")
                .setCursor(cursor)
                .build();
    }

    private StreamRequest streamRequest() {
        return ClientMessages.streamRequest(subscriptions().get(0)).toBuilder()
                .addFilters(Filter.newBuilder()
                        .setNot(Filter.newBuilder()
                                .setPrefix(Filter.Attributes.newBuilder().putValues("type", "a"))))
                .setLast(10)
                .build();
    }

    private List<Message> clientMessages() {
        return List.of(
                ClientMessages.subscribe("1", subscriptions().get(0)),
                ClientMessages.subscribe("2", subscriptions().get(1)),
                ClientMessages.publish("3", event()),
                ClientMessages.ack("4", "1", cursor),
                ClientMessages.auth("5", token),
                ClientMessages.unsubscribe("6", "1"),
                ClientMessages.ping("7"));
    }

    private List<Subprotocol.Message> operations(Subprotocol subprotocol) {
        return List.of(
                subprotocol.subscribe("1", subscriptions().get(0)),
                subprotocol.subscribe("2", subscriptions().get(1)),
                subprotocol.publish("3", event()),
                subprotocol.ack("4", "1", cursor),
                subprotocol.auth("5", token),
                subprotocol.unsubscribe("6", "1"),
                subprotocol.ping("7"));
    }

    private List<SubscriptionRequest> subscriptions() {
        return List.of(
                to(CHANNEL, "fuzz.*.**").filter(FILTER).cursor(cursor),
                to("fuzz.**", "users.fuzzer.*").since("2026-11-25T10:00:00Z"),
                to(CHANNEL).durable("fuzzed").filter("LOWER(type) <> 'x' OR INT(size) / 2 = 3"));
    }

    // ---- Calls

    private Target publisher(String service, String method, Message message) {
        return new GrpcTarget(channel(Component.PUBLISHER), service, method, false, List.of(message));
    }

    private Target asEdge(String method, Message message) {
        var key = new Metadata();
        key.put(Metadata.Key.of("sluice-edge-key", Metadata.ASCII_STRING_MARSHALLER), LocalStack.EDGE_KEY);
        var channel = ClientInterceptors.intercept(
                channel(Component.PUBLISHER), MetadataUtils.newAttachHeadersInterceptor(key));
        return new GrpcTarget(channel, PositionServiceGrpc.SERVICE_NAME, method, false, List.of(message));
    }

    private static Target edge(Channel channel, String method, Message message) {
        return new GrpcTarget(channel, NOTIFICATIONS, method, false, List.of(message));
    }

    private Channel channel(Component component) {
        var channel = Channels.open(sluice.url(component));
        channels.add(channel);
        return Channels.withToken(channel, token);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
    }
}
