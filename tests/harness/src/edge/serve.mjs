// Runs the built worker and page on the local Workers runtime until it is ended.
// One argument: the JSON of `Plan` in ../edge.rs.
import { createRequire } from "node:module";
import { join } from "node:path";

const plan = JSON.parse(process.argv[1]);
const require = createRequire(join(plan.tools, "_"));
const { Log, LogLevel, Miniflare } = require("miniflare");

// (module (func (export "trap") unreachable))
const TRAP = Buffer.from(
  "0061736d0100000001040160000003020100070801047472617000000a05010300000b",
  "hex",
);

const external = (port) => ({ external: { address: `127.0.0.1:${port}`, http: {} } });

const edge = {
  name: "tabcert",
  modulesRoot: plan.worker,
  modules: [
    ...(plan.traps
      ? [
          { type: "ESModule", path: join(plan.worker, "traps.mjs"), contents: plan.traps },
          { type: "CompiledWasm", path: join(plan.worker, "trap.wasm"), contents: TRAP },
        ]
      : []),
    { type: "ESModule", path: join(plan.worker, "index.js") },
    { type: "CompiledWasm", path: join(plan.worker, "index_bg.wasm") },
  ],
  compatibilityDate: plan.compatibility_date,
  compatibilityFlags: plan.compatibility_flags,
  bindings: plan.vars,
  kvNamespaces: plan.token_store ? [] : plan.kv_namespaces,
  wrappedBindings: plan.token_store
    ? Object.fromEntries(plan.kv_namespaces.map((name) => [name, "token-store"]))
    : {},
  assets: {
    directory: plan.page,
    binding: plan.assets_binding,
    // The worker sees every request first and asks for files through its binding.
    routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
    assetConfig: { not_found_handling: "none" },
  },
  serviceBindings: plan.check_via ? { CHECK_VIA: external(plan.check_via) } : {},
  ratelimits: Object.fromEntries(
    plan.rate_limiters.map(({ name, limit }) => [name, { simple: { limit, period: 60 } }]),
  ),
};

// What looks like Workers KV and asks a server that a test has under control.
const tokenStore = {
  name: "token-store",
  modules: true,
  script: `export default ({ SERVER }) => {
    async function ask(method, key, body, { expiration } = {}) {
      const end = expiration === undefined ? "" : "?expiration=" + expiration;
      const url = "http://store/" + encodeURIComponent(key) + end;
      const answer = await SERVER.fetch(url, { method, body });
      const text = await answer.text();
      if (method === "GET" && answer.status === 404) return null;
      if (!answer.ok) throw new Error(\`KV \${method} failed: \${answer.status} \${text}\`);
      return text;
    }
    return {
      get: (key) => ask("GET", key),
      put: (key, value, options) => ask("PUT", key, value, options),
      delete: (key) => ask("DELETE", key),
    };
  }`,
  serviceBindings: { SERVER: external(plan.token_store) },
};

const runtime = new Miniflare({
  host: "127.0.0.1",
  port: plan.port,
  workers: plan.token_store ? [edge, tokenStore] : [edge],
  kvPersist: plan.kv ?? false,
  cf: false,
  log: new Log(LogLevel.WARN),
  logRequests: false,
  telemetry: { enabled: false },
});

async function end() {
  await runtime.dispose();
  process.exit(0);
}
process.on("SIGINT", end);
process.on("SIGTERM", end);

await runtime.ready;
console.log("ready");
