package dev.sluice.edge.request;

/**
 * What a client asks of an acknowledged subscription.
 *
 * @param name of the position, which lives on the server
 * @param maxUnacked how many events are sent beyond it
 */
public record Acknowledged(String name, int maxUnacked) {}
