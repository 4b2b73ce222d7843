import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";
import { serve } from "./serve.mjs";

const server = createServer();
const sockets = new WebSocketServer({ server, path: "/v1/ws" });

// As its README broadcasts. The text is encoded once, for all.
serve(server, (line) => {
  const text = Buffer.from(line);
  sockets.clients.forEach((client) => {
    if (client.readyState === WebSocket.OPEN) {
      client.send(text, { binary: false });
    }
  });
});
