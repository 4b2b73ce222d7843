package dev.sluice.edge.engine;

import dev.sluice.fanout.session.BodyFormat;
import java.util.List;

/** The forms of an event that an edge speaks; each edge has one bean of this type. */
public interface Formats {
    List<BodyFormat> bodies();
}
