//! The bare Workers runtime, from a configuration file: no Node, nothing simulated around it.

use std::ffi::OsString;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::folders::{repository, temporary_folder};
use crate::ports::free_port;
use crate::server::Server;
use crate::{Error, Result};

const TOOLS: &str = "xtask/npm/node_modules/@cloudflare";

/// What the runtime is started with.
#[derive(Debug, Clone, Copy)]
pub struct WorkerdOptions<'a> {
    /// The configuration, in Cap'n Proto's text form.
    pub configuration: &'a Path,
    /// Whether it may use what workerd calls experimental.
    pub experimental: bool,
    /// The names of its sockets; each gets a free port on 127.0.0.1, in this order.
    pub sockets: &'a [&'a str],
    /// Its folders by name, in place of the paths that it gives.
    pub folders: &'a [(&'a str, &'a Path)],
    /// The environment that it may take variables from.
    pub environment: &'a [(&'a str, &'a str)],
}

/// A running workerd; dropping it ends it.
#[derive(Debug)]
pub struct Workerd {
    ports: Vec<u16>,
    server: Server,
    _folder: TempDir,
}

impl Workerd {
    /// Starts it and waits until it listens.
    ///
    /// # Errors
    /// When it is not installed or does not start; its log is then part of the error.
    pub fn start(options: WorkerdOptions<'_>) -> Result<Self> {
        let mut workerd = Self::launch(options)?;
        let ports = workerd.ports.clone();
        workerd.server.wait_until(Duration::from_secs(60), |_| {
            ports.iter().all(|&port| {
                TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).is_ok()
            })
        })?;
        Ok(workerd)
    }

    /// Starts it without waiting.
    ///
    /// # Errors
    /// When it is not installed.
    pub fn launch(options: WorkerdOptions<'_>) -> Result<Self> {
        let folder = temporary_folder()?;
        let mut command = Command::new(program()?);
        command.arg("serve");
        if options.experimental {
            command.arg("--experimental");
        }
        let mut ports = Vec::new();
        for socket in options.sockets {
            let port = free_port()?;
            command.arg(format!("--socket-addr={socket}=127.0.0.1:{port}"));
            ports.push(port);
        }
        for (name, path) in options.folders {
            let mut argument = OsString::from(format!("--directory-path={name}="));
            argument.push(path);
            command.arg(argument);
        }
        command.arg(options.configuration);
        command.envs(options.environment.iter().copied());
        Ok(Self {
            ports,
            server: Server::start("workerd", &command, &folder.path().join("log"))?,
            _folder: folder,
        })
    }

    /// The ports of its sockets on 127.0.0.1, in the order of their names.
    pub fn ports(&self) -> &[u16] {
        &self.ports
    }

    /// What it and its workers wrote.
    ///
    /// # Errors
    /// When the file was removed.
    pub fn log(&self) -> Result<String> {
        self.server.read_log()
    }
}

/// The runtime itself, among the pinned tools: in a package of this machine's kind.
fn program() -> Result<PathBuf> {
    let tools = repository().join(TOOLS);
    let missing = || Error::NotBuilt {
        path: tools.join("workerd-*/bin/workerd"),
    };
    let packages = fs::read_dir(&tools).map_err(|_| missing())?;
    packages
        .flatten()
        .map(|package| package.path().join("bin/workerd"))
        .find(|program| program.is_file())
        .ok_or_else(missing)
}
