package dev.sluice.system.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;

/** A message of the proto that still is one: a field has another value. */
final class ProtoMutation {
    private final Mutator mutator;

    ProtoMutation(Mutator mutator) {
        this.mutator = mutator;
    }

    Message of(Message message) {
        var fields = List.copyOf(message.getAllFields().keySet());
        if (fields.isEmpty()) {
            return message;
        }
        var field = mutator.pick(fields);
        var builder = message.toBuilder();
        if (field.isRepeated()) {
            repeated(field, message, builder);
        } else {
            builder.setField(field, value(field, message.getField(field)));
        }
        return builder.build();
    }

    private void repeated(FieldDescriptor field, Message message, Message.Builder builder) {
        var values = new ArrayList<Object>((List<?>) message.getField(field));
        var item = mutator.below(values.size());
        if (mutator.below(4) == 0) {
            values.add(values.get(item));
        } else {
            values.set(item, value(field, values.get(item)));
        }
        builder.setField(field, values);
    }

    private Object value(FieldDescriptor field, Object value) {
        return switch (field.getJavaType()) {
            case STRING -> mutator.text((String) value);
            case BYTE_STRING -> ByteString.copyFrom(mutator.bytes(((ByteString) value).toByteArray()));
            case MESSAGE -> of((Message) value);
            case INT -> (int) mutator.number();
            case LONG -> mutator.number();
            case FLOAT, DOUBLE, BOOLEAN, ENUM -> value;
        };
    }
}
