//! The edge worker against the same in JavaScript, on one bare workerd: answers per second, latency,
//! the time from nothing to the first answer, and the size.
//!
//! Both sides have one store and one CA, run in one process, and are asked in turn; see
//! `edge/peer.js` for the other side. The store is in memory and nothing lies before the workers, so
//! that a difference between them is not diluted.

mod load;
mod upstream;

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;
use tabcert_harness::{Workerd, WorkerdOptions};
use tabcert_tests::edge_support::{Signer, Write};
use tempfile::TempDir;

use crate::figure::{Figure, Unit, median};
use crate::{repository, sizes};

use self::load::{Connection, Round};
use self::upstream::Upstream;

/// Short and many: both rounds of a pair then meet the same machine.
const ROUND: Duration = Duration::from_millis(500);
const ROUNDS_PER_RUN: usize = 2;
const WARM_UP: Duration = Duration::from_millis(1500);

const HOST: &str = "www.tied.example";
const TOKEN: &str = "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0";

/// The sides, by the names of their sockets.
const SIDES: [&str; 2] = ["ours", "theirs"];

/// What the runtime reads.
const SOURCES: [(&str, &str); 6] = [
    ("contest.capnp", include_str!("edge/contest.capnp")),
    ("kv.js", include_str!("edge/kv.js")),
    ("ours.capnp", include_str!("edge/ours.capnp")),
    ("peer.js", include_str!("edge/peer.js")),
    ("theirs.capnp", include_str!("edge/theirs.capnp")),
    ("workers.capnp", include_str!("edge/workers.capnp")),
];

/// A request, and what both sides must answer.
struct Task {
    key: &'static str,
    request: Vec<u8>,
    status: u16,
    body: String,
}

/// Measures all of it.
pub(crate) fn measure(runs: usize) -> Result<Vec<Figure>> {
    let upstream = Upstream::start()?;
    let owner = Signer::p256();
    let folder = lay_out(&upstream)?;
    let ties = json!({ HOST: [owner.thumbprint()] }).to_string();
    let ca_hosts = json!([upstream.authority]).to_string();
    let configuration = folder.path().join("contest.capnp");
    let options = WorkerdOptions {
        configuration: &configuration,
        experimental: false,
        sockets: &SIDES,
        folders: &[],
        environment: &[("TIES", &ties), ("CA_HOSTS", &ca_hosts)],
    };
    let mut figures = vec![sizes::measure_edge()?];
    {
        let workerd = Workerd::start(options)?;
        store_token(&workerd, &owner)?;
        for task in tasks(&owner, &upstream) {
            figures.extend(contest(&workerd, &task, runs)?);
        }
    }
    figures.push(cold_start(options, folder.path(), runs)?);
    Ok(figures)
}

fn tasks(owner: &Signer, upstream: &Upstream) -> Vec<Task> {
    let thumbprint = owner.thumbprint();
    let key_authorization = format!("{TOKEN}.{thumbprint}");
    let signed = format!(
        r#"{{"protected":"{0}","payload":"{0}{0}","signature":"{0}"}}"#,
        "x".repeat(120)
    );
    vec![
        Task {
            key: "edge_token_read",
            request: get(HOST, &format!("/.well-known/acme-challenge/{TOKEN}")),
            status: 200,
            body: key_authorization.clone(),
        },
        Task {
            key: "edge_stateless",
            request: get("edge.example", &format!("/api/v1/r/{thumbprint}/{TOKEN}")),
            status: 200,
            body: key_authorization,
        },
        Task {
            key: "edge_proxy",
            request: format!(
                "POST /api/v1/proxy/{}/new-order HTTP/1.1\r\nHost: edge.example\r\n\
                 Content-Type: application/jose+json\r\nContent-Length: {}\r\n\r\n{signed}",
                upstream.authority,
                signed.len()
            )
            .into_bytes(),
            status: 201,
            body: upstream::BODY.to_owned(),
        },
    ]
}

fn get(host: &str, target: &str) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n")
        .into_bytes()
}

/// Puts everything that the configuration embeds beside it.
fn lay_out(upstream: &Upstream) -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text);
    for (name, text) in SOURCES {
        write(name, text)?;
    }
    write("upstream-ca.pem", &upstream.ca_pem)?;
    let built = repository()?.join("dist/worker");
    let ours = folder.path().join("ours");
    fs::create_dir(&ours)?;
    for name in ["index.js", "index_bg.wasm"] {
        fs::copy(built.join(name), ours.join(name)).context("is the worker built?")?;
    }
    Ok(folder)
}

