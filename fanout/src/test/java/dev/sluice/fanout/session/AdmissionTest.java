package dev.sluice.fanout.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private static Peer peer(String subject, String address) {
        return new Peer("issuer", subject, address, "test");
    }

    private static Problem refusal(Admission admission, Peer peer) {
        return catchThrowableOfType(Rejected.class, () -> admission.enter(peer)).problem();
    }

    @Test
    void shouldLetInSoManyOfAUserAndOfAnAddressAndOfAll() throws Rejected {
        var admission = new Admission(new ConnectionLimits(4, 2, 3));
        admission.enter(peer("alice", "1"));
        admission.enter(peer("alice", "2"));
        var thirdOfAlice = refusal(admission, peer("alice", "3"));
        assertThat(thirdOfAlice.reason()).isEqualTo(Reason.LIMITED);
        assertThat(thirdOfAlice.limit()).isEqualTo(Limit.CONNECTIONS_PER_USER);

        admission.enter(peer("bob", "1"));
        admission.enter(peer("carol", "1"));
        var fourthFromOne = refusal(admission, peer("dave", "1"));
        assertThat(fourthFromOne.reason()).isEqualTo(Reason.LIMITED);
        assertThat(fourthFromOne.limit()).isEqualTo(Limit.CONNECTIONS_PER_ADDRESS);

        var fifth = refusal(admission, peer("dave", "4"));
        assertThat(fifth.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(fifth.limit()).isEqualTo(Limit.CONNECTIONS);

        admission.leave(peer("alice", "1"));
        admission.enter(peer("alice", "1"));
    }

    @Test
    void shouldTellUsersOfTwoIssuersApart() throws Rejected {
        var admission = new Admission(new ConnectionLimits(0, 1, 0));
        admission.enter(peer("alice", "1"));
        admission.enter(new Peer("another issuer", "alice", "1", "test"));
        assertThat(refusal(admission, peer("alice", "2")).limit()).isEqualTo(Limit.CONNECTIONS_PER_USER);
    }

    @Test
    void shouldLetEverybodyInWithoutLimits() throws Rejected {
        var admission = new Admission(ConnectionLimits.NONE);
        for (int i = 0; i < 1_000; i++) {
            admission.enter(peer("alice", "1"));
        }
        assertThat(admission.isRoomy()).isTrue();
    }

    @Test
    void shouldSendNewOnesElsewhereFrom95PercentOnAndWelcomeThemAgainAt90() throws Rejected {
        var admission = new Admission(new ConnectionLimits(100, 0, 0));
        var inside = new ArrayList<Peer>();
        while (admission.isRoomy()) {
            inside.add(peer("user" + inside.size(), "1"));
            admission.enter(inside.get(inside.size() - 1));
        }
        assertThat(inside).hasSize(95);
        while (!admission.isRoomy()) {
            admission.leave(inside.remove(0));
        }
        assertThat(inside).hasSize(90);
    }

    @Test
    void shouldNeverLetInMoreThanItMayWhoeverComesAtOnce() throws Exception {
        var admission = new Admission(new ConnectionLimits(50, 0, 0));
        var threads = Executors.newFixedThreadPool(8);
        var in = new AtomicInteger();
        try {
            Callable<Void> crowd = () -> {
                for (int i = 0; i < 20; i++) {
                    try {
                        admission.enter(peer("alice", "1"));
                        in.incrementAndGet();
                    } catch (Rejected full) {
                        assertThat(full.problem().limit()).isEqualTo(Limit.CONNECTIONS);
                    }
                }
                return null;
            };
            for (var done : threads.invokeAll(List.of(crowd, crowd, crowd, crowd, crowd, crowd, crowd, crowd))) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(in).hasValue(50);
    }

    @Test
    void shouldForgetASessionOnceHoweverItEnds() {
        var replica = new Replica(1);
        var client = replica.connect().live("a");
        replica.connect().live("a");
        client.session.close(Reason.MAX_AGE, Duration.ZERO);
        client.session.disconnected();
        assertThat(replica.admission.count()).isEqualTo(1);
    }
}
