/**
 * Listens, says where, and broadcasts each line that comes by standard input. The end of the input is the end of the bench: nothing
 * stays behind. Needs `--expose-gc`.
 */
export function serve(server, broadcast) {
  server.listen({ host: "127.0.0.1", port: 0, backlog: 4096 }, () => console.log(`port ${server.address().port}`));
  let rest = "";
  process.stdin.setEncoding("utf8");
  process.stdin.on("data", (piece) => {
    const lines = (rest + piece).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      if (line === "collect") {
        // Twice: what finalizers let go of in the first is gone in the second.
        gc();
        gc();
        console.log("collected");
      } else {
        broadcast(line);
      }
    }
  });
  process.stdin.on("end", () => process.exit());
}
