// What the client decides by itself; what it is told is in options.js. A module of its own, because bundlers put such numbers where they are used.

/** An ended connection this old had worked: what comes next is no repetition of a failure. */
export const WORKED_MS = 5_000;
/** A better transport is not tried more seldom than that. */
export const LONGEST_RETURN_MS = 300_000;
/** So many heartbeats may be missing before a connection counts as dead. */
export const PATIENCE = 2.5;
/** A WebSocket that nobody uses is kept so long. */
export const LINGER_MS = 30_000;
/** Who is behind gets one event after the other; a pause this long means that there are no more. */
export const SETTLED_MS = 1_000;
/** Between the savings of a position. */
export const SAVE_MS = 250;

/** Of a long poll. */
export const WAIT_S = 25;
/** Events in its answer. */
export const LIMIT = 500;
/** An answer without news that comes much sooner than asked for must not make a busy loop. */
export const BREATH_MS = 500;

/** Over a WebSocket a message has at most 512 KiB. */
export const MOST_IN_MESSAGE = 300_000;
/** For the answer to a publish. */
export const ANSWER_MS = 20_000;

/** A timer can't wait for much longer. */
export const LONGEST_MS = 2_000_000_000;
