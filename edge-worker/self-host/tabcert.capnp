# Tabcert on a machine of your own, on plain workerd (https://github.com/cloudflare/workerd):
#
#     cargo xtask build
#     mkdir -p tokens
#     EDGE_ORIGIN=https://edge.example.org \
#         workerd serve --experimental edge-worker/self-host/tabcert.capnp
#
# from the repository's folder. `--experimental` is for the storage on disk. Elsewhere, name the two
# folders: --directory-path=page=/srv/tabcert/page --directory-path=tokens=/var/lib/tabcert
#
# Put a server before it that speaks https, keeps `Host`, and sets `X-Forwarded-Proto`. To answer
# http-01, port 80 of your hosts must lead here too, for /.well-known/acme-challenge/.

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "edge", worker = .edge),
    (name = "assets", worker = .assets),
    (name = "kv", worker = .kv),
    # Both relative to the folder that workerd is started in.
    (name = "page", disk = (path = "dist/page")),
    (name = "tokens", disk = (path = "tokens", writable = true)),
    # Neither CAs nor the resolver are in a private network. If yours is, add "private".
    (name = "internet", network = (
      allow = ["public"],
      tlsOptions = (trustBrowserCas = true),
    )),
  ],
  sockets = [(
    name = "http",
    address = "127.0.0.1:8080",
    http = (forwardedProtoHeader = "X-Forwarded-Proto"),
    service = "edge",
  )],
);

const edge :Workerd.Worker = (
  modules = [
    (name = "index.js", esModule = embed "../../dist/worker/index.js"),
    (name = "index_bg.wasm", wasm = embed "../../dist/worker/index_bg.wasm"),
  ],
  compatibilityDate = "2026-04-01",
  bindings = [
    (name = "TOKENS", kvNamespace = "kv"),
    (name = "ASSETS", service = "assets"),
    # The environment; edge-worker/wrangler.toml says what each is for. EDGE_ORIGIN has to be set:
    # without it any `Host` would do for a signed request.
    (name = "EDGE_ORIGIN", fromEnvironment = "EDGE_ORIGIN"),
    (name = "TIES", fromEnvironment = "TIES"),
    (name = "CA_HOSTS", fromEnvironment = "CA_HOSTS"),
    (name = "LOCAL_CA", fromEnvironment = "LOCAL_CA"),
    (name = "PAGE_ORIGINS", fromEnvironment = "PAGE_ORIGINS"),
    (name = "DOH_URL", fromEnvironment = "DOH_URL"),
    (name = "TOKEN_TTL_SECONDS", fromEnvironment = "TOKEN_TTL_SECONDS"),
  ],
);

# The page's files, with the types that a bare folder does not have.
const assets :Workerd.Worker = (
  modules = [(name = "assets.js", esModule = embed "assets.js")],
  compatibilityDate = "2026-04-01",
  bindings = [(name = "PAGE", service = "page")],
);

# What Workers KV is on Cloudflare: one object with a table, in a file below the folder of tokens.
const kv :Workerd.Worker = (
  modules = [(name = "kv.js", esModule = embed "kv.js")],
  compatibilityDate = "2026-04-01",
  durableObjectNamespaces = [(className = "Store", uniqueKey = "tabcert-tokens", enableSql = true)],
  durableObjectStorage = (localDisk = "tokens"),
  bindings = [(name = "STORE", durableObjectNamespace = "Store")],
);
