package dev.sluice.system.limit;

import static dev.sluice.client.http.Http2Frames.CONTINUATION;
import static dev.sluice.client.http.Http2Frames.DATA;
import static dev.sluice.client.http.Http2Frames.END_HEADERS;
import static dev.sluice.client.http.Http2Frames.HEADERS;
import static dev.sluice.client.http.Http2Frames.PING;
import static dev.sluice.client.http.Http2Frames.SETTINGS;
import static dev.sluice.client.http.Http2Frames.cancel;
import static dev.sluice.client.http.Http2Frames.frame;
import static dev.sluice.client.http.Http2Frames.join;
import static dev.sluice.client.http.Http2Frames.request;

import dev.sluice.client.http.Http2Frames;

/** What somebody can send over HTTP/2 for next to nothing, and that costs the other side something. */
enum Flood {
    /** CVE-2023-44487: requests that are given up at once. */
    RAPID_RESET {
        @Override
        byte[] piece(int number, String token) {
            int stream = 2 * number + 1;
            return join(
                    frame(HEADERS, END_HEADERS | Http2Frames.END_STREAM, stream, request("GET", PATH, token)),
                    cancel(stream));
        }
    },
    /** CVE-2019-9512: each wants an answer, which nobody reads. */
    PINGS {
        @Override
        byte[] piece(int number, String token) {
            return frame(PING, 0, 0, new byte[8]);
        }
    },
    /** The same of somebody who has a token and an answer that goes on. */
    PINGS_BESIDE_A_REQUEST {
        @Override
        byte[] piece(int number, String token) {
            return number == 0
                    ? frame(HEADERS, END_HEADERS | Http2Frames.END_STREAM, 1, request("GET", PATH, token))
                    : frame(PING, 0, 0, new byte[8]);
        }
    },
    /** CVE-2019-9515. */
    SETTINGS_FRAMES {
        @Override
        byte[] piece(int number, String token) {
            return frame(SETTINGS, 0, 0);
        }
    },
    /** CVE-2019-9518: a request's body that never gets anywhere. */
    EMPTY_FRAMES {
        @Override
        byte[] piece(int number, String token) {
            return number == 0 ? frame(HEADERS, END_HEADERS, 1, request("POST", PATH, token)) : frame(DATA, 0, 1);
        }
    },
    /** CVE-2024-27316 and its kin: a head that never ends. */
    CONTINUATIONS {
        @Override
        byte[] piece(int number, String token) {
            return number == 0
                    ? frame(HEADERS, 0, 1, request("GET", PATH, token))
                    : frame(CONTINUATION, 0, 1, Http2Frames.field("x-" + number, "a".repeat(1_000)));
        }
    };

    private static final String PATH = "/v1/stream?channel=rooms.flood";

    /** Whether somebody who reads the answers can go on for longer: what waits to be read does not bound it. */
    boolean isWorseWithReader() {
        return this == PINGS || this == PINGS_BESIDE_A_REQUEST || this == SETTINGS_FRAMES;
    }

    /** The pieces of one connection, from 0. */
    abstract byte[] piece(int number, String token);
}
