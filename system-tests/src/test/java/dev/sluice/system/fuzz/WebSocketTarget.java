package dev.sluice.system.fuzz;

import dev.sluice.client.websocket.RawFrame;
import dev.sluice.client.websocket.RawHandshake;
import dev.sluice.client.websocket.Subprotocol;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A WebSocket: some messages that are spoilt, then one that is not; or frames that are.
 *
 * @param messages that are fine, in the subprotocol
 */
record WebSocketTarget(URI edge, String token, Subprotocol subprotocol, List<Subprotocol.Message> messages)
        implements Target {
    private static final String LAST = "the-last-one";
    /** The answer to it, or a close frame, whose echo the server would wait for. */
    private static final Pattern END = Pattern.compile(LAST + "|\\x88[\\x02-\\x7D][\\x03\\x0F-\\x13]", Pattern.DOTALL);

    private static final int AT_A_TIME = 5;
    private static final Pattern BUG = Pattern.compile("internal|\\x88[\\x02-\\x7D]\\x03\\xF3");

    @Override
    public String attempt(Mutator mutator) throws Finding {
        var whole = mutator.below(3) > 0;
        var bytes = whole ? messages(mutator) : frames(mutator);
        var sent = new String(bytes, StandardCharsets.ISO_8859_1);
        var handshake = RawHandshake.request(token, Map.of("Sec-WebSocket-Protocol", subprotocol.name()));
        try (var exchange = Exchange.with(edge)) {
            exchange.ask(handshake.getBytes(StandardCharsets.ISO_8859_1), text -> text.contains("\r\n\r\n"));
            var answer = whole ? exchange.ask(bytes, END.asPredicate()) : exchange.send(bytes, END.asPredicate());
            if (BUG.matcher(answer).find()) {
                throw new Finding(answer, sent);
            }
            return answer.contains(LAST) ? "answered" : "closed";
        } catch (Exchange.Unanswered unanswered) {
            throw new Finding(unanswered.toString(), sent);
        }
    }

    private byte[] messages(Mutator mutator) {
        var all = new ByteArrayOutputStream();
        for (var i = 0; i < AT_A_TIME; i++) {
            all.writeBytes(frame(spoilt(mutator.pick(messages), mutator)).bytes());
        }
        all.writeBytes(frame(payload(subprotocol.ping(LAST))).bytes());
        return all.toByteArray();
    }

    private byte[] spoilt(Subprotocol.Message message, Mutator mutator) {
        var payload = payload(message);
        if (mutator.below(3) == 0) {
            return mutator.bytes(payload);
        }
        return message instanceof Subprotocol.Message.Text
                ? new JsonMutation(mutator).of(payload)
                : new ProtoMutation(mutator)
                        .of(GrpcTarget.clientMessage(payload))
                        .toByteArray();
    }

    private byte[] frames(Mutator mutator) {
        var whole = payload(mutator.pick(messages));
        var half = whole.length / 2;
        var all = new ByteArrayOutputStream();
        all.writeBytes(new RawFrame(opcode(), Arrays.copyOf(whole, half)).bytes());
        all.writeBytes(RawFrame.of(RawFrame.FIN | RawFrame.PING, "amid").bytes());
        all.writeBytes(new RawFrame(RawFrame.FIN | RawFrame.CONTINUATION, Arrays.copyOfRange(whole, half, whole.length))
                .bytes());
        all.writeBytes(frame(payload(mutator.pick(messages))).bytes());
        all.writeBytes(RawFrame.close(1000).bytes());
        return mutator.bytes(all.toByteArray());
    }

    private RawFrame frame(byte[] payload) {
        return new RawFrame(RawFrame.FIN | opcode(), payload);
    }

    private int opcode() {
        return messages.get(0) instanceof Subprotocol.Message.Text ? RawFrame.TEXT : RawFrame.BINARY;
    }

    private static byte[] payload(Subprotocol.Message message) {
        return message instanceof Subprotocol.Message.Text text
                ? text.text().getBytes(StandardCharsets.UTF_8)
                : ((Subprotocol.Message.Binary) message).bytes();
    }
}
