// The key worker: the first message is the page's compiled module, each later one a request.
import init, { key_worker } from "tabcert-app/app.js";

let ready;

onmessage = async ({ data }) => {
  try {
    if (ready) {
      await ready;
      postMessage(await key_worker(data));
    } else {
      ready = init({ module_or_path: data });
      await ready;
    }
  } catch (error) {
    // Tells the page, as nothing but an uncaught error does.
    reportError(error);
  }
};
