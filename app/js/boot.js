// Loads the module and hands the page over to it.
import init, { mount } from "tabcert-app/app.js";
import module from "tabcert-app/app_bg.wasm";

await init({ module_or_path: module });
mount();
