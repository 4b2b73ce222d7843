package dev.sluice.client.http;

import dev.sluice.client.Connection;
import dev.sluice.client.Mailbox;
import dev.sluice.client.Refusal;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A request whose answer is a stream of messages, or else a refusal. */
public final class StreamingCall implements Connection {

    /** Turns the pieces of a body into messages. */
    public interface Decoder {
        void read(byte[] piece);

        /** The server has ended the body in an orderly way. */
        default Refusal end() {
            return new Refusal("200", "", "", "the stream ended");
        }
    }

    private final Mailbox mailbox = new Mailbox();
    private final BiFunction<HttpHeaders, Mailbox, Decoder> decoders;
    private @Nullable Future<?> exchange;
    private @Nullable StreamBody body;
    private boolean closed;

    private StreamingCall(BiFunction<HttpHeaders, Mailbox, Decoder> decoders) {
        this.decoders = decoders;
    }

    /**
     * Sends the request; what comes back is seen on the connection.
     *
     * @param decoders what reads the body of an answer 200 with these headers
     */
    public static Connection start(HttpRequest.Builder request, BiFunction<HttpHeaders, Mailbox, Decoder> decoders) {
        var call = new StreamingCall(decoders);
        call.send(request.build());
        return call;
    }

    private synchronized void send(HttpRequest request) {
        var sent = Http.CLIENT.sendAsync(request, handler());
        exchange = sent;
        sent.whenComplete((response, failure) -> {
            if (failure != null) {
                mailbox.end(new Refusal("connection failed", "", "", failure.toString()));
            }
        });
    }

    private BodyHandler<@Nullable Void> handler() {
        return info -> info.statusCode() == 200
                ? BodySubscribers.fromSubscriber(accepted(info))
                : BodySubscribers.mapping(BodySubscribers.ofString(StandardCharsets.UTF_8), text -> {
                    mailbox.end(new Answer(info.statusCode(), info.headers(), text).refusal());
                    return null;
                });
    }

    private synchronized StreamBody accepted(ResponseInfo info) {
        var decoder = decoders.apply(info.headers(), mailbox);
        var accepted = new StreamBody(new StreamBody.Reader() {
            @Override
            public void read(byte[] piece) {
                decoder.read(piece);
            }

            @Override
            public void ended(@Nullable Throwable failure) {
                if (failure == null) {
                    mailbox.end(decoder.end());
                } else if (failure instanceof RuntimeException) {
                    mailbox.violated(failure);
                } else {
                    mailbox.end(new Refusal("connection lost", "", "", failure.toString()));
                }
            }
        });
        body = accepted;
        if (closed) {
            accepted.cancel();
        }
        return accepted;
    }

    @Override
    public Mailbox mailbox() {
        return mailbox;
    }

    @Override
    public synchronized void pauseReading() {
        if (body == null) {
            throw new IllegalStateException("there is no answer yet");
        }
        body.demand().pause();
    }

    @Override
    public synchronized void resumeReading() {
        if (body == null) {
            throw new IllegalStateException("there is no answer yet");
        }
        body.demand().resume();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (body != null) {
            body.cancel();
        } else if (exchange != null) {
            // As long as there is no answer, nothing else closes the connection.
            exchange.cancel(true);
        }
    }
}
