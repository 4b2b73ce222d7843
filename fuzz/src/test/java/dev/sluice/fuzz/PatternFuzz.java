package dev.sluice.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.problem.Rejected;

/** A pattern that covers another matches what that matches. */
public final class PatternFuzz {
    private PatternFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        String[] texts = data.consumeRemainingAsString().split(" ", 3);
        if (texts.length < 3) {
            return;
        }
        try {
            ChannelPattern one = ChannelPattern.parse("one", texts[0]);
            ChannelPattern two = ChannelPattern.parse("two", texts[1]);
            Channel channel = Channel.parse("channel", texts[2]);
            if (one.covers(two) && two.matches(channel) && !one.matches(channel)) {
                throw new AssertionError(one + " covers " + two + ", but does not match " + channel);
            }
        } catch (Rejected refused) {
            Refused.requireReason(refused);
        }
    }
}
