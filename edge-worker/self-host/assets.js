// The page's files for plain workerd, which serves a folder as it is: no types, no index, no packing.
const TYPES = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  wasm: "application/wasm",
  webmanifest: "application/manifest+json",
  woff2: "font/woff2",
};
const PACKED = new Set(["png", "woff2"]);

function coding(request, extension) {
  if (PACKED.has(extension)) return undefined;
  const accepted = (request.headers.get("accept-encoding") ?? "")
    .split(",")
    .map((item) => item.trim().toLowerCase());
  // With a weight of zero or not: browsers send neither, and the rest get the plain file.
  return ["br", "gzip"].find((name) => accepted.includes(name));
}

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const path = url.pathname === "/" ? "/index.html" : url.pathname;
    const extension = path.slice(path.lastIndexOf(".") + 1);
    const type = TYPES[extension];
    // A folder has no type, and its list of files is nobody's business.
    if (type === undefined) return new Response(null, { status: 404 });
    const file = await env.PAGE.fetch(`http://page${path}`, { method: request.method });
    if (file.status !== 200) return new Response(null, { status: 404 });
    const headers = new Headers({ "content-type": type, vary: "accept-encoding" });
    const encoding = coding(request, extension);
    // The runtime packs a body whose headers say that it is packed.
    if (encoding !== undefined) headers.set("content-encoding", encoding);
    return new Response(file.body, { headers });
  },
};
