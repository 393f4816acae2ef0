// The peer: Socket.IO on Node, told by lines of JSON how much to send, answering what it cost.

import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false });
const tell = (answer) => process.stdout.write(JSON.stringify(answer) + "\n");
const rest = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));

io.on("connection", (socket) => {
  socket.on("post:watch", ({ post_id }, answer) => {
    socket.join(`post:${post_id}`);
    answer({ ok: true, data: null });
  });
});

async function send({ messages, pause, settle, room, name, payload }) {
  const before = process.cpuUsage();
  for (let number = 0; number < messages; number++) {
    io.to(room).emit(name, payload);
    await rest(pause);
  }
  await rest(settle);
  const { user, system } = process.cpuUsage(before);
  tell({ cpu: (user + system) / 1e6 });
}

http.listen(0, "127.0.0.1", () => tell({ port: http.address().port }));
for await (const line of createInterface({ input: process.stdin })) await send(JSON.parse(line));
process.exit(0);
