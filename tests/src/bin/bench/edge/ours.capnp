# One worker alone, to see how soon it answers.
using Workerd = import "/workerd/workerd.capnp";
using Workers = import "workers.capnp";

const config :Workerd.Config = (
  services = [
    (name = "ours", worker = Workers.ours),
    (name = "kv", worker = Workers.kv),
    (name = "internet", network = Workers.internet),
  ],
  sockets = [(name = "ours", address = "127.0.0.1:0", http = (), service = "ours")],
);
