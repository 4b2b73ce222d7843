package dev.sluice.identity.http;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

/** Whose word counts for whose a connection is. */
@ConfigMapping(prefix = "sluice.proxy-protocol")
interface ProxyProtocolConfig {
    /** Addresses, or networks such as 10.0.0.0/8, whose connections may begin with the header; left out: nobody's. */
    Optional<List<String>> from();
}
