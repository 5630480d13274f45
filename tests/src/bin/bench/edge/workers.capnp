# Two workers that do the same. The Rust program beside this file puts everything that is embedded
# next to copies of these files.
@0xb3f1c64d2a7e9851;

using Workerd = import "/workerd/workerd.capnp";

const ours :Workerd.Worker = (
  modules = [
    (name = "index.js", esModule = embed "ours/index.js"),
    (name = "index_bg.wasm", wasm = embed "ours/index_bg.wasm"),
  ],
  bindings = .bindings,
  compatibilityDate = "2026-04-01",
);

const theirs :Workerd.Worker = (
  modules = [(name = "peer.js", esModule = embed "peer.js")],
  bindings = .bindings,
  compatibilityDate = "2026-04-01",
);

const bindings :List(Workerd.Worker.Binding) = [
  (name = "TOKENS", kvNamespace = "kv"),
  (name = "TIES", fromEnvironment = "TIES"),
  (name = "CA_HOSTS", fromEnvironment = "CA_HOSTS"),
];

const kv :Workerd.Worker = (
  modules = [(name = "kv.js", esModule = embed "kv.js")],
  compatibilityDate = "2026-04-01",
);

const internet :Workerd.Network = (
  allow = ["public", "private"],
  tlsOptions = (trustBrowserCas = false, trustedCertificates = [embed "upstream-ca.pem"]),
);
