// The three measured routes as one writes them in JavaScript: the refusals, headers and log lines of
// the edge worker, and nothing else that it does.
const COMMON = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "content-security-policy":
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
  "cache-control": "no-store",
};
const CHALLENGE = "/.well-known/acme-challenge/";
const STATELESS = "/api/v1/r/";
const PROXY = "/api/v1/proxy/";
const TOKEN = /^[A-Za-z0-9_-]{22,256}$/;
const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/;
const HOST = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const MAX_REQUEST = 64 * 1024;
const MAX_RESPONSE = 1024 * 1024;
const PASSED = ["link", "location", "replay-nonce", "retry-after"];
const BASE64URL = /^[A-Za-z0-9_-]*$/;
const MEDIA_TYPES = new Set([
  "application/jose+json",
  "application/json",
  "application/pem-certificate-chain",
  "application/pkcs7-mime",
  "application/pkix-cert",
  "application/problem+json",
]);

function respond(body, status, headers) {
  return new Response(body, { status, headers: { ...COMMON, ...headers } });
}

function text(body) {
  return respond(body, 200, { "content-type": "application/octet-stream" });
}

async function challenge(request, env, url) {
  const token = url.pathname.slice(CHALLENGE.length);
  const host = url.hostname.toLowerCase();
  if (!TOKEN.test(token) || !HOST.test(host)) return respond(null, 404);
  const value = await env.TOKENS.get(`h/${host}/${token}`);
  return value === null ? respond(null, 404) : text(value);
}

function stateless(url) {
  const [thumbprint, token, ...more] = url.pathname.slice(STATELESS.length).split("/");
  if (more.length || !THUMBPRINT.test(thumbprint) || !TOKEN.test(token ?? "")) {
    return respond(null, 404);
  }
  return text(`${token}.${thumbprint}`);
}

// Counts what comes, whatever is announced; one byte more than is expected tells the end.
async function readCapped(message, limit) {
  const { body } = message;
  if (!body) return new Uint8Array();
  const announced = Number(message.headers.get("content-length") ?? NaN);
  if (announced > limit) {
    body.cancel().catch(() => {});
    return null;
  }
  const reader = body.getReader({ mode: "byob" });
  const pieces = [];
  let length = 0;
  let expected = announced >= 0 ? announced : 4096;
  while (length <= limit) {
    const size = Math.min(expected, limit - length) + 1;
    const { value } = await reader.readAtLeast(size, new Uint8Array(size));
    pieces.push(value);
    length += value.length;
    if (value.length < size) return pieces.length === 1 ? value : joined(pieces, length);
    expected = 65536;
  }
  reader.cancel().catch(() => {});
  return null;
}

function joined(pieces, length) {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}

function isJws(body) {
  let jws;
  try {
    jws = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return false;
  }
  return (
    jws !== null &&
    typeof jws === "object" &&
    Object.keys(jws).length === 3 &&
    ["protected", "payload", "signature"].every(
      (name) => typeof jws[name] === "string" && BASE64URL.test(jws[name]),
    ) &&
    jws.protected !== "" &&
    jws.signature !== ""
  );
}

function mediaType(value) {
  const known =
    value !== null &&
    !value.includes(",") &&
    MEDIA_TYPES.has(value.split(";", 1)[0].trim().toLowerCase());
  return known ? value : "application/octet-stream";
}

// A read is sent once more where the connection turned out closed.
async function send(target, init) {
  try {
    return await fetch(target, init);
  } catch (error) {
    const again = init.method !== "POST" && error.message === "Network connection lost.";
    if (!again) throw error;
    return fetch(target, init);
  }
}

async function proxy(request, env, url) {
  if ((request.headers.get("sec-fetch-dest") ?? "empty") !== "empty") return respond(null, 403);
  if (request.headers.get("sec-fetch-mode") === "navigate") return respond(null, 403);
  const target = new URL(`https://${url.pathname.slice(PROXY.length)}${url.search}`);
  if (!JSON.parse(env.CA_HOSTS).includes(target.host)) return respond(null, 403);
  let body;
  if (request.method === "POST") {
    if (request.headers.get("content-type") !== "application/jose+json") return respond(null, 415);
    body = await readCapped(request, MAX_REQUEST);
    if (!body) return respond(null, 413);
    if (!isJws(body)) return respond(null, 400);
  } else if (request.method !== "GET" && request.method !== "HEAD") {
    return respond(null, 405);
  }
  const answer = await send(target, {
    method: request.method,
    headers: {
      "user-agent": "tabcert/0.1.0",
      ...(body && { "content-type": "application/jose+json" }),
    },
    body,
    redirect: "manual",
    cache: "no-store",
    signal: AbortSignal.timeout(30_000),
  });
  if (answer.status >= 300 && answer.status < 400) return respond(null, 502);
  const headers = {
    "content-type": mediaType(answer.headers.get("content-type")),
    "tabcert-relay": "1",
  };
  for (const name of PASSED) {
    const value = answer.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  const answered = await readCapped(answer, MAX_RESPONSE);
  return answered ? respond(answered, answer.status, headers) : respond(null, 502);
}

async function route(request, env, url) {
  if (url.pathname.startsWith(PROXY)) {
    const origin = request.headers.get("origin");
    if (origin !== null && origin !== url.origin) return respond(null, 403);
    return proxy(request, env, url);
  }
  if (request.method !== "GET" && request.method !== "HEAD") return respond(null, 405);
  if (url.pathname.startsWith(CHALLENGE)) return challenge(request, env, url);
  if (url.pathname.startsWith(STATELESS)) return stateless(url);
  return respond(null, 404);
}

export default {
  async fetch(request, env) {
    const started = Date.now();
    const url = new URL(request.url);
    const response = await route(request, env, url);
    console.log(
      JSON.stringify({ method: request.method, status: response.status, ms: Date.now() - started }),
    );
    return response;
  },
};
