// Loads the module and hands the page over to it.
import init, { mount } from "tabcert-app/app.js";
import module from "tabcert-app/app_bg.wasm";

try {
  await init({ module_or_path: module });
  // A task of its own: compiling has taken long enough.
  await new Promise((next) => setTimeout(next));
  mount();
} catch (error) {
  document.getElementById("load-error").hidden = false;
  throw error;
}
