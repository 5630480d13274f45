//! `cargo xtask run`: everything on this machine, until Ctrl-C.
//!
//! The edge serves the page and keeps KV on disk. The test CA validates http-01 at the edge itself:
//! its DNS answers 127.0.0.1 for every name, and it asks the edge's port in place of 80.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use tabcert_harness::{
    Challtestsrv, Edge, EdgeOptions, Pebble, PebbleOptions, PebblePackage, is_free, preferred_port,
};

mod log_follower;

use self::log_follower::LogFollower;
use crate::build::{self, Profile};
use crate::progress;
use crate::workspace::Workspace;

/// Where Pebble listens if it can: the port of its own documentation.
const CA_PORT: u16 = 14_000;

/// Where challtestsrv takes orders if it can: likewise.
const DNS_PORT: u16 = 8055;

/// What `--help` ends with.
const DNS_HELP: &str = r#"The test CA issues for any name, and asks a DNS of its own, which takes records like this:
  curl -d '{"host":"_acme-challenge.www.test.","value":"…"}' http://localhost:8055/set-txt
The edge serves http-01 challenges for names below .test and .example; the CA asks it for all names."#;

#[derive(clap::Args)]
#[command(after_help = DNS_HELP)]
pub(crate) struct Args {
    /// The page's port on localhost
    #[arg(short, long, default_value_t = 8787)]
    port: u16,

    /// Without the local test CA
    #[arg(long)]
    no_ca: bool,

    /// With what is deployed instead of what compiles quickly
    #[arg(short, long)]
    release: bool,

    /// With what is in dist/, without building
    #[arg(long, conflicts_with = "release")]
    no_build: bool,

    /// Open the page in the browser
    #[arg(short, long)]
    open: bool,

    /// Show what the edge and the test CA log; it is in .tabcert/log/ in any case
    #[arg(short, long)]
    verbose: bool,
}

/// The local test CA; its DNS ends after it.
struct TestCa {
    pebble: Pebble,
    dns: Challtestsrv,
}

pub(crate) fn command(workspace: &Workspace, args: &Args) -> Result<()> {
    let start = Instant::now();
    let port = args.port;
    if !is_free(port) {
        bail!("port {port} is taken by another program: choose one with --port");
    }
    if !args.no_build {
        build::all(
            workspace,
            if args.release {
                Profile::Release
            } else {
                Profile::Dev
            },
        )?;
    }

    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // The second time it ends this program at once; the servers then end by themselves.
        flag::register_conditional_default(signal, Arc::clone(&stop))?;
        flag::register(signal, Arc::clone(&stop))?;
    }
    let logs = workspace.state().join("log");
    fs::create_dir_all(&logs).with_context(|| format!("cannot make {}", logs.display()))?;
    let mut ca = if args.no_ca {
        None
    } else {
        start_ca(port, &logs)
    };
    let mut edge = progress::step("starting the edge", || {
        Ok(Edge::start(EdgeOptions {
            port: Some(port),
            kv: Some(workspace.state().join("kv")),
            vars: vars(ca.as_ref()),
            trusted_pem: ca
                .as_ref()
                .map_or_else(String::new, |ca| ca.pebble.ca_pem().to_owned()),
            // The local CA asks the edge for every name, so checks do too.
            check_via: Some(port),
            log: Some(logs.join("edge.log")),
            ..EdgeOptions::default()
        })?)
    })?;

    progress::note(&format!(
        "ready in {:.1} s; Ctrl-C ends it",
        start.elapsed().as_secs_f32()
    ));
    if let Some(ca) = &ca {
        let dns = ca.dns.management_url();
        progress::note(&format!(
            "the test CA's DNS takes records at {dns}/set-txt (see --help)"
        ));
    }
    println!("{}", edge.origin());
    if args.open {
        open(&edge.origin());
    }

    let mut followers: Vec<LogFollower> = if args.verbose {
        ["edge", "pebble"]
            .map(|name| LogFollower::new(name, &logs))
            .into()
    } else {
        Vec::new()
    };
    while !stop.load(Ordering::Relaxed) {
        let ended = edge.ended().or_else(|| ca.as_mut()?.pebble.ended());
        if let Some(error) = ended {
            return Err(error.into());
        }
        for follower in &mut followers {
            follower.show_new_lines();
        }
        thread::sleep(Duration::from_millis(100));
    }
    progress::note("ending");
    Ok(())
}

/// Starts the test CA; says why not when it cannot be had.
fn start_ca(edge_port: u16, logs: &Path) -> Option<TestCa> {
    let started = || -> Result<TestCa> {
        let package = if PebblePackage::is_cached() {
            PebblePackage::install()?
        } else {
            progress::step("getting the test CA", || Ok(PebblePackage::install()?))?
        };
        progress::step("starting the test CA", || {
            let log = logs.join("challtestsrv.log");
            let dns = Challtestsrv::start_at(&package, preferred_port(DNS_PORT)?, Some(log))?;
            let mut options = PebbleOptions::new(dns.dns_address(), edge_port);
            options.port = Some(preferred_port(CA_PORT)?);
            options.log = Some(logs.join("pebble.log"));
            Ok(TestCa {
                pebble: Pebble::start(&package, &options)?,
                dns,
            })
        })
    };
    match started() {
        Ok(ca) => Some(ca),
        Err(error) => {
            progress::note(&format!("without a test CA: {error:#}"));
            None
        }
    }
}

/// The worker's variables for a machine that nobody else can reach.
fn vars(ca: Option<&TestCa>) -> Map<String, Value> {
    let mut vars = Map::new();
    // Any account may have the edge answer for names that exist nowhere else (RFC 2606 §2).
    vars.insert(
        "TIES".to_owned(),
        json!({ "*.test": ["*"], "*.example": ["*"] }),
    );
    vars.insert("CHECK_NETWORK".to_owned(), json!("unresolved"));
    if let Some(ca) = ca {
        vars.insert("LOCAL_CA".to_owned(), json!(ca.pebble.directory_url()));
    }
    vars
}

fn open(url: &str) {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    if Command::new(opener).arg(url).spawn().is_err() {
        progress::note(&format!("cannot open a browser: {opener} is missing"));
    }
}
