//! The test CA.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;

use crate::folders::temporary_folder;
use crate::ports::free_port;
use crate::server::Server;
use crate::{Error, PebblePackage, Result, TestCertificate, https};

/// How a [`Pebble`] behaves.
#[derive(Debug, Clone)]
pub struct PebbleOptions {
    /// Insist on the letter of RFC 8555.
    pub strict: bool,
    /// How many percent of good nonces are refused (RFC 8555 §6.5: `badNonce`).
    pub nonce_reject_percent: u8,
    /// How many percent of a new order's authorizations are taken over, valid, from earlier orders.
    pub authz_reuse_percent: u8,
    /// How long a validation takes.
    pub validation_delay: ValidationDelay,
    /// Calls every challenge valid without looking: to measure, never to test.
    pub always_valid: bool,
    /// The server that is asked by DNS:
    /// [`Challtestsrv::dns_address`](crate::Challtestsrv::dns_address).
    pub dns: SocketAddr,
    /// The port where http-01 is asked, in place of 80: the edge's or challtestsrv's.
    pub http_port: u16,
    /// The keys that certificates are issued with.
    pub key_algorithm: KeyAlgorithm,
    /// What clients are asked to wait before they look again; Pebble's own choice if not set.
    pub retry_after: Option<RetryAfter>,
    /// External account keys, base64url by key identifier; if there are any, an account needs one
    /// (RFC 8555 §7.3.4).
    pub external_account_keys: BTreeMap<String, String>,
    /// Names that are refused with `rejectedIdentifier`.
    pub blocked_names: Vec<String>,
    /// How many further chains end in roots of their own (RFC 8555 §7.4.2: `alternate`).
    pub alternate_roots: u8,
    /// How many intermediates a chain has.
    pub chain_length: u8,
    /// Where it listens; a free port if none is given.
    pub port: Option<u16>,
    /// Where the log is kept; with the server's other files, until it ends, if nowhere.
    pub log: Option<PathBuf>,
}

/// How long Pebble takes to validate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValidationDelay {
    /// No time.
    None,
    /// A random number of seconds up to this one.
    UpToSeconds(u8),
}

/// A kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyAlgorithm {
    /// ECDSA.
    Ecdsa,
    /// RSA.
    Rsa,
}

/// `Retry-After`, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryAfter {
    /// On pending and processing authorizations.
    pub authz: u32,
    /// On processing orders.
    pub order: u32,
}

impl PebbleOptions {
    /// Strict, with Pebble's own shares of refused nonces and reused authorizations, and without
    /// pauses before validation.
    pub fn new(dns: SocketAddr, http_port: u16) -> Self {
        Self {
            strict: true,
            nonce_reject_percent: 5,
            authz_reuse_percent: 50,
            validation_delay: ValidationDelay::None,
            always_valid: false,
            dns,
            http_port,
            key_algorithm: KeyAlgorithm::Ecdsa,
            retry_after: None,
            external_account_keys: BTreeMap::new(),
            blocked_names: Vec::new(),
            alternate_roots: 0,
            chain_length: 1,
            port: None,
            log: None,
        }
    }

    fn configuration(&self, port: u16, management_port: u16, tls_port: u16) -> Value {
        let mut pebble = json!({
            "listenAddress": format!("127.0.0.1:{port}"),
            "managementListenAddress": format!("127.0.0.1:{management_port}"),
            "certificate": "cert.pem",
            "privateKey": "key.pem",
            "httpPort": self.http_port,
            "tlsPort": tls_port,
            "ocspResponderURL": "",
            "keyAlgorithm": match self.key_algorithm {
                KeyAlgorithm::Ecdsa => "ecdsa",
                KeyAlgorithm::Rsa => "rsa",
            },
            "externalAccountBindingRequired": !self.external_account_keys.is_empty(),
            "externalAccountMACKeys": self.external_account_keys,
            "domainBlocklist": self.blocked_names,
        });
        if let Some(retry_after) = self.retry_after {
            pebble["retryAfter"] =
                json!({ "authz": retry_after.authz, "order": retry_after.order });
        }
        json!({ "pebble": pebble })
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let mut environment = vec![
            (
                "PEBBLE_WFE_NONCEREJECT",
                self.nonce_reject_percent.to_string(),
            ),
            ("PEBBLE_AUTHZREUSE", self.authz_reuse_percent.to_string()),
            ("PEBBLE_ALTERNATE_ROOTS", self.alternate_roots.to_string()),
            ("PEBBLE_CHAIN_LENGTH", self.chain_length.to_string()),
        ];
        environment.push(match self.validation_delay {
            ValidationDelay::None => ("PEBBLE_VA_NOSLEEP", "1".to_owned()),
            ValidationDelay::UpToSeconds(seconds) => ("PEBBLE_VA_SLEEPTIME", seconds.to_string()),
        });
        if self.always_valid {
            environment.push(("PEBBLE_VA_ALWAYS_VALID", "1".to_owned()));
        }
        environment
    }
}

