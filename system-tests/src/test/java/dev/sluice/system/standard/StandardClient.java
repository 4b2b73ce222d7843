package dev.sluice.system.standard;

import dev.sluice.local.Component;
import java.util.ArrayList;
import java.util.List;

/** A widely used client library, as its registry has it. */
enum StandardClient {
    EVENTSOURCE_2(Toolchain.NODE, "sse.mjs", "eventsource2", "npm eventsource", Way.SSE),
    EVENTSOURCE_3(Toolchain.NODE, "sse.mjs", "eventsource3", "npm eventsource", Way.SSE),
    EVENTSOURCE_4(Toolchain.NODE, "sse.mjs", "eventsource4", "npm eventsource", Way.SSE),
    FETCH_EVENT_SOURCE(
            Toolchain.NODE, "sse.mjs", "@microsoft/fetch-event-source", "npm @microsoft/fetch-event-source", Way.SSE),
    EVENT_SOURCE_POLYFILL(Toolchain.NODE, "sse.mjs", "event-source-polyfill", "npm event-source-polyfill", Way.SSE),
    HTTPX_SSE(Toolchain.PYTHON, "client.py", "httpx-sse", "PyPI httpx-sse", Way.SSE),
    SSECLIENT_PY(Toolchain.PYTHON, "client.py", "sseclient-py", "PyPI sseclient-py", Way.SSE),
    R3LABS(Toolchain.GO, "", "github.com/r3labs/sse/v2", "Go r3labs/sse", Way.SSE),
    TMAXMAX(Toolchain.GO, "", "github.com/tmaxmax/go-sse", "Go tmaxmax/go-sse", Way.SSE),
    WS(Toolchain.NODE, "ws.mjs", "ws", "npm ws", Way.WEBSOCKET),
    WEBSOCKETS(Toolchain.PYTHON, "client.py", "websockets", "PyPI websockets", Way.WEBSOCKET),
    GRPC_JS(Toolchain.NODE, "grpc.mjs", "@grpc/grpc-js", "npm @grpc/grpc-js (gzip)", Way.GRPC),
    GRPCIO(Toolchain.PYTHON, "client.py", "grpcio", "PyPI grpcio (gzip)", Way.GRPC),
    CONNECT_NODE(
            Toolchain.NODE,
            "grpc.mjs",
            "@connectrpc/connect-node",
            "npm @connectrpc/connect-node (gRPC-Web)",
            Way.GRPC);

    /** How it is asked for events. */
    enum Way {
        SSE(Component.SSE_EDGE),
        WEBSOCKET(Component.WS_EDGE),
        GRPC(Component.GRPC_EDGE);

        private final Component edge;

        Way(Component edge) {
            this.edge = edge;
        }

        Component edge() {
            return edge;
        }
    }

    private final Toolchain toolchain;
    private final String script;
    private final String library;
    private final String title;
    private final Way way;

    StandardClient(Toolchain toolchain, String script, String library, String title, Way way) {
        this.toolchain = toolchain;
        this.script = script;
        this.library = library;
        this.title = title;
        this.way = way;
    }

    Way way() {
        return way;
    }

    String title() {
        return title;
    }

    String version() {
        return toolchain.version(library);
    }

    /** What starts it; aborts the test where its tools are missing. */
    List<String> command(String... arguments) {
        var command = new ArrayList<>(toolchain.command(toolchain.ready(), script));
        // What our few lines call it: without its scope or repository.
        command.add(
                switch (this) {
                    case R3LABS -> "r3labs";
                    case TMAXMAX -> "tmaxmax";
                    default -> library.substring(library.lastIndexOf('/') + 1);
                });
        command.addAll(List.of(arguments));
        return command;
    }
}
