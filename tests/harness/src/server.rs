//! A server as a child process: started, waited for, and ended.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::memory::MemoryWatch;
use crate::{Error, Result};

/// Becomes the server, in a process group of its own, with a watcher beside it. The watcher holds
/// the read end of a pipe whose only write end is in the process that started the server: when that
/// process ends, however it ends, the watcher sees the pipe close and ends the group.
const LIFELINE: &str = r#"
exec 3<&0
(
    trap '' TERM
    read -r _ <&3
    kill -TERM 0
    sleep 3
    kill -KILL 0
) >/dev/null 2>&1 &
exec "$@" 3<&- </dev/null
"#;

/// How long a server may take to end when it is asked to.
const GRACE: Duration = Duration::from_secs(2);

/// A running server; dropping it ends it and everything that it started.
#[derive(Debug)]
pub(crate) struct Server {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts `command` with its output in the file `log`, which is emptied first.
    pub(crate) fn start(name: &'static str, command: &Command, log: &Path) -> Result<Self> {
        let file = |source| Error::File {
            path: log.to_owned(),
            source,
        };
        let output = File::create(log).map_err(file)?;
        let errors = output.try_clone().map_err(file)?;

        let mut shell = Command::new("/bin/sh");
        shell
            .args(["-c", LIFELINE, name])
            .arg(command.get_program())
            .args(command.get_args());
        for (variable, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(variable, value),
                None => shell.env_remove(variable),
            };
        }
        if let Some(directory) = command.get_current_dir() {
            shell.current_dir(directory);
        }
        let child = shell
            .stdin(Stdio::piped())
            .stdout(output)
            .stderr(errors)
            .process_group(0)
            .spawn()
            .map_err(|source| Error::Start {
                program: name.to_owned(),
                source,
            })?;
        Ok(Self {
            name,
            child,
            log: log.to_owned(),
        })
    }

    /// Asks `ready` until it says yes.
    pub(crate) fn wait_until(
        &mut self,
        limit: Duration,
        mut ready: impl FnMut(&Self) -> bool,
    ) -> Result<()> {
        const PAUSE: Duration = Duration::from_millis(20);

        let deadline = Instant::now() + limit;
        while !ready(self) {
            let server = self.name;
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(Error::Ended {
                    server,
                    status,
                    log_tail: self.log_tail(),
                });
            }
            if Instant::now() > deadline {
                let seconds = limit.as_secs();
                return Err(Error::NotReady {
                    server,
                    seconds,
                    log_tail: self.log_tail(),
                });
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// How the server ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<Error> {
        let status = self.child.try_wait().ok()??;
        Some(Error::Ended {
            server: self.name,
            status,
            log_tail: self.log_tail(),
        })
    }

    /// All its output so far.
    pub(crate) fn read_log(&self) -> Result<String> {
        match fs::read(&self.log) {
            Ok(log) => Ok(String::from_utf8_lossy(&log).into_owned()),
            Err(source) => Err(Error::File {
                path: self.log.clone(),
                source,
            }),
        }
    }

    /// Whether its output has this line.
    pub(crate) fn has_logged(&self, line: &str) -> bool {
        self.read_log()
            .is_ok_and(|log| log.lines().any(|logged| logged == line))
    }

    /// Looks from now on at the memory of a program that it has started.
    pub(crate) fn watch_memory(&self, program: &'static str) -> Result<MemoryWatch> {
        MemoryWatch::start(self.child.id(), program)
    }

    fn log_tail(&self) -> String {
        const LINES: usize = 20;
        let log = self.read_log().unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LINES)..].join("\n")
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // The group cannot be gone, and its number taken by another, while its watcher waits for
            // the pipe in `child` to close.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.signal(Signal::TERM);
        let deadline = Instant::now() + GRACE;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(10));
        }
        self.signal(Signal::KILL);
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn runs(pid: &str) -> bool {
        // A zombie still has a directory, but no command line.
        fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|words| !words.is_empty())
    }

    fn wait_for_pid(server: &mut Server, file: &Path) -> String {
        let written = |_: &Server| fs::read_to_string(file).is_ok_and(|pid| pid.ends_with('\n'));
        server
            .wait_until(Duration::from_secs(10), written)
            .expect("the script writes its pid");
        fs::read_to_string(file)
            .expect("it was just there")
            .trim()
            .to_owned()
    }

    #[test]
    fn dropping_ends_the_server_and_its_children_even_if_they_refuse() {
        let folder = tempfile::tempdir().expect("a folder");
        let pid_file = folder.path().join("pid");
        let script = format!(
            "sh -c 'trap \"\" TERM; echo $$ > {}; while :; do sleep 1; done' & wait",
            pid_file.display()
        );
        let log = folder.path().join("log");
        let mut server = Server::start("stubborn", &shell(&script), &log).expect("sh starts");
        let pid = wait_for_pid(&mut server, &pid_file);
        assert!(runs(&pid));
        drop(server);
        // The kernel ends the grandchild a moment after the signal.
        let deadline = Instant::now() + Duration::from_secs(10);
        while runs(&pid) {
            assert!(Instant::now() < deadline, "still running");
            thread::yield_now();
        }
    }

    #[test]
    fn a_server_that_ends_early_shows_its_log() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        let command = shell("echo port is taken; exit 3");
        let mut server = Server::start("early", &command, &log).expect("sh starts");
        let error = server
            .wait_until(Duration::from_secs(10), |_| false)
            .expect_err("it ended");
        assert!(matches!(error, Error::Ended { .. }));
        assert!(error.to_string().contains("port is taken"));
    }

    #[test]
    fn a_server_that_never_answers_is_given_up() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        let mut server = Server::start("mute", &shell("sleep 60"), &log).expect("sh starts");
        let error = server
            .wait_until(Duration::ZERO, |_| false)
            .expect_err("it is never ready");
        assert!(matches!(error, Error::NotReady { .. }));
    }
}
