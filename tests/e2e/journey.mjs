// The realtime steps of the journey with the official client. Arguments: a JSON object with the folder of the
// installed client and two people, each {url, token, id}; prints what was heard as one JSON object.
import { createRequire } from "node:module";

const { modules, ada, bob } = JSON.parse(process.argv[2]);
const { io } = createRequire(modules + "/")("socket.io-client");
const PATIENCE = 20_000;

async function ask(person, method, path, body) {
  const answer = await fetch(`${person.url}/api/v1${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${person.token}`,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
}

function listen(person, auth = {}) {
  const heard = [];
  const socket = io(person.url, {
    auth: { token: person.token, ...auth },
    transports: ["websocket"],
    reconnection: false,
    forceNew: true,
  });
  socket.onAny((name, data) => heard.push({ name, data }));
  return { socket, heard };
}

async function until(what, condition) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = condition();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((wake) => setTimeout(wake, 10));
  }
}

const first = ({ heard }, name, where = () => true) =>
  until(name, () => heard.find((event) => event.name === name && where(event.data)))
    .then((event) => event.data);
const connected = ({ socket }) => until("the connection", () => socket.connected);
const publish = async (person, text) => (await ask(person, "POST", "/posts", { text })).id;

const result = {};

const bobs = listen(bob);
await connected(bobs);
let began = performance.now();
await ask(ada, "PUT", `/accounts/${bob.id}/follow`, {});
result.notification = (await first(bobs, "notification:created")).notification;
result.notifiedAfter = performance.now() - began;
result.badge = await first(bobs, "badge:changed");

const adas = listen(ada);
await connected(adas);
began = performance.now();
const post = await publish(bob, "Heard by the official client");
const told = await first(adas, "post:published", (data) => data.post_id === post);
result.publishedAfter = performance.now() - began;
result.published = { expected: post, told };

result.watching = await adas.socket.timeout(PATIENCE).emitWithAck("post:watch", { post_id: post });
await ask(ada, "PUT", `/posts/${post}/reaction`, { kind: "wow" });
result.counted = await first(adas, "post:counted", (data) => data.counts.reactions.wow === 1);
result.unknown = await adas.socket.timeout(PATIENCE).emitWithAck("post:nonsense", {});

adas.socket.disconnect();
const missed = [];
for (let number = 0; number < 20; number += 1) missed.push(await publish(bob, `Missed ${number}`));
const back = listen(ada, { last_event_id: told.event_id });
await until("what was missed", () => back.heard.length >= missed.length);
await new Promise((wake) => setTimeout(wake, 200));
result.missed = {
  expected: missed,
  told: back.heard.map(({ data }) => data.post_id),
  ids: back.heard.map(({ data }) => Number(data.event_id)),
  after: Number(told.event_id),
};

const stranger = listen({ ...ada, token: "made up" });
stranger.socket.on("connect_error", (error) => { result.refused = error.data ?? error.message; });
await until("the refusal", () => result.refused);

let gone = null;
back.socket.on("disconnect", (reason) => { gone = reason; });
began = performance.now();
await ask(ada, "POST", "/auth/logout");
result.goneBecause = await until("the end of the session", () => gone);
result.goneAfter = performance.now() - began;

for (const { socket } of [bobs, back, stranger]) socket.disconnect();
console.log(JSON.stringify(result));
