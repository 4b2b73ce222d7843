package dev.sluice.fanout.session;

/**
 * Who is at the other end of a session. Immutable.
 *
 * @param issuer of the token
 * @param subject the user, among those of the issuer
 * @param address the network address that connections are counted by; it is not shown to clients
 * @param protocol what is spoken, from a closed set of the edge's
 */
public record Peer(String issuer, String subject, String address, String protocol) {}
