package dev.sluice.edge.conversation;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.identity.Caller;
import dev.sluice.identity.Callers;
import dev.sluice.identity.Opened;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Verifies the tokens that come on a connection in the same way as the one that opened it. Safe on any thread. */
public final class InBandTokens implements Conversation.TokenVerifier {
    private final Callers callers;
    private final Opened connection;

    /** @param context of the request that opened the connection */
    public InBandTokens(Callers callers, RoutingContext context) {
        this.callers = callers;
        this.connection = Opened.by(context);
    }

    @Override
    public void verify(String token, BiConsumer<@Nullable Caller, @Nullable Problem> answer) {
        callers.verify(token, connection)
                .subscribe()
                .with(
                        caller -> answer.accept(caller, null),
                        failure -> answer.accept(null, failure instanceof Rejected refusal ? refusal.problem() : null));
    }

    @Override
    public Optional<Problem> refusal(Caller caller) {
        return callers.refusal(caller);
    }
}
