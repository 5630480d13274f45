// The engine's thread: every message is a command of the page's.
import init, { Engine } from "tabcert-engine/engine.js";
import module from "tabcert-engine/engine_bg.wasm";

const engine = init({ module_or_path: module }).then(() => new Engine());

// Tells the page, as nothing but an uncaught error does.
engine.catch(reportError);
onunhandledrejection = ({ reason }) => reportError(reason);

onmessage = async ({ data }) => (await engine).receive(data);
