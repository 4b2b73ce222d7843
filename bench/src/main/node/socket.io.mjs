import { createServer } from "node:http";
import { Server } from "socket.io";
import { serve } from "./serve.mjs";

const server = createServer();
const io = new Server(server, {
  path: "/v1/ws",
  addTrailingSlash: false,
  serveClient: false,
  transports: ["websocket"],
  // None comes amid a measurement.
  pingInterval: 3_600_000,
});

// As its page on memory says: https://socket.io/docs/v4/memory-usage/
io.engine.on("connection", (socket) => {
  socket.request = null;
});

serve(server, (line) => io.emit("event", JSON.parse(line)));
