// The edge worker's entry module. A WebAssembly instance that has trapped is left in an undefined
// state, so the next request gets a new one.
import * as worker from "./index.js";

const state = worker.__worker_init_state();

function noteTrap(error) {
  if (error instanceof WebAssembly.RuntimeError) state.criticalError = true;
}

addEventListener("error", (event) => noteTrap(event.error));

export default {
  async fetch(request, env, context) {
    if (state.criticalError) {
      worker.__wbg_reset_state();
      state.criticalError = false;
      state.instanceId += 1;
    }
    try {
      return await worker.fetch(request, env, context);
    } catch (error) {
      noteTrap(error);
      throw error;
    }
  },
};
