package dev.sluice.edge.proto;

import dev.sluice.contract.v1.Close;
import dev.sluice.contract.v1.Expiring;
import dev.sluice.contract.v1.Gap;
import dev.sluice.contract.v1.Heartbeat;
import dev.sluice.contract.v1.Open;
import dev.sluice.fanout.session.Control;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Control messages in the proto. */
final class ProtoControls {
    private ProtoControls() {}

    static dev.sluice.contract.v1.Control of(Control control) {
        var message = dev.sluice.contract.v1.Control.newBuilder();
        if (control instanceof Control.Open open) {
            message.setOpen(Open.newBuilder()
                    .setSession(open.session())
                    .setServerTime(open.serverTime().toEpochMilli())
                    .setTokenExpires(millis(open.tokenExpires()))
                    .setHeartbeatIntervalMs(open.heartbeatInterval().toMillis()));
        } else if (control instanceof Control.Heartbeat) {
            message.setHeartbeat(Heartbeat.getDefaultInstance());
        } else if (control instanceof Control.Gap gap) {
            message.setGap(Gap.newBuilder()
                    .setReason(gap.reason().code())
                    .setFrom(gap.from())
                    .setTo(gap.to()));
        } else if (control instanceof Control.Expiring expiring) {
            message.setExpiring(Expiring.newBuilder().setTokenExpires(millis(expiring.tokenExpires())));
        } else if (control instanceof Control.Close close) {
            message.setClose(Close.newBuilder()
                    .setReason(close.reason().code())
                    .setReconnectAfterMs(close.reconnectAfter().toMillis()));
        }
        return message.build();
    }

    /** 0 for never, as the proto says. */
    static long millis(@Nullable Instant time) {
        return time == null ? 0 : time.toEpochMilli();
    }
}
