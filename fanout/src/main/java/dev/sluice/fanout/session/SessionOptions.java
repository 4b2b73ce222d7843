package dev.sluice.fanout.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * @param format of what concerns the session as a whole
 * @param tokenExpires when the session ends unless it is renewed; null for never
 * @param peer whose session it is
 */
public record SessionOptions(FrameFormat format, @Nullable Instant tokenExpires, Peer peer) {}
