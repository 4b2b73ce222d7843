package dev.sluice.fanout.session;

import dev.sluice.contract.revocation.TokenRef;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * @param format of what concerns the session as a whole
 * @param token by which it is opened
 * @param tokenExpires when the session ends unless it is renewed; null for never
 * @param peer whose session it is
 */
public record SessionOptions(
        FrameFormat format, TokenRef token, @Nullable Instant tokenExpires, Peer peer) {}
