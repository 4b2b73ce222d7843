package dev.sluice.system.fuzz;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.sluice.client.grpc.ClientMessages;
import dev.sluice.client.grpc.RawCall;
import dev.sluice.contract.v1.ClientMessage;
import io.grpc.Channel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * A method of gRPC, called by grpc-java with messages that are spoilt.
 *
 * @param channel whose calls carry a token
 * @param isConversation whether many messages are sent, and the last one is answered whatever the others were
 * @param messages that are fine
 */
record GrpcTarget(
        Channel channel, String service, String method, boolean isConversation, List<? extends Message> messages)
        implements Target {
    private static final int AT_A_TIME = 5;
    private static final String LAST = "the-last-one";
    private static final Set<String> BUGS =
            Set.of("INTERNAL", "UNKNOWN", "DATA_LOSS", "UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED");

    @Override
    public String attempt(Mutator mutator) throws Finding {
        List<byte[]> sent = new ArrayList<>();
        for (var i = 0; i < (isConversation ? AT_A_TIME : 1); i++) {
            sent.add(spoilt(mutator));
        }
        if (isConversation) {
            sent.add(ClientMessages.ping(LAST).toByteArray());
        }
        var end = RawCall.talk(channel, service, method, sent, !isConversation, this::isEnough);
        if (BUGS.contains(end.code()) || end.reason().equals("internal")) {
            throw new Finding(
                    end.toString(),
                    sent.stream().map(HexFormat.of()::formatHex).toList().toString());
        }
        return end.summary();
    }

    private byte[] spoilt(Mutator mutator) {
        var message = mutator.pick(messages);
        return mutator.below(3) == 0
                ? mutator.bytes(message.toByteArray())
                : new ProtoMutation(mutator).of(message).toByteArray();
    }

    private boolean isEnough(byte[] answer) {
        return !isConversation || new String(answer, StandardCharsets.ISO_8859_1).contains(LAST);
    }

    static ClientMessage clientMessage(byte[] bytes) {
        try {
            return ClientMessage.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(Arrays.toString(bytes), e);
        }
    }
}