/// A running Pebble; dropping it ends it, and its accounts and orders with it.
#[derive(Debug)]
pub struct Pebble {
    port: u16,
    management: String,
    certificate: TestCertificate,
    client: Agent,
    server: Server,
    _folder: TempDir,
}

impl Pebble {
    /// Starts one with keys and certificates of its own.
    ///
    /// # Errors
    /// When it does not start; its log is then part of the error.
    pub fn start(package: &PebblePackage, options: &PebbleOptions) -> Result<Self> {
        let folder = temporary_folder()?;
        let certificate = TestCertificate::generate()?;
        certificate.write_to(folder.path())?;
        let port = options.port.map_or_else(free_port, Ok)?;
        let management_port = free_port()?;
        let configuration = options.configuration(port, management_port, free_port()?);
        let path = folder.path().join("pebble.json");
        fs::write(&path, configuration.to_string()).map_err(Error::file(&path))?;

        let log = options
            .log
            .clone()
            .unwrap_or_else(|| folder.path().join("log"));
        let command = command(package, options, folder.path());
        let mut server = Server::start("Pebble", &command, &log)?;

        let client = https::client(certificate.ca_pem());
        let management = format!("https://localhost:{management_port}");
        let ready = [
            format!("https://localhost:{port}/dir"),
            format!("{management}/roots/0"),
        ];
        server.wait_until(Duration::from_secs(30), |_| {
            ready.iter().all(|url| https::get(&client, url).is_ok())
        })?;
        Ok(Self {
            port,
            management,
            certificate,
            client,
            server,
            _folder: folder,
        })
    }

    /// The directory's URL (RFC 8555 §7.1.1).
    pub fn directory_url(&self) -> String {
        format!("https://{}/dir", self.authority())
    }

    /// `host:port`, as in all its URLs.
    pub fn authority(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The certificate to trust for HTTPS to this server; *not* the root of what it issues.
    pub fn ca_pem(&self) -> &str {
        self.certificate.ca_pem()
    }

    /// The certificate that it shows.
    pub fn certificate(&self) -> &TestCertificate {
        &self.certificate
    }

    /// The management interface's address: paths as in Pebble's documentation go behind it.
    pub fn management_url(&self) -> &str {
        &self.management
    }

    /// A client that trusts this server.
    pub fn client(&self) -> &Agent {
        &self.client
    }

    /// PEM of the root of what it issues; further ones, if there are
    /// [`alternate_roots`](PebbleOptions::alternate_roots), from index 1.
    ///
    /// # Errors
    /// [`Error::Management`] when there is no such root.
    pub fn root_pem(&self, index: u8) -> Result<String> {
        https::get(&self.client, &format!("{}/roots/{index}", self.management))
    }

    /// PEM of the certificate that it issues with.
    ///
    /// # Errors
    /// [`Error::Management`] when there is no such intermediate.
    pub fn intermediate_pem(&self, index: u8) -> Result<String> {
        https::get(
            &self.client,
            &format!("{}/intermediates/{index}", self.management),
        )
    }

    /// Has it answer for a certificate (PEM) with this renewal information (RFC 9773 §4.2).
    ///
    /// # Errors
    /// [`Error::Management`] when it does not take it.
    pub fn set_renewal_info(&self, certificate_pem: &str, info: &Value) -> Result<()> {
        let url = format!("{}/set-renewal-info/", self.management);
        let body = json!({ "certificate": certificate_pem, "ariResponse": info.to_string() });
        https::post(&self.client, &url, &body).map(drop)
    }

    /// What it wrote, a line or more for each request.
    ///
    /// # Errors
    /// [`Error::File`] when the log was removed.
    pub fn log(&self) -> Result<String> {
        self.server.read_log()
    }

    /// Why it ended, if it has.
    pub fn ended(&mut self) -> Option<Error> {
        self.server.ended()
    }
}

fn command(package: &PebblePackage, options: &PebbleOptions, folder: &Path) -> Command {
    let mut command = Command::new(package.pebble());
    command
        .args([
            "-config",
            "pebble.json",
            "-dnsserver",
            &options.dns.to_string(),
        ])
        .args(options.strict.then_some("-strict"))
        .current_dir(folder)
        .envs(options.environment());
    command
}
