package dev.sluice.system.seed;

import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.MessageEvent;
import com.launchdarkly.eventsource.background.BackgroundEventHandler;
import com.launchdarkly.eventsource.background.BackgroundEventSource;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * What a page does: {@code new EventSource('/v1/stream?…')} with {@code onmessage} and {@code
 * addEventListener('notification', …)}. The client is LaunchDarkly's, which reconnects by itself with {@code Last-Event-ID}.
 */
final class NotificationPage implements AutoCloseable {

    private static final long RETRY_MILLIS = 50;

    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final List<String> notifications = new CopyOnWriteArrayList<>();
    private final List<String> opened = new CopyOnWriteArrayList<>();
    private final BackgroundEventSource source;

    NotificationPage(URI stream, String token) {
        var strategy = ConnectStrategy.http(stream).header("Authorization", "Bearer " + token);
        source = new BackgroundEventSource.Builder(
                        new Listener(),
                        new EventSource.Builder(strategy).retryDelay(RETRY_MILLIS, TimeUnit.MILLISECONDS))
                .build();
        source.start();
    }

    /** What {@code onmessage} got. */
    List<String> messages() {
        return messages;
    }

    /** What the listener for {@code notification} got. */
    List<String> notifications() {
        return notifications;
    }

    /** The {@code sluice.open} of each connection. */
    List<String> opened() {
        return opened;
    }

    @Override
    public void close() {
        source.close();
    }

    private final class Listener implements BackgroundEventHandler {
        @Override
        public void onMessage(String event, MessageEvent message) {
            switch (event) {
                case "message" -> messages.add(message.getData());
                case "notification" -> notifications.add(message.getData());
                case "sluice.open" -> opened.add(message.getData());
                default -> {}
            }
        }

        @Override
        public void onOpen() {}

        @Override
        public void onClosed() {}

        @Override
        public void onComment(String comment) {}

        @Override
        public void onError(Throwable failure) {}
    }
}
