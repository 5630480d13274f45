// Makes the worker's WebAssembly trap where a request asks for it: header `X-Trap: 3` is for the third
// call that the module makes into JavaScript. What a panic does to the module, this does.
import trapModule from "./trap.wasm";

const { Instance } = WebAssembly;
// One that is thrown by JavaScript would not do: WebAssembly can catch it.
const { trap } = new Instance(trapModule).exports;
let callsLeft = 0;

function trapping(original) {
  if (typeof original !== "function") return original;
  return (...values) => {
    if (callsLeft > 0 && --callsLeft === 0) trap();
    return original(...values);
  };
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

WebAssembly.Instance = function (module, imports) {
  return new Instance(module, mapValues(imports, (group) => mapValues(group, trapping)));
};

const { default: worker } = await import("./index.js");

export default {
  fetch(request, env, context) {
    callsLeft = Number(request.headers.get("x-trap") ?? 0);
    return worker.fetch(request, env, context);
  },
};
