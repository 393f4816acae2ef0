"use strict";
// Draws the OpenAPI document. The token stays in the page's memory; nothing is stored, nothing goes elsewhere.

const DEEPEST = 6;
let api = null;

const at = (id) => document.getElementById(id);

function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function resolve(thing) {
  let found = thing;
  while (found && found.$ref) {
    const target = found.$ref.slice(2).split("/").reduce((place, key) => place[key], api);
    const { $ref, ...beside } = found;
    found = { ...target, ...beside };
  }
  return found ?? {};
}

function named(schema) {
  return schema && schema.$ref ? schema.$ref.split("/").pop() : "";
}

function bounds(schema) {
  const words = [];
  if (schema.format) words.push(schema.format);
  if (schema.minLength !== undefined || schema.maxLength !== undefined) {
    words.push(`${schema.minLength ?? 0}–${schema.maxLength ?? "∞"} characters`);
  }
  if (schema.minimum !== undefined || schema.maximum !== undefined) {
    words.push(`${schema.minimum ?? "−∞"}–${schema.maximum ?? "∞"}`);
  }
  if (schema.minItems !== undefined || schema.maxItems !== undefined) {
    words.push(`${schema.minItems ?? 0}–${schema.maxItems ?? "∞"} items`);
  }
  if (schema.default !== undefined && schema.default !== null) words.push(`default ${JSON.stringify(schema.default)}`);
  return words.join(", ");
}

function kindOf(reference) {
  const schema = resolve(reference);
  if (schema.anyOf) return schema.anyOf.map(kindOf).join(" | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.type === "array") return `[${kindOf(schema.items ?? {})}]`;
  const type = Array.isArray(schema.type) ? schema.type.join(" | ") : schema.type;
  return named(reference) || type || "anything";
}

// The object whose fields are worth listing below a field: itself, the items of a list, or one of several.
function inner(reference) {
  const schema = resolve(reference);
  if (schema.properties) return schema;
  if (schema.type === "array" && schema.items) return inner(schema.items);
  for (const option of schema.anyOf ?? []) {
    const found = inner(option);
    if (found) return found;
  }
  return null;
}

function fields(schema, depth = 0) {
  const list = make("ul", { className: "fields" });
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const required = (schema.required ?? []).includes(name);
    const detail = resolve(field);
    const below = inner(field);
    list.append(make("li", {},
      make("span", { className: required ? "field must" : "field", textContent: name }),
      make("span", { className: "kind", textContent: [kindOf(field), bounds(detail)].filter(Boolean).join(" · ") }),
      detail.description && !below ? make("span", { className: "soft", textContent: ` ${detail.description}` }) : null,
      below && depth < DEEPEST ? fields(below, depth + 1) : null,
    ));
  }
  return list;
}

function sample(reference, depth = 0) {
  const schema = resolve(reference);
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return sample(schema.anyOf[0], depth);
  if (schema.properties) {
    if (depth > 3) return {};
    const wanted = schema.required ?? [];
    return Object.fromEntries(wanted.map((name) => [name, sample(schema.properties[name], depth + 1)]));
  }
  if (schema.type === "array") return (schema.minItems ?? 0) > 0 ? [sample(schema.items ?? {}, depth + 1)] : [];
  if (schema.type === "integer" || schema.type === "number") return schema.minimum ?? 0;
  if (schema.type === "boolean") return false;
  return schema.format === "date-time" ? "2030-01-01T12:00:00Z" : "";
}

function whoMay(operation) {
  const scope = (operation.security ?? []).flatMap((way) => way.bearer ?? [])[0];
  const gates = {
    open: "Anybody, without a session.",
    public: "Anybody, as long as this server's public reads are on.",
    session: "Whoever is signed in.",
    person: "A person's own session; no access token.",
    moderator: "Moderators and administrators.",
    administrator: "Administrators.",
  };
  const scoped = scope ? ` Scope ${scope}.` : "";
  const rate = operation["x-rate"];
  const limited = rate ? ` At most ${rate.amount} times in ${rate.seconds} seconds.` : "";
  return `${gates[operation["x-gate"]] ?? ""}${scoped}${limited}`;
}

function parameterRow(parameter, inputs) {
  const schema = resolve(parameter.schema);
  const input = make("input", {
    placeholder: [kindOf(parameter.schema), bounds(schema)].filter(Boolean).join(" · "),
    title: parameter.description ?? schema.description ?? "",
  });
  input.setAttribute("aria-label", parameter.name);
  inputs.push([parameter, input]);
  const label = make("span", {},
    make("span", { className: parameter.required ? "field must" : "field", textContent: parameter.name }),
    make("span", { className: "kind", textContent: parameter.in }),
  );
  return make("div", { className: "parameter" }, label, input);
}

function answers(responses) {
  return Object.entries(responses).map(([status, reference]) => {
    const response = resolve(reference);
    const content = Object.values(response.content ?? {})[0];
    const shape = content && inner(content.schema);
    const line = [make("span", { className: "status", textContent: status }), response.description ?? ""];
    if (!shape || Number(status) >= 400) return make("div", { className: "answer" }, ...line);
    return make("details", { className: "answer" }, make("summary", {}, ...line), fields(shape));
  });
}

