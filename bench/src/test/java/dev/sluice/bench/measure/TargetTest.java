package dev.sluice.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TargetTest {

    @Test
    void shouldWantToBeBetterThanEachPeerWhereItSpeaksTheProtocol() {
        assertThat(Target.ALL)
                .extracting(Target::toString)
                .contains(
                        "peers sse nchan.stream.perSecond.ratio at least 1.0",
                        "peers ws nchan.bursts.perSecond.ratio at least 1.0",
                        "peers ws ws.quiet.p99Ms.ratio at most 1.0",
                        "peers ws socketio.idle.residentKb.ratio at most 1.0")
                .noneMatch(target -> target.startsWith("peers grpc") || target.startsWith("peers sse ws"));
    }
}
