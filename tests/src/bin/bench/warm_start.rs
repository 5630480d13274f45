//! How long `cargo xtask run` takes when everything is built.

use std::env;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use tabcert_harness::free_port;

use crate::figure::{Figure, Unit};
use crate::repository;

/// The first start may build everything.
const BUILD_LIMIT: Duration = Duration::from_secs(30 * 60);
const WARM_LIMIT: Duration = Duration::from_secs(2 * 60);

/// Starts it twice, and times the second.
pub(crate) fn measure() -> Result<Vec<Figure>> {
    start(BUILD_LIMIT).context("the first start")?;
    let elapsed = start(WARM_LIMIT).context("the second start")?;
    Ok(vec![
        Figure::new("warm_start_seconds", elapsed.as_secs_f64(), Unit::Seconds)
            .at_most(10.0)
            .note("from the command to the printed address"),
    ])
}

/// Starts it, waits for the address, and ends it.
fn start(limit: Duration) -> Result<Duration> {
    let port = free_port()?;
    let address = format!("http://localhost:{port}");
    let mut command = Command::new("cargo");
    command
        .args(["xtask", "run", "--port", &port.to_string()])
        .current_dir(repository()?)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .process_group(0);
    // As from a shell: what cargo tells the programs that it runs makes it build some crates again.
    for (variable, _) in env::vars_os() {
        let name = variable.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&variable);
        }
    }
    let began = Instant::now();
    let mut running = Running(command.spawn().context("cannot start cargo")?);
    let output = running.0.stdout.take().context("the output is piped")?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // Nobody reads any more once the address was seen.
            let _ = sender.send(line);
        }
    });
    loop {
        let left = limit.saturating_sub(began.elapsed());
        match receiver.recv_timeout(left) {
            Ok(line) if line.contains(&address) => return Ok(began.elapsed()),
            Ok(_) => {}
            Err(mpsc::RecvTimeoutError::Timeout) => bail!("no address after {limit:?}"),
            Err(mpsc::RecvTimeoutError::Disconnected) => bail!("it ended without an address"),
        }
    }
}

/// Ends it as Ctrl-C does.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        const GRACE: Duration = Duration::from_secs(15);

        let group = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw);
        let signal = |signal| {
            // Fails where it has ended by itself.
            let _ = group.map(|group| kill_process_group(group, signal));
        };
        signal(Signal::INT);
        let deadline = Instant::now() + GRACE;
        while matches!(self.0.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(20));
        }
        signal(Signal::KILL);
        let _ = self.0.wait();
    }
}
