package dev.sluice.system.fault;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What producers had acknowledged, and in which order, and what they sent besides: the truth that {@link Diary diaries} are compared
 * with. Safe for use by several threads.
 */
final class Ledger {

    private final Map<String, Page> pages = new LinkedHashMap<>();

    private static final class Page {
        final Map<String, String> cursors = new LinkedHashMap<>();
        final Set<String> unanswered = new LinkedHashSet<>();
        Set<String> deleted = Set.of();
    }

    /**
     * One channel, as it should be seen.
     *
     * @param order ids: what was acknowledged, in the order of acknowledgement, and then what was never answered, in that of sending
     * @param acknowledged how many of them were acknowledged; these have to arrive, the others may
     * @param deleted which of them the log no longer has
     */
    record Channel(List<String> order, int acknowledged, Set<String> deleted) {
        Channel {
            order = List.copyOf(order);
            deleted = Set.copyOf(deleted);
        }
    }

    /** To be called before an event goes out for the first time; the log may have it from now on. */
    synchronized void sent(String channel, String id) {
        page(channel).unanswered.add(id);
    }

    /** @param cursor of the receipt; empty when there was none in it */
    synchronized void acknowledged(String channel, String id, String cursor) {
        var page = page(channel);
        if (!page.unanswered.remove(id)) {
            throw new IllegalStateException(id + " was not sent, or acknowledged before");
        }
        page.cursors.put(id, cursor);
    }

    /** Everything acknowledged so far is no longer in the log. Nothing may be unanswered, as nobody would know where that is. */
    synchronized void deleted() {
        for (var page : pages.values()) {
            if (!page.unanswered.isEmpty()) {
                throw new IllegalStateException("not answered yet: " + page.unanswered);
            }
            page.deleted = Set.copyOf(page.cursors.keySet());
        }
    }

    /** The channel's first event that had a cursor in its receipt. */
    synchronized String firstWithCursor(String channel) {
        return page(channel).cursors.entrySet().stream()
                .filter(receipt -> !receipt.getValue().isEmpty())
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    /** The cursor of an event's receipt; empty when it had none. */
    synchronized String cursor(String channel, String id) {
        return page(channel).cursors.getOrDefault(id, "");
    }

    synchronized int acknowledged(String channel) {
        return page(channel).cursors.size();
    }

    synchronized Map<String, Channel> channels() {
        var channels = new LinkedHashMap<String, Channel>();
        pages.forEach((name, page) -> {
            var order = new ArrayList<>(page.cursors.keySet());
            order.addAll(page.unanswered);
            channels.put(name, new Channel(order, page.cursors.size(), page.deleted));
        });
        return channels;
    }

    private Page page(String channel) {
        return pages.computeIfAbsent(channel, name -> new Page());
    }
}
