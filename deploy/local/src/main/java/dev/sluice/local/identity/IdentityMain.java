package dev.sluice.local.identity;

import java.net.InetAddress;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;

/**
 * Main class of the identity provider's process: discovery, JWKS and tokens of every issuer that is asked for, at
 * {@code http://localhost:<port>/<issuer>}. Argument: port.
 */
public final class IdentityMain {

    private IdentityMain() {}

    public static void main(String[] args) {
        var config = new OAuth2Config();
        var tokens = config.getTokenProvider();
        // Keys go to issuers in the order in which they are first asked for. The trusted one comes first, so that a
        // restarted
        // provider has the key that the services know.
        tokens.publicJwkSet(TokenRequest.ISSUER);
        var server = new MockOAuth2Server(config, new MintRoute(tokens));
        server.start(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
        System.out.println("issuer http://localhost:" + args[0] + "/" + TokenRequest.ISSUER);
    }
}
