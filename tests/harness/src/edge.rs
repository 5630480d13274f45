//! The built edge worker, with the built page, on the local Workers runtime.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tempfile::TempDir;

use crate::folders::{repository, temporary_folder};
use crate::memory::MemoryWatch;
use crate::ports::{free_port, is_free};
use crate::server::Server;
use crate::{Error, Result};

const SCRIPT: &str = include_str!("edge/serve.mjs");
const TRAPS: &str = include_str!("edge/traps.mjs");

/// How to start an [`Edge`]. The default is what most suites want.
#[derive(Debug, Default)]
pub struct EdgeOptions {
    /// Where to listen on 127.0.0.1; a free port if none is given.
    pub port: Option<u16>,
    /// The page to serve; `dist/page` if none is given.
    pub page: Option<PathBuf>,
    /// Where KV is kept from one start to the next; in memory if nowhere.
    pub kv: Option<PathBuf>,
    /// The worker's variables, in addition to and before those of `wrangler.toml`.
    pub vars: Map<String, Value>,
    /// PEM of the certificates that the worker trusts in addition to the public CAs, as
    /// [`TestCertificate::ca_pem`](crate::TestCertificate::ca_pem) gives it.
    pub trusted_pem: String,
    /// The port on 127.0.0.1 that checks of challenges ask in place of the internet, whatever host
    /// they name.
    pub check_via: Option<u16>,
    /// The port on 127.0.0.1 of a server that keeps the tokens in place of Workers KV: GET, PUT and
    /// DELETE of `/<key>`, where any status but 200 (and 404 for GET) is a failure of KV. A PUT says in
    /// the query when its value ends: `expiration=<seconds since 1970>`.
    pub token_store: Option<u16>,
    /// Lets requests make the worker trap with the header `X-Trap`; see `edge/traps.mjs`.
    pub traps: bool,
    /// How many requests a client may make in a minute, for each limiter of `wrangler.toml`; without,
    /// there is no limiter.
    pub rate_limit: Option<u32>,
    /// Where the log is kept; with the server's other files, until it ends, if nowhere.
    pub log: Option<PathBuf>,
}

/// A running edge; dropping it ends it.
#[derive(Debug)]
pub struct Edge {
    port: u16,
    server: Server,
    _folder: TempDir,
}

/// What `serve.mjs` is told.
#[derive(Serialize)]
struct Plan<'a> {
    tools: PathBuf,
    worker: PathBuf,
    page: PathBuf,
    port: u16,
    kv: Option<&'a Path>,
    vars: Map<String, Value>,
    compatibility_date: String,
    compatibility_flags: Vec<String>,
    kv_namespaces: Vec<String>,
    assets_binding: String,
    check_via: Option<u16>,
    token_store: Option<u16>,
    traps: Option<&'static str>,
    rate_limiters: Vec<RateLimiter>,
}

#[derive(Serialize)]
struct RateLimiter {
    name: String,
    limit: u32,
}

/// What `wrangler.toml` says that matters locally.
#[derive(Deserialize)]
struct WorkerConfiguration {
    compatibility_date: String,
    #[serde(default)]
    compatibility_flags: Vec<String>,
    #[serde(default)]
    kv_namespaces: Vec<Binding>,
    #[serde(default)]
    ratelimits: Vec<NamedBinding>,
    assets: Binding,
    #[serde(default)]
    vars: Map<String, Value>,
}

#[derive(Deserialize)]
struct Binding {
    binding: String,
}

#[derive(Deserialize)]
struct NamedBinding {
    name: String,
}

impl Edge {
    /// Starts the runtime on `dist/worker` and `dist/page` and waits until it answers.
    ///
    /// # Errors
    /// When they are not built, when the port is taken, or when the runtime does not start; its log
    /// is then part of the error.
    pub fn start(options: EdgeOptions) -> Result<Self> {
        let port = match options.port {
            Some(port) if is_free(port) => port,
            Some(port) => return Err(Error::PortTaken { port }),
            None => free_port()?,
        };
        let configuration = WorkerConfiguration::read()?;
        let mut vars = configuration.vars;
        vars.extend(options.vars);
        let plan = Plan {
            tools: built("xtask/npm/node_modules")?,
            worker: built("dist/worker")?,
            page: match options.page {
                Some(page) => page,
                None => built("dist/page")?,
            },
            port,
            kv: options.kv.as_deref(),
            vars,
            compatibility_date: configuration.compatibility_date,
            compatibility_flags: configuration.compatibility_flags,
            kv_namespaces: configuration
                .kv_namespaces
                .into_iter()
                .map(|kv| kv.binding)
                .collect(),
            assets_binding: configuration.assets.binding,
            check_via: options.check_via,
            token_store: options.token_store,
            traps: options.traps.then_some(TRAPS),
            rate_limiters: options.rate_limit.map_or_else(Vec::new, |limit| {
                let names = configuration.ratelimits.into_iter().map(|own| own.name);
                names.map(|name| RateLimiter { name, limit }).collect()
            }),
        };
        let plan = serde_json::to_string(&plan).expect("a plan has string keys only");

        let folder = temporary_folder()?;
        let trusted = folder.path().join("trusted.pem");
        fs::write(&trusted, options.trusted_pem).map_err(|source| Error::File {
            path: trusted.clone(),
            source,
        })?;

        let mut node = Command::new("node");
        node.args(["--input-type=module", "--eval", SCRIPT, "--", &plan])
            .env("NODE_EXTRA_CA_CERTS", &trusted);
        let log = options.log.unwrap_or_else(|| folder.path().join("log"));
        let mut server = Server::start("the Workers runtime", &node, &log)?;
        server.wait_until(Duration::from_secs(60), |server| server.has_logged("ready"))?;
        Ok(Self {
            port,
            server,
            _folder: folder,
        })
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The page's address, `http://localhost:PORT`: an origin that browsers treat as secure.
    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// What the worker wrote to its console.
    ///
    /// # Errors
    /// When the file was removed.
    pub fn log(&self) -> Result<String> {
        self.server.read_log()
    }

    /// Looks at the memory of the runtime, in which the worker is, from now on.
    ///
    /// # Errors
    /// When the runtime has ended.
    pub fn watch_memory(&self) -> Result<MemoryWatch> {
        self.server.watch_memory("workerd")
    }

    /// Why it ended, if it has.
    pub fn ended(&mut self) -> Option<Error> {
        self.server.ended()
    }
}

impl WorkerConfiguration {
    fn read() -> Result<Self> {
        let path = repository().join("edge-worker/wrangler.toml");
        let text = fs::read_to_string(&path).map_err(|source| Error::File {
            path: path.clone(),
            source,
        })?;
        toml::from_str(&text).map_err(|source| Error::WorkerConfiguration { path, source })
    }
}

fn built(path: &str) -> Result<PathBuf> {
    let path = repository().join(path);
    if path.exists() {
        Ok(path)
    } else {
        Err(Error::NotBuilt { path })
    }
}