/// Stores the token as the page does: by our side, which is the one that takes writes.
fn store_token(workerd: &Workerd, owner: &Signer) -> Result<()> {
    let port = port(workerd, "ours")?;
    let host = format!("localhost:{port}");
    let answer = Write::new("PUT", &host, owner, HOST, TOKEN)
        .request()
        .send(port)?;
    if answer.status != 204 {
        bail!("the token was not stored: {}", answer.text());
    }
    Ok(())
}

fn port(workerd: &Workerd, side: &str) -> Result<u16> {
    let index = SIDES.iter().position(|&name| name == side);
    let port = index.and_then(|index| workerd.ports().get(index));
    port.copied().context("every side has a port")
}

/// Asks both sides in turn.
fn contest(workerd: &Workerd, task: &Task, runs: usize) -> Result<Vec<Figure>> {
    let [ours, theirs] = [port(workerd, "ours")?, port(workerd, "theirs")?];
    let round = |port, length| load::run(port, &task.request, task.status, &task.body, length);
    let mut rounds: [Vec<Round>; 2] = Default::default();
    for port in [ours, theirs] {
        round(port, WARM_UP).with_context(|| format!("{}: the first round", task.key))?;
    }
    for _ in 0..runs * ROUNDS_PER_RUN {
        for (side, port) in rounds.iter_mut().zip([ours, theirs]) {
            side.push(round(port, ROUND).with_context(|| task.key)?);
        }
    }
    let middle = |side: &[Round], value: &dyn Fn(&Round) -> f64| {
        median(&side.iter().map(value).collect::<Vec<_>>())
    };
    let rates = [
        middle(&rounds[0], &|round| round.rate)?,
        middle(&rounds[1], &|round| round.rate)?,
    ];
    let pairs = rounds[0].iter().zip(&rounds[1]);
    let ratios: Vec<f64> = pairs
        .map(|(ours, theirs)| ours.rate / theirs.rate)
        .collect();
    let key = task.key;
    let mut figures = vec![
        Figure::new(format!("{key}_ratio"), median(&ratios)?, Unit::Ratio)
            .at_least(0.9)
            .note(format!(
                "JavaScript {:.0}/s; {} connections, medians of {} pairs of rounds",
                rates[1],
                load::CONNECTIONS,
                ratios.len()
            )),
        Figure::new(format!("{key}_per_second"), rates[0], Unit::PerSecond),
    ];
    for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
        let ours = middle(&rounds[0], &|round| round.percentile(share))?;
        let theirs = middle(&rounds[1], &|round| round.percentile(share))?;
        figures.push(
            Figure::new(format!("{key}_{name}_ms"), ours, Unit::Milliseconds)
                .note(format!("JavaScript {theirs:.1} ms")),
        );
    }
    Ok(figures)
}

/// How much longer our side takes from the start of the runtime to the first answer.
fn cold_start(options: WorkerdOptions<'_>, folder: &Path, runs: usize) -> Result<Figure> {
    let mut times: [Vec<f64>; 2] = Default::default();
    // Once more than counted: what is on disk is then in memory for both.
    for round in 0..=runs {
        for (side, times) in SIDES.iter().zip(&mut times) {
            let elapsed = first_answer(WorkerdOptions {
                configuration: &folder.join(side).with_extension("capnp"),
                sockets: &[side],
                ..options
            })?;
            if round > 0 {
                times.push(elapsed.as_secs_f64() * 1000.0);
            }
        }
    }
    let [ours, theirs] = [median(&times[0])?, median(&times[1])?];
    Ok(
        Figure::new("edge_cold_start_ratio", ours / theirs, Unit::Ratio)
            .at_most(2.0)
            .note(format!(
                "{ours:.0} ms, JavaScript {theirs:.0} ms, from the start of workerd; medians of \
                 {runs}"
            )),
    )
}

fn first_answer(options: WorkerdOptions<'_>) -> Result<Duration> {
    const LIMIT: Duration = Duration::from_secs(30);

    let began = Instant::now();
    let workerd = Workerd::launch(options)?;
    let port = *workerd.ports().first().context("it has a port")?;
    let request = get(HOST, &format!("/.well-known/acme-challenge/{TOKEN}"));
    let mut connection = loop {
        match Connection::open(port) {
            Ok(connection) => break connection,
            Err(error) if began.elapsed() > LIMIT => return Err(error).context("no connection"),
            Err(_) => thread::sleep(Duration::from_millis(1)),
        }
    };
    let answer = connection.exchange(&request)?;
    if answer.status != 404 {
        bail!("an answer with status {}", answer.status);
    }
    Ok(began.elapsed())
}
