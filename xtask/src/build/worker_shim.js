// The edge worker's entry module. A WebAssembly instance that has trapped, as it does after a panic,
// is left in an undefined state: the requests that it was working on get a problem document, and the
// next one gets a new instance.
import * as worker from "./index.js";

const state = worker.__worker_init_state();

// How to give up each request in flight: nothing will ever answer those of an instance that traps.
// Each has a promise of its own, since the runtime ties promises to the request that made them.
const inFlight = new Set();

function noteTrap(error) {
  if (!(error instanceof WebAssembly.RuntimeError)) return;
  state.criticalError = true;
  for (const giveUp of inFlight) giveUp(error);
}

// Most traps happen where no caller notices: futures run as microtasks, which the runtime says
// nothing about when they fail, and in callbacks of promises.
const queue = globalThis.queueMicrotask;
globalThis.queueMicrotask = (task) =>
  queue(() => {
    try {
      task();
    } catch (error) {
      noteTrap(error);
      throw error;
    }
  });
addEventListener("unhandledrejection", (event) => noteTrap(event.reason));

function renew() {
  worker.__wbg_reset_state();
  state.criticalError = false;
  state.instanceId += 1;
}

// As `EdgeError::Internal` is answered.
function problem() {
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

export default {
  async fetch(request, env, context) {
    if (state.criticalError) renew();
    const started = Date.now();
    const { promise: trapped, reject: giveUp } = Promise.withResolvers();
    inFlight.add(giveUp);
    try {
      return await Promise.race([worker.fetch(request, env, context), trapped]);
    } catch (error) {
      noteTrap(error);
      const ms = Date.now() - started;
      console.error(JSON.stringify({ route: "trap", status: 500, ms }));
      return problem();
    } finally {
      inFlight.delete(giveUp);
    }
  },
};