function request(path, method, inputs, body) {
  const query = new URLSearchParams();
  const headers = {};
  let address = path;
  for (const [parameter, input] of inputs) {
    const text = input.value.trim();
    if (parameter.in === "path") address = address.replace(`{${parameter.name}}`, encodeURIComponent(text));
    else if (text && parameter.in === "header") headers[parameter.name] = text;
    else if (text && resolve(parameter.schema).type === "array") text.split(/[\s,]+/).forEach((one) => query.append(parameter.name, one));
    else if (text) query.append(parameter.name, text);
  }
  const token = at("token").value.trim();
  if (token) headers.Authorization = `Bearer ${token}`;
  const options = { method, headers, credentials: token ? "omit" : "same-origin" };
  if (body && body.value.trim()) {
    headers["Content-Type"] = "application/json";
    options.body = body.value;
  }
  return fetch(query.size ? `${address}?${query}` : address, options);
}

async function show(response, output) {
  const text = await response.text();
  let body = text;
  try {
    body = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Not JSON: shown as it is.
  }
  const wanted = ["etag", "link", "ratelimit", "retry-after", "x-event-position", "x-request-id"];
  const headers = wanted.filter((name) => response.headers.has(name)).map((name) => `${name}: ${response.headers.get(name)}`);
  output.textContent = [`${response.status} ${response.statusText}`, ...headers, "", body].join("\n");
}

function tryIt(path, method, inputs, body) {
  const output = make("pre", { hidden: true });
  const button = make("button", { type: "button", textContent: "Send" });
  button.addEventListener("click", async () => {
    button.disabled = true;
    output.hidden = false;
    try {
      await show(await request(path, method.toUpperCase(), inputs, body), output);
    } catch (error) {
      output.textContent = `No answer: ${error.message}`;
    }
    button.disabled = false;
  });
  return [make("h3", { textContent: "Try it" }), body, make("p", {}, button), output];
}

function inside(path, method, operation) {
  const inputs = [];
  const parameters = (operation.parameters ?? []).map((parameter) => parameterRow(parameter, inputs));
  const schema = operation.requestBody?.content["application/json"]?.schema;
  const body = schema ? make("textarea", { value: JSON.stringify(sample(schema), null, 2), spellcheck: false }) : null;
  body?.setAttribute("aria-label", "Body");
  return make("div", { className: "inside" },
    operation.description ? make("p", { textContent: operation.description }) : null,
    make("p", { className: "soft", textContent: whoMay(operation) }),
    ...(parameters.length ? [make("h3", { textContent: "Parameters" }), ...parameters] : []),
    ...(schema ? [make("h3", { textContent: "Body" }), fields(resolve(schema))] : []),
    make("h3", { textContent: "Answers" }), ...answers(operation.responses),
    ...tryIt(path, method, inputs, body),
  );
}

function pathNode(path) {
  const parts = path.split(/(\{\w+\})/).map((part) => (part.startsWith("{") ? make("i", { textContent: part }) : part));
  return make("span", { className: "path" }, ...parts);
}

function card(path, method, operation) {
  const gate = operation["x-gate"];
  const node = make("details", { className: "operation", id: operation.operationId },
    make("summary", {},
      make("span", { className: `verb ${method}`, textContent: method.toUpperCase() }),
      pathNode(path),
      make("span", { className: "summary", textContent: operation.summary ?? "" }),
      make("span", { className: "pill", textContent: gate }),
    ));
  node.dataset.text = `${method} ${path} ${operation.summary ?? ""} ${operation.description ?? ""}`.toLowerCase();
  node.addEventListener("toggle", () => {
    if (node.open && node.children.length === 1) node.append(inside(path, method, operation));
  });
  return node;
}

function draw() {
  const tags = new Map(api.tags.map((tag) => [tag.name, make("section", {}, make("h2", { id: `tag-${tag.name}`, textContent: tag.name }))]));
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) tags.get(operation.tags[0]).append(card(path, method, operation));
  }
  at("operations").replaceChildren(...tags.values());
  at("tags").replaceChildren(...[...tags].map(([name, section]) =>
    make("a", { href: `#tag-${name}` }, name, make("small", { textContent: section.children.length - 1 }))));
  at("version").textContent = api.info.version;
  at("about").textContent = api.info.description;
  document.title = `${api.info.title} API`;
}

function search() {
  const words = at("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  let any = false;
  for (const section of at("operations").children) {
    let here = false;
    for (const node of section.querySelectorAll(".operation")) {
      node.hidden = !words.every((word) => node.dataset.text.includes(word));
      here ||= !node.hidden;
    }
    section.hidden = !here;
    any ||= here;
  }
  at("nothing").hidden = any;
}

function openNamed() {
  const node = at(location.hash.slice(1));
  if (node?.classList.contains("operation")) {
    node.open = true;
    node.scrollIntoView();
  }
}

async function start() {
  try {
    api = await (await fetch("/api/v1/openapi.json")).json();
  } catch (error) {
    at("operations").textContent = `The document could not be read: ${error.message}`;
    return;
  }
  draw();
  openNamed();
  at("search").addEventListener("input", search);
  addEventListener("hashchange", openNamed);
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(event.target.tagName)) {
      event.preventDefault();
      at("search").focus();
    }
  });
}

start();
