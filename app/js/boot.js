// Loads the module and hands the page over to it. Says so where the module ends.
import init, { mount } from "tabcert-app/app.js";
import module from "tabcert-app/app_bg.wasm";

const byId = (id) => document.getElementById(id);

// A module that has trapped, as it does after a panic, is left in an undefined state. A stack that has
// overflown is told as a RangeError.
const isTrap = (error) => error instanceof WebAssembly.RuntimeError || error instanceof RangeError;

// Nothing on the screen works any more. What was typed outlives the reload in the history.
function stop(error) {
  if (!isTrap(error) || !byId("stopped").hidden) return;
  history.replaceState({ typed: byId("steps")?.dataset.typed }, "");
  byId("app").inert = true;
  byId("stopped").hidden = false;
  byId("reload").onclick = () => location.reload();
  byId("reload").focus();
}

addEventListener("error", ({ error }) => stop(error));
addEventListener("unhandledrejection", ({ reason }) => stop(reason));

const { typed } = history.state ?? {};
if (typed) {
  byId("names-input").value = typed;
  history.replaceState(null, "");
}

try {
  await init({ module_or_path: module });
  // A task of its own: compiling has taken long enough.
  await new Promise((next) => setTimeout(next));
  mount();
} catch (error) {
  byId("load-error").hidden = isTrap(error);
  throw error;
}
