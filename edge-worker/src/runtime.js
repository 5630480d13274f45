// The edge worker's entry, and what would take many calls between WebAssembly and JavaScript. What is
// answered, fetched and refused is decided in Rust.
//
// A WebAssembly instance that has trapped, as it does after a panic, is left in an undefined state: the
// requests that it was working on get a problem document, and the next one gets a new instance.
import { __wbg_reset_state as startInstance, begin, forget, settle } from "./index.js";

// Nothing that the edge does takes longer; who went away before is not always told.
const LONGEST_MS = 300_000;

// How much of a body of unknown length is asked for first, and then each time, in bytes.
const FIRST_PIECE = 4 * 1024;
const NEXT_PIECE = 64 * 1024;

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

// The headers of each kind of answer, the names of those that it passes on, and the media types that it
// passes on, where others are not.
const kinds = [];

export function defineKind(kind, headers, passed, types) {
  kinds[kind] = {
    headers: new Headers(JSON.parse(headers)),
    passed: JSON.parse(passed),
    types: types && new Set(JSON.parse(types)),
  };
}

// With several values, browsers go by the last (Fetch standard, "extract a MIME type"): such a type is
// none that is listed.
function isListed(types, value) {
  if (types.has(value)) return true;
  return !value.includes(",") && types.has(value.split(";", 1)[0].trim().toLowerCase());
}

// Answers a request: with the headers of a kind, others in JSON, and those that the kind passes on.
export function respond(number, kind, status, extra, source, body, line, failed) {
  let { headers, passed, types } = kinds[kind];
  if (extra || source) headers = new Headers(headers);
  if (source) {
    for (const name of passed) {
      // Several values of one name arrive joined by commas (RFC 9110 §5.3).
      const value = source.get(name);
      if (value === null) continue;
      if (types && name === "content-type" && !isListed(types, value)) continue;
      headers.set(name, value);
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

// In the order of `Header`.
const HEADERS = ["origin", "content-type", "sec-fetch-dest", "sec-fetch-mode", "cf-connecting-ip"];

export function header(request, index) {
  return request.headers.get(HEADERS[index]) ?? undefined;
}

// Reads a body for a wait; see `read`.
export function readBody(message, limit, number) {
  wait(read(message, limit, false), number);
}

// The methods and headers of requests to other servers.
const outbounds = [];

export function defineOutbound(number, method, headers) {
  outbounds[number] = { method, headers: JSON.parse(headers) };
}

// Makes a request for a wait, to a service in place of the internet where there is one. Redirects are
// not followed.
export function exchange(service, url, outbound, body, timeout, limit, wantStart, number) {
  const { method, headers } = outbounds[outbound];
  const init = {
    method,
    headers,
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
//
// What comes is counted, whatever is announced: next to `Transfer-Encoding` a `Content-Length` means
// nothing (RFC 9112 §6.3) and is shown here all the same, and a body that the runtime unpacks is
// larger than it was. `arrayBuffer()` would hold all of it before its length is known. An announcement
// is good for refusing early, and for asking for as much as will come.
async function read(message, limit, wantStart) {
  const { body } = message;
  if (!body) return { bytes: new Uint8Array(), more: false };
  const announced = announcedLength(message.headers);
  if (announced > limit && !wantStart) {
    stop(body);
    return { more: true };
  }
  const reader = body.getReader({ mode: "byob" });
  const pieces = [];
  let length = 0;
  let expected = announced <= limit ? announced : FIRST_PIECE;
  while (length <= limit) {
    // One byte more than is expected, or than fits: a piece that stays short of it was the last.
    const size = Math.min(expected, limit - length) + 1;
    const { value } = await reader.readAtLeast(size, new Uint8Array(size));
    pieces.push(value);
    length += value.length;
    if (value.length < size) return { bytes: concatenated(pieces, length), more: false };
    expected = NEXT_PIECE;
  }
  // Whoever sends endlessly is not waited for.
  stop(reader);
  return wantStart
    ? { bytes: concatenated(pieces, length).subarray(0, limit), more: true }
    : { more: true };
}

// The length that the headers announce; `NaN` where they announce none.
function announcedLength(headers) {
  const length = headers.get("content-length");
  return /^\d+$/.test(length) ? Number(length) : NaN;
}

function stop(stream) {
  stream.cancel().catch(() => {});
}

function concatenated(pieces, length) {
  if (pieces.length === 1) return pieces[0];
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}
