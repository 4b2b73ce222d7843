package dev.sluice.ws;

import dev.sluice.contract.problem.Problem;
import dev.sluice.identity.ProblemResponse;
import dev.sluice.identity.browser.Pages;
import dev.sluice.identity.http.Connections;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * A page does not learn why its handshake was refused: browsers show 1006 and no answer (WHATWG WebSockets, "fail the WebSocket
 * connection"). So for one that may connect, and speaks a language of ours, the socket is opened and closed with code and reason.
 */
@Singleton
class BrowserRefusals {
    /** Before whatever may refuse, after it is known whose page it is. */
    private static final int PRIORITY = 3_900;

    private final Pages pages;
    private final Handshake handshake;

    BrowserRefusals(Pages pages, Handshake handshake) {
        this.pages = pages;
        this.handshake = handshake;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (SocketRoute.PATH.equals(request.path())
                && SocketRoute.isOurs(request.getHeader(SocketRoute.SUBPROTOCOL))
                && pages.of(request).isWelcome()
                && Handshake.problem(request).isEmpty()) {
            ProblemResponse.refuseBy(context, problem -> refuse(request, problem));
        }
        context.next();
    }

    private void refuse(HttpServerRequest request, Problem problem) {
        if (request.response().ended()) {
            return;
        }
        handshake
                .answer(request)
                .onSuccess(upgraded -> upgraded.outlet().refuse(problem.reason()))
                // Half a handshake may have been written: nothing else can be said.
                .onFailure(failure -> Connections.cut(Connections.channel(request)));
    }
}
