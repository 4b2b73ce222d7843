package dev.sluice.system.fault;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Compares a client's diary with the producers' ledger, by nothing but names and order: it knows no cursor, no partition, and none of the
 * engine's code. For one thread.
 *
 * <p>An event is covered by a gap only if the log really lost it, and if it belongs where the gap was told: after what the client had of
 * the channel before, and before what it got of it afterwards.
 */
final class Checker {

    private final Diary diary;
    private final Map<String, Track> tracks = new HashMap<>();
    private final List<String> findings = new ArrayList<>();
    private final boolean somethingWasDeleted;
    private int delivered;
    private int missing;
    private int repeated;
    private int outOfOrder;
    private int gaps;
    private int lost;
    private int strange;

    /** One channel, as far as the diary was read. */
    private static final class Track {
        final Ledger.Channel channel;
        final Map<String, Integer> places = new HashMap<>();
        final boolean[] had;
        final boolean[] inGap;
        int newest = -1;
        /** Where a gap was told after which nothing has come yet; {@link #NONE} when there is none. */
        int gapAfter = NONE;

        static final int NONE = -2;

        Track(Ledger.Channel channel) {
            this.channel = channel;
            had = new boolean[channel.order().size()];
            inGap = new boolean[had.length];
            IntStream.range(0, had.length)
                    .forEach(place -> places.put(channel.order().get(place), place));
        }

        void gap() {
            if (gapAfter == NONE) {
                gapAfter = newest;
            }
        }

        void cover(int end) {
            if (gapAfter != NONE) {
                for (var place = gapAfter + 1; place < end; place++) {
                    inGap[place] = true;
                }
                gapAfter = NONE;
            }
        }
    }

    private Checker(Map<String, Ledger.Channel> channels, Diary diary) {
        this.diary = diary;
        channels.forEach((name, channel) -> tracks.put(name, new Track(channel)));
        somethingWasDeleted = channels.values().stream()
                .anyMatch(channel -> !channel.deleted().isEmpty());
    }

    static Verdict check(Map<String, Ledger.Channel> channels, Diary diary) {
        return new Checker(channels, diary).verdict();
    }

    private Verdict verdict() {
        for (var complaint : diary.complaints()) {
            strange++;
            find(complaint);
        }
        for (var line : diary.lines()) {
            if (line instanceof Diary.Line.Got got) {
                got(got);
            } else if (line instanceof Diary.Line.Gap gap) {
                gap(gap);
            }
        }
        diary.entitled().forEach(this::searchMissing);
        return new Verdict(delivered, missing, repeated, outOfOrder, gaps, lost, strange, findings);
    }

    private void got(Diary.Line.Got got) {
        var track = tracks.get(got.channel());
        var place = track == null ? null : track.places.get(got.id());
        if (track == null || place == null || !isEntitled(got, track, place)) {
            strange++;
            find("got " + got + ", which it should not");
            return;
        }
        if (track.had[place]) {
            repeated++;
            find("got " + got.id() + " again");
            return;
        }
        delivered++;
        track.had[place] = true;
        if (place < track.newest) {
            outOfOrder++;
            find("got " + got.id() + " after " + track.channel.order().get(track.newest));
            return;
        }
        track.cover(place);
        track.newest = place;
    }

    private boolean isEntitled(Diary.Line.Got got, Track track, int place) {
        var after = diary.entitled().get(got.channel());
        return after != null && diary.wants(got.id()) && place > begin(track, after);
    }

    private static int begin(Track track, String after) {
        return track.places.getOrDefault(after, -1);
    }

    private void gap(Diary.Line.Gap gap) {
        gaps++;
        if (!somethingWasDeleted) {
            strange++;
            find("was told a gap (" + gap.reason() + "), and nothing was deleted");
        }
        tracks.values().forEach(Track::gap);
    }

    private void searchMissing(String name, String after) {
        var track = tracks.get(name);
        if (track == null) {
            return;
        }
        track.cover(track.had.length);
        var channel = track.channel;
        for (var place = begin(track, after) + 1; place < channel.acknowledged(); place++) {
            var id = channel.order().get(place);
            if (!track.had[place] && diary.wants(id)) {
                if (track.inGap[place] && channel.deleted().contains(id)) {
                    lost++;
                } else {
                    missing++;
                    find("did not get " + id);
                }
            }
        }
    }

    private void find(String what) {
        findings.add(diary.name() + " " + what);
    }
}
