package dev.sluice.system.badinput;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Json;
import dev.sluice.client.NewEvent;
import dev.sluice.client.Received;
import dev.sluice.client.grpc.ClientMessages;
import dev.sluice.client.grpc.RawCall;
import dev.sluice.client.http.Http;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.PublishReceipt;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.contract.Talk;
import dev.sluice.system.stack.Sluice;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What Sluice alone says, said by somebody who may publish: refused at every way in by the name of the attribute, and delivered by none. */
@Tag("full")
@BadInput
class ForgeryIT {
    private final Sluice sluice;
    private final String channel = Sluice.unique("rooms.forgery");

    ForgeryIT(Sluice sluice) {
        this.sluice = sluice;
    }

    /** What a client would take for ours. */
    private enum Forged {
        CLOSE("type", "sluice.close"),
        GAP("type", "sluice.gap"),
        UNKNOWN("type", "sluice.x"),
        SOURCE("source", "/sluice"),
        CURSOR("cursor", "forged"),
        SUBSCRIPTION("subscription", "s");

        private final String attribute;
        private final String value;

        Forged(String attribute, String value) {
            this.attribute = attribute;
            this.value = value;
        }

        NewEvent event(String channel) {
            var event = NewEvent.text(channel, "forged")
                    .id("forged")
                    .source("/tests")
                    .type("test");
            return switch (attribute) {
                case "type" -> event.type(value);
                case "source" -> event.source(value);
                default -> event.attribute(attribute, value);
            };
        }
    }

    /** Each answers the field that was refused; empty when nothing was. */
    private enum Door {
        PLAIN {
            @Override
            boolean takes(Forged forged) {
                return forged.attribute.equals("type");
            }

            @Override
            String field(Sluice sluice, NewEvent event) {
                return sluice.producer().post(event).refusal().field();
            }
        },
        BINARY {
            @Override
            String field(Sluice sluice, NewEvent event) {
                var request = sluice.producer()
                        .channelPost(event.channel())
                        .header("ce-specversion", "1.0")
                        .header("ce-id", event.id())
                        .header("ce-source", event.source())
                        .header("ce-type", event.type())
                        .header("Content-Type", event.contentType())
                        .POST(BodyPublishers.ofByteArray(event.data()));
                event.attributes().forEach((name, value) -> request.header("ce-" + name, value));
                return Http.send(request).refusal().field().replaceFirst("^ce-", "");
            }
        },
        STRUCTURED {
            @Override
            String field(Sluice sluice, NewEvent event) {
                return sluice.producer()
                        .events("application/cloudevents+json", structured(event))
                        .refusal()
                        .field();
            }
        },
        BATCH {
            @Override
            String field(Sluice sluice, NewEvent event) {
                return sluice.producer()
                        .events("application/cloudevents-batch+json", "[" + structured(event) + "]")
                        .json()
                        .at("/results/0/error/field")
                        .asText();
            }
        },
        PUBLISH {
            @Override
            String field(Sluice sluice, NewEvent event) {
                return RawCall.send(
                                sluice.url(Component.PUBLISHER),
                                sluice.admin(),
                                PublisherServiceGrpc.SERVICE_NAME,
                                "Publish",
                                request(event).toByteArray())
                        .field();
            }
        },
        PUBLISH_STREAM {
            @Override
            String field(Sluice sluice, NewEvent event) throws Exception {
                List<byte[]> receipts = new ArrayList<>();
                RawCall.send(
                        sluice.url(Component.PUBLISHER),
                        sluice.admin(),
                        PublisherServiceGrpc.SERVICE_NAME,
                        "PublishStream",
                        request(event).toByteArray(),
                        receipts::add);
                return PublishReceipt.parseFrom(receipts.get(0)).getError().getField();
            }
        },
        SEND_UPDATE {
            @Override
            String field(Sluice sluice, NewEvent event) {
                return RawCall.send(
                                sluice.url(Component.GRPC_EDGE),
                                sluice.admin(),
                                NotificationServiceGrpc.SERVICE_NAME,
                                "SendUpdate",
                                ClientMessages.updateRequest(event).toByteArray())
                        .field();
            }
        },
        CONNECT {
            @Override
            String field(Sluice sluice, NewEvent event) {
                return said(Talk.GRPC_CONNECT, sluice, event);
            }
        },
        WEBSOCKET {
            @Override
            String field(Sluice sluice, NewEvent event) {
                return said(Talk.WEBSOCKET, sluice, event);
            }
        },
        WEBSOCKET_PROTOBUF {
            @Override
            String field(Sluice sluice, NewEvent event) {
                return said(Talk.WEBSOCKET_PROTOBUF, sluice, event);
            }
        },
        /** There an event of such a type is an operation, of which there is none of that name. */
        WEBSOCKET_CLOUDEVENTS {
            @Override
            boolean takes(Forged forged) {
                return !forged.attribute.equals("type");
            }

            @Override
            String field(Sluice sluice, NewEvent event) {
                return said(Talk.WEBSOCKET_CLOUDEVENTS, sluice, event);
            }
        };

        boolean takes(Forged forged) {
            return true;
        }

        abstract String field(Sluice sluice, NewEvent event) throws Exception;

        private static String said(Talk talk, Sluice sluice, NewEvent event) {
            try (var conversation = talk.open(sluice, sluice.admin())) {
                conversation.publish(event.id(), event);
                return Expect.eventually("an answer", () -> conversation.answers().stream()
                                .findFirst())
                        .members()
                        .path("field")
                        .asText();
            }
        }

        private static String structured(NewEvent event) {
            var json = Json.object()
                    .put("specversion", "1.0")
                    .put("id", event.id())
                    .put("source", event.source())
                    .put("type", event.type())
                    .put("channel", event.channel())
                    .put("data", event.id());
            event.attributes().forEach(json::put);
            return json.toString();
        }

        private static PublishRequest request(NewEvent event) {
            return PublishRequest.newBuilder()
                    .setChannel(event.channel())
                    .setId(event.id())
                    .setSource(event.source())
                    .setType(event.type())
                    .putAllAttributes(event.attributes())
                    .build();
        }
    }

    static Stream<Arguments> forgeries() {
        return Arrays.stream(Door.values())
                .flatMap(door ->
                        Arrays.stream(Forged.values()).filter(door::takes).map(forged -> Arguments.of(door, forged)));
    }

    @ParameterizedTest
    @MethodSource("forgeries")
    void shouldRefuseWhatOnlySluiceSays(Door door, Forged forged) throws Exception {
        try (var reader = sluice.subscribe(Protocol.NDJSON, to(channel))) {
            Expect.started(reader);
            var field = door.field(sluice, forged.event(channel));
            sluice.producer().text(channel, "after");
            Expect.eventWith(reader, "after");
            assertThat(reader.events()).extracting(Received.Event::text).containsExactly("after");
            assertThat(field).isIn(forged.attribute, "attributes." + forged.attribute);
        }
    }
}
