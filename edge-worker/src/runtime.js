// The edge worker's entry, and what would take many calls between WebAssembly and JavaScript. What is
// answered, fetched and refused is decided in Rust.
//
// A WebAssembly instance that has trapped, as it does after a panic, is left in an undefined state: the
// requests that it was working on get a problem document, and the next one gets a new instance.
import { __wbg_reset_state as startInstance, begin, forget, settle } from "./index.js";

// Nothing that the edge does takes longer; who went away before is not always told.
const LONGEST_MS = 300_000;

// The requests in flight, by their numbers, oldest first.
const inFlight = new Map();
let lastNumber = 0;

let instance = 1;
let trapped = false;

export default {
  fetch(request, env) {
    if (trapped) renew();
    const started = Date.now();
    giveUpOldest(started);
    const number = (lastNumber = (lastNumber + 1) >>> 0);
    const call = { started, response: undefined, resolve: undefined };
    inFlight.set(number, call);
    enter(() => begin(number, request, request.method, request.url, env, started));
    if (call.response) return call.response;
    if (trapped) return problem(call);
    // A promise of its own, since the runtime ties responses to the request that made them.
    return new Promise((resolve) => {
      call.resolve = resolve;
    }).then((response) => response ?? problem(call));
  },
};

// The only way into WebAssembly: whatever is thrown there leaves it in an undefined state.
function enter(work) {
  try {
    work();
  } catch (error) {
    trapped = true;
    for (const call of inFlight.values()) call.resolve?.();
    inFlight.clear();
  }
}

function renew() {
  instance += 1;
  startInstance();
  trapped = false;
}

function giveUpOldest(now) {
  for (const [number, call] of inFlight) {
    if (now - call.started < LONGEST_MS) return;
    inFlight.delete(number);
    call.resolve?.();
    enter(() => forget(number));
  }
}

// As `EdgeError::Internal` is answered.
function problem({ started }) {
  console.error(JSON.stringify({ route: "trap", status: 500, ms: Date.now() - started }));
  const body = JSON.stringify({
    type: "urn:tabcert:edge:internal",
    title: "Internal error",
    status: 500,
    detail: "The edge failed before it was done. Try again; if it fails again, tell its operator.",
  });
  const headers = {
    "cache-control": "no-store",
    "content-security-policy":
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
    "content-type": "application/problem+json",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "tabcert-edge": "1",
    "x-content-type-options": "nosniff",
  };
  return new Response(body, { status: 500, headers });
}

// Settles a wait of Rust's when the promise is settled.
export function wait(promise, number) {
  const own = instance;
  const resume = (value, fulfilled) => {
    // The numbers of another instance mean something else.
    if (own === instance && !trapped) enter(() => settle(number, value, fulfilled));
  };
  promise.then(
    (value) => resume(value, true),
    (error) => resume(error, false),
  );
}

// The headers of each kind of answer, and the names of those that it passes on.
const kinds = [];

export function defineKind(kind, headers, passed) {
  kinds[kind] = { headers: new Headers(JSON.parse(headers)), passed: JSON.parse(passed) };
}

// Answers a request: with the headers of a kind, others in JSON, and those that the kind passes on.
export function respond(number, kind, status, extra, source, body, line, failed) {
  let { headers, passed } = kinds[kind];
  if (extra || source) headers = new Headers(headers);
  if (source) {
    for (const name of passed) {
      // Several values of one name arrive joined by commas (RFC 9110 §5.3).
      const value = source.get(name);
      if (value !== null) headers.set(name, value);
    }
  }
  if (extra) {
    for (const [name, value] of JSON.parse(extra)) headers.set(name, value);
  }
  const response = new Response(body, { status, headers });
  if (failed) console.error(line);
  else console.log(line);
  const call = inFlight.get(number);
  if (!call) return;
  inFlight.delete(number);
  call.response = response;
  call.resolve?.(response);
}

// Reads a body for a wait; see `read`.
export function readBody(message, limit, number) {
  wait(read(message, limit, false), number);
}

// Makes a request for a wait, to a service in place of the internet where there is one. Redirects are
// not followed.
export function exchange(service, url, method, headers, body, timeout, limit, wantStart, number) {
  const init = {
    method,
    headers: JSON.parse(headers),
    body,
    redirect: "manual",
    cache: "no-store",
    signal: AbortSignal.timeout(timeout),
  };
  wait(exchanged(service, url, init, limit, wantStart), number);
}

async function exchanged(service, url, init, limit, wantStart) {
  const response = await (service ? service.fetch(url, init) : fetch(url, init));
  const { status, headers } = response;
  const exchange = { status, headers, more: false };
  if (status >= 300 && status < 400) exchange.location = headers.get("location");
  // What the answer to a HEAD announces does not come (RFC 9110 §9.3.2).
  if (init.method === "HEAD") return exchange;
  try {
    const { bytes, more } = await read(response, limit, wantStart);
    exchange.bytes = bytes;
    exchange.more = more;
  } catch (failure) {
    exchange.failure = failure;
  }
  return exchange;
}

// Reads a body of at most `limit` bytes, and says whether there is more. Where only the start is
// wanted, that is given then.
async function read(message, limit, wantStart) {
  const length = announcedLength(message.headers);
  if (length <= limit) {
    const bytes = new Uint8Array(await message.arrayBuffer());
    return bytes.length <= limit ? { bytes, more: false } : { more: true };
  }
  // The stream is made when it is first asked for, which is dear.
  const { body } = message;
  if (!body) return { bytes: new Uint8Array(), more: false };
  if (length > limit && !wantStart) {
    stop(body);
    return { more: true };
  }
  const chunks = [];
  let room = limit;
  let more = false;
  const reader = body.getReader();
  while (!more) {
    const { done, value } = await reader.read();
    if (done) break;
    more = value.length > room;
    chunks.push(more ? value.subarray(0, room) : value);
    room -= Math.min(room, value.length);
  }
  // Whoever sends endlessly is not waited for.
  if (more) stop(reader);
  return { bytes: concatenated(chunks, limit - room), more };
}

// HTTP holds the sender to what it announces (RFC 9110 §8.6), except where the runtime unpacks the
// body.
function announcedLength(headers) {
  const length = headers.get("content-length");
  return /^\d+$/.test(length) && !headers.has("content-encoding") ? Number(length) : NaN;
}

function stop(stream) {
  stream.cancel().catch(() => {});
}

function concatenated(chunks, length) {
  if (chunks.length === 1) return chunks[0];
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
