// The official JavaScript client, told what to do by lines of JSON, telling what happens in lines of JSON.
//
// Commands: {"do": "connect", "url", "auth", "options"}, {"do": "emit", "name", "args", "times"}, {"do": "leave"}.
// The last event id is remembered and sent on every (re)connection, as an application does it.

import { createInterface } from "node:readline";
import { io } from "socket.io-client";

let socket;

const tell = (what, rest = {}) => process.stdout.write(JSON.stringify({ what, ...rest }) + "\n");

function connect({ url, auth, options }) {
  let last = auth.last_event_id;
  socket = io(url, {
    auth: (answer) => answer(last === undefined ? auth : { ...auth, last_event_id: last }),
    reconnectionDelay: 100,
    ...options,
  });
  socket.on("connect", () => tell("connected", { transport: socket.io.engine.transport.name }));
  socket.on("connect_error", (error) =>
    tell("refused", { message: error.message, data: error.data ?? null, active: socket.active }),
  );
  socket.on("disconnect", (reason) => tell("disconnected", { reason, active: socket.active }));
  socket.onAny((name, data) => {
    last = data?.event_id ?? data?.last_event_id ?? last;
    tell("received", { name, data, transport: socket.io.engine.transport.name });
  });
}

function emit({ name, args, times = 1 }) {
  for (let number = 0; number < times; number++) {
    socket.emit(name, ...args, (answer) => tell("answered", { answer }));
  }
}

const commands = { connect, emit, leave: () => socket.disconnect() };

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  commands[command.do](command);
}
process.exit(0);
