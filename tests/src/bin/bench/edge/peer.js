// The three measured routes as one writes them in JavaScript: the refusals, headers and log lines of
// the edge worker, and nothing else that it does.
const COMMON = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
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
const PASSED = ["content-type", "link", "location", "replay-nonce", "retry-after"];

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

async function readCapped(message, limit) {
  if (Number(message.headers.get("content-length") ?? 0) > limit) return null;
  const body = new Uint8Array(await message.arrayBuffer());
  return body.length > limit ? null : body;
}

async function proxy(request, env, url) {
  const target = new URL(`https://${url.pathname.slice(PROXY.length)}${url.search}`);
  if (!JSON.parse(env.CA_HOSTS).includes(target.host)) return respond(null, 403);
  let body;
  if (request.method === "POST") {
    if (request.headers.get("content-type") !== "application/jose+json") return respond(null, 415);
    body = await readCapped(request, MAX_REQUEST);
    if (!body) return respond(null, 413);
  } else if (request.method !== "GET" && request.method !== "HEAD") {
    return respond(null, 405);
  }
  const answer = await fetch(target, {
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
  const headers = {};
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
