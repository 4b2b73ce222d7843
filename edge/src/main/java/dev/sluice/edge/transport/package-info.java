/** The sockets of sessions, below the codecs: what the engine has framed goes to the network as it is. */
@org.jspecify.annotations.NullMarked
package dev.sluice.edge.transport;
