// Runs the built worker and page on the local Workers runtime until it is ended.
// One argument: the JSON of `Plan` in ../edge.rs.
import { createRequire } from "node:module";
import { join } from "node:path";

const plan = JSON.parse(process.argv[1]);
const require = createRequire(join(plan.tools, "_"));
const { Log, LogLevel, Miniflare } = require("miniflare");

const runtime = new Miniflare({
  name: "tabcert",
  host: "127.0.0.1",
  port: plan.port,
  modulesRoot: plan.worker,
  modules: [
    { type: "ESModule", path: join(plan.worker, "index.js") },
    { type: "CompiledWasm", path: join(plan.worker, "index_bg.wasm") },
  ],
  compatibilityDate: plan.compatibility_date,
  compatibilityFlags: plan.compatibility_flags,
  bindings: plan.vars,
  kvNamespaces: plan.kv_namespaces,
  kvPersist: plan.kv ?? false,
  assets: {
    directory: plan.page,
    binding: plan.assets_binding,
    // The worker sees every request first and asks for files through its binding.
    routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
    assetConfig: { not_found_handling: "none" },
  },
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
