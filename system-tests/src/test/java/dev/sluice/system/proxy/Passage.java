package dev.sluice.system.proxy;

import dev.sluice.local.Component;
import dev.sluice.system.chart.KeyPair;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient.Version;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** One protocol by one version of HTTP through one configuration, from the first request to the return; what went wrong first is its result. */
final class Passage implements AutoCloseable {
    /** What is told where nothing went wrong. */
    static final String GOOD = "yes";

    /** Seconds: the default of the services, shorter than anybody's patience. */
    private static final int HEARTBEAT = 4;

    private final FrontDoor door;
    private final Form form;
    private final Way way;
    private final Version version;
    private final Visitor visitor;
    private final String channel = Sluice.unique("public.passage");
    private Optional<String> failure = Optional.empty();
    private Visit visit = new Visit();

    Passage(FrontDoor door, Form form, Way way, Version version, Visitor visitor) {
        this.door = door;
        this.form = form;
        this.way = way;
        this.version = version;
        this.visitor = visitor;
    }

    static Passage through(
            FrontDoor door, Form form, FrontDoor.Open open, Way way, Version version, KeyPair pair, String token) {
        try {
            return new Passage(door, form, way, version, Visitor.by(version, open.url(), pair, token));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Map<Component, URI> services(Sluice sluice) {
        return Sluice.SERVICES.stream().collect(Collectors.toMap(service -> service, sluice::url));
    }

    FrontDoor door() {
        return door;
    }

    Form form() {
        return form;
    }

    Way way() {
        return way;
    }

    Version version() {
        return version;
    }

    String channel() {
        return channel;
    }

    boolean isGood() {
        return failure.isEmpty();
    }

    String result() {
        return failure.orElse(GOOD);
    }

    Visit visit() {
        return visit;
    }

    /** The first failure counts. */
    void failed(String why) {
        if (failure.isEmpty()) {
            failure = Optional.of(why);
        }
    }

    void comeWithGarbledToken() {
        visit = way.visit(visitor.with("garbled"), new Way.Asked(channel, "", 0));
    }

    void come() {
        visit.close();
        visit = way.visit(visitor, new Way.Asked(channel, "", HEARTBEAT));
    }

    /** With one's own idea of a heartbeat, in seconds. */
    void come(int heartbeat) {
        visit.close();
        visit = way.visit(visitor, new Way.Asked(channel, "", heartbeat));
    }

    void leave() {
        visit.close();
    }

    void comeBack(String cursor) {
        visit = way.visit(visitor, new Way.Asked(channel, cursor, HEARTBEAT));
    }

    /** Whether it has been there for so long, by its heartbeats, or is over. */
    boolean hasStayed(int seconds) {
        return visit.heartbeats() * HEARTBEAT > seconds || visit.ended().isPresent();
    }

    @Override
    public void close() {
        visit.close();
    }

    @Override
    public String toString() {
        return door.title() + " " + form.title() + " " + way.title() + " " + version + ": " + result() + ", "
                + visit.ended() + " " + visit.seen();
    }
}
