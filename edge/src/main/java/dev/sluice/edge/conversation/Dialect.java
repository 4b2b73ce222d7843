package dev.sluice.edge.conversation;

import dev.sluice.edge.request.Fields;
import dev.sluice.edge.request.Form;
import dev.sluice.fanout.session.FrameFormat;
import io.netty.buffer.ByteBuf;

/** How the server's side of a conversation is written. Implementations have no state. */
public interface Dialect {

    /** For what concerns the session. */
    FrameFormat session();

    /** For the events of a subscription that asked for this form and these attributes. */
    FrameFormat events(Form form, Fields fields);

    void reply(ByteBuf out, Reply reply);
}
