package dev.sluice.local.listen;

import dev.sluice.contract.v1.Notification;
import java.util.LinkedHashMap;
import java.util.Locale;

/** A notification as one line of JSON, with the payload as text. */
final class NotificationLine {

    private NotificationLine() {}

    static String of(Notification notification) {
        var line = new LinkedHashMap<String, Object>();
        if (notification.hasControl()) {
            line.put("control", notification.getControl().getKindCase().name().toLowerCase(Locale.ROOT));
            line.put("cursor", notification.getCursor());
            return Json.line(line);
        }
        line.put("channel", notification.getChannel());
        line.put("id", notification.getId());
        line.put("type", notification.getType());
        line.put("source", notification.getSource());
        line.put("timestamp", notification.getTimestamp());
        line.put("contentType", notification.getContentType());
        line.put("cursor", notification.getCursor());
        line.put("payload", notification.getPayload().toStringUtf8());
        return Json.line(line);
    }
}
