package dev.sluice.client.grpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.Json;
import dev.sluice.client.Received;
import dev.sluice.contract.v1.Control;
import dev.sluice.contract.v1.Notification;
import dev.sluice.contract.v1.ServerMessage;

/** Messages of the proto as every protocol's messages, with the names and times of the JSON forms. */
public final class ProtoMessages {

    private ProtoMessages() {}

    public static Received received(Notification message) {
        if (!message.hasControl()) {
            return event(message, "", message.getCursor());
        }
        var control = control(message.getControl(), "", message.getCursor());
        if (!message.getType().equals("sluice." + control.kind())) {
            throw new IllegalArgumentException("a control message of type " + message.getType() + ": " + control);
        }
        return control;
    }

    public static Received received(ServerMessage message) {
        return switch (message.getOpCase()) {
            case EVENT -> event(message.getEvent(), message.getSubscription(), message.getCursor());
            case CONTROL -> control(message.getControl(), message.getSubscription(), message.getCursor());
            case SUBSCRIBED, UNSUBSCRIBED, PUBLISHED, ACKED, AUTHENTICATED, PONG, ERROR -> answer(message);
            case OP_NOT_SET -> throw new IllegalArgumentException("a message that says nothing: " + message);
        };
    }

    private static Received.Event event(Notification event, String subscription, String cursor) {
        return new Received.Event(
                subscription,
                cursor,
                event.getChannel(),
                event.getId(),
                event.getSource(),
                event.getType(),
                event.getContentType(),
                event.getPayload().toByteArray(),
                event.getAttributesMap());
    }

    private static Received.Control control(Control control, String subscription, String cursor) {
        var members = Json.object();
        if (!cursor.isEmpty()) {
            members.put("cursor", cursor);
        }
        switch (control.getKindCase()) {
            case OPEN -> {
                members.put("session", control.getOpen().getSession())
                        .put("serverTime", Json.time(control.getOpen().getServerTime()))
                        .put("heartbeatIntervalMs", control.getOpen().getHeartbeatIntervalMs());
                putTime(members, control.getOpen().getTokenExpires());
            }
            case GAP ->
                members.put("reason", control.getGap().getReason())
                        .put("from", control.getGap().getFrom())
                        .put("to", control.getGap().getTo());
            case EXPIRING -> putTime(members, control.getExpiring().getTokenExpires());
            case CLOSE ->
                members.put("reason", control.getClose().getReason())
                        .put("reconnectAfterMs", control.getClose().getReconnectAfterMs());
            case HEARTBEAT -> {}
            case KIND_NOT_SET -> throw new IllegalArgumentException("a control message that says nothing");
        }
        return new Received.Control(subscription, cursor, kind(control), members);
    }

    private static String kind(Control control) {
        return switch (control.getKindCase()) {
            case OPEN -> "open";
            case HEARTBEAT -> "heartbeat";
            case GAP -> "gap";
            case EXPIRING -> "expiring";
            case CLOSE -> "close";
            case KIND_NOT_SET -> "";
        };
    }

    private static Received.Answer answer(ServerMessage message) {
        return new Received.Answer(
                message.getId(), message.getSubscription(), message.getCursor(), op(message), members(message));
    }

    private static String op(ServerMessage message) {
        return switch (message.getOpCase()) {
            case SUBSCRIBED -> "subscribed";
            case UNSUBSCRIBED -> "unsubscribed";
            case PUBLISHED -> "published";
            case ACKED -> "acked";
            case AUTHENTICATED -> "authenticated";
            case PONG -> "pong";
            case ERROR -> "error";
            case EVENT, CONTROL, OP_NOT_SET -> throw new IllegalArgumentException("no answer: " + message);
        };
    }

    private static JsonNode members(ServerMessage message) {
        var members = Json.object();
        switch (message.getOpCase()) {
            case SUBSCRIBED ->
                members.put("heartbeatIntervalMs", message.getSubscribed().getHeartbeatIntervalMs());
            case PUBLISHED ->
                members.put("event_id", message.getPublished().getId())
                        .put("channel", message.getPublished().getChannel())
                        .put("cursor", message.getPublished().getCursor());
            case AUTHENTICATED -> putTime(members, message.getAuthenticated().getTokenExpires());
            case ERROR ->
                members.put("reason", message.getError().getReason())
                        .put("field", message.getError().getField())
                        .put("detail", message.getError().getDetail());
            default -> {}
        }
        return members;
    }

    private static void putTime(ObjectNode members, long tokenExpires) {
        if (tokenExpires != 0) {
            members.put("tokenExpires", Json.time(tokenExpires));
        }
    }
}
