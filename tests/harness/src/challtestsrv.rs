//! The DNS that the test CA asks, and a web server that answers challenges.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;

use crate::folders::temporary_folder;
use crate::ports::free_port;
use crate::server::Server;
use crate::{Error, PebblePackage, Result, https};

/// A running challtestsrv; dropping it ends it.
///
/// Every name has the address 127.0.0.1 until another is set. Names are given without a trailing
/// dot. Only what is asked of *this* server is answered and recorded.
#[derive(Debug)]
pub struct Challtestsrv {
    management: String,
    dns_port: u16,
    http01_port: u16,
    client: Agent,
    _server: Server,
    _folder: TempDir,
}

/// A question that was asked by DNS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsQuestion {
    /// The name, absolute: with its trailing dot.
    pub name: String,
    /// The record type's number (RFC 1035 §3.2.2, RFC 3596): 1 A, 16 TXT, 28 AAAA, 257 CAA.
    pub record_type: u16,
}

/// A request that reached the challenge web server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HttpRequest {
    /// Path and query.
    #[serde(rename = "URL")]
    pub url: String,
    /// The `Host` header.
    #[serde(rename = "Host")]
    pub host: String,
    /// Whether it came by HTTPS.
    #[serde(rename = "HTTPS")]
    pub https: bool,
}

impl Challtestsrv {
    /// Starts one on free ports.
    ///
    /// # Errors
    /// When it does not start; its log is then part of the error.
    pub fn start(package: &PebblePackage, log: Option<PathBuf>) -> Result<Self> {
        Self::start_at(package, free_port()?, log)
    }

    /// Starts one whose management interface is at this port, for people to use.
    ///
    /// # Errors
    /// As [`Challtestsrv::start`].
    pub fn start_at(
        package: &PebblePackage,
        management: u16,
        log: Option<PathBuf>,
    ) -> Result<Self> {
        let folder = temporary_folder()?;
        let [dns_port, http01_port] = [free_port()?, free_port()?];
        let local = |port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port)).to_string();
        let mut command = Command::new(package.challtestsrv());
        command
            .args(["-management", &local(management)])
            .args(["-dnsserver", &local(dns_port)])
            .args(["-http01", &local(http01_port)])
            .args(["-https01", "", "-tlsalpn01", "", "-doh", ""])
            .args(["-defaultIPv4", "127.0.0.1", "-defaultIPv6", ""]);
        let log = log.unwrap_or_else(|| folder.path().join("log"));
        let mut server = Server::start("challtestsrv", &command, &log)?;

        let management = format!("http://{}", local(management));
        let client = https::client("");
        let ready = format!("{management}/set-default-ipv4");
        server.wait_until(Duration::from_secs(30), |_| {
            https::post(&client, &ready, &json!({ "ip": "127.0.0.1" })).is_ok()
        })?;
        Ok(Self {
            management,
            dns_port,
            http01_port,
            client,
            _server: server,
            _folder: folder,
        })
    }

    /// Where it answers DNS, by UDP and TCP.
    pub fn dns_address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.dns_port))
    }

    /// Where it answers http-01, on 127.0.0.1.
    pub fn http01_port(&self) -> u16 {
        self.http01_port
    }

    /// The management interface's address, for other programs: paths as in its documentation go
    /// behind it.
    pub fn management_url(&self) -> &str {
        &self.management
    }

    /// Adds a TXT record; those that are there stay.
    ///
    /// # Errors
    /// [`Error::Management`], as for every method below.
    pub fn add_txt(&self, name: &str, value: &str) -> Result<()> {
        self.command(
            "set-txt",
            &json!({ "host": absolute(name), "value": value }),
        )
    }

    /// Removes all TXT records of a name.
    #[allow(clippy::missing_errors_doc, reason = "said once, at add_txt")]
    pub fn clear_txt(&self, name: &str) -> Result<()> {
        self.command("clear-txt", &json!({ "host": absolute(name) }))
    }

    /// Gives a name addresses of its own.
    #[allow(clippy::missing_errors_doc, reason = "said once, at add_txt")]
    pub fn add_a(&self, name: &str, addresses: &[Ipv4Addr]) -> Result<()> {
        self.command(
            "add-a",
            &json!({ "host": absolute(name), "addresses": addresses }),
        )
    }

    /// Takes a name's own addresses away.
    #[allow(clippy::missing_errors_doc, reason = "said once, at add_txt")]
    pub fn clear_a(&self, name: &str) -> Result<()> {
        self.command("clear-a", &json!({ "host": absolute(name) }))
    }

    /// Sets the address of every name that has none of its own; `None`: such names have none.
    #[allow(clippy::missing_errors_doc, reason = "said once, at add_txt")]
    pub fn set_default_ipv4(&self, address: Option<Ipv4Addr>) -> Result<()> {
        let address = address.map_or_else(String::new, |address| address.to_string());
        self.command("set-default-ipv4", &json!({ "ip": address }))
    }

    /// Makes a name an alias of another.
    #[allow(clippy::missing_errors_doc, reason = "said once, at add_txt")]
    pub fn set_cname(&self, name: &str, target: &str) -> Result<()> {
        self.command(
            "set-cname",
            &json!({ "host": absolute(name), "target": absolute(target) }),
        )
    }

    /// Makes a name its own again.
    #[allow(clippy::missing_errors_doc, reason = "said once, at add_txt")]
    pub fn clear_cname(&self, name: &str) -> Result<()> {
        self.command("clear-cname", &json!({ "host": absolute(name) }))
    }

    /// Answers every question about a name with SERVFAIL.
    #[allow(clippy::missing_errors_doc, reason = "said once, at add_txt")]
    pub fn set_servfail(&self, name: &str) -> Result<()> {
        self.command("set-servfail", &json!({ "host": absolute(name) }))
    }

    /// Answers questions about a name again.
    #[allow(clippy::missing_errors_doc, reason = "said once, at add_txt")]
    pub fn clear_servfail(&self, name: &str) -> Result<()> {
        self.command("clear-servfail", &json!({ "host": absolute(name) }))
    }

    /// Serves a key authorization at its challenge path, for every host.
    #[allow(clippy::missing_errors_doc, reason = "said once, at add_txt")]
    pub fn add_http01(&self, token: &str, key_authorization: &str) -> Result<()> {
        self.command(
            "add-http01",
            &json!({ "token": token, "content": key_authorization }),
        )
    }

    /// Serves it no longer.
    #[allow(clippy::missing_errors_doc, reason = "said once, at add_txt")]
    pub fn remove_http01(&self, token: &str) -> Result<()> {
        self.command("del-http01", &json!({ "token": token }))
    }

    /// Redirects a path of the challenge web server.
    #[allow(clippy::missing_errors_doc, reason = "said once, at add_txt")]
    pub fn add_redirect(&self, path: &str, target: &str) -> Result<()> {
        self.command(
            "add-redirect",
            &json!({ "path": path, "targetURL": target }),
        )
    }

    /// What was asked about a name, oldest first.
    #[allow(clippy::missing_errors_doc, reason = "said once, at add_txt")]
    pub fn dns_questions(&self, name: &str) -> Result<Vec<DnsQuestion>> {
        #[derive(Deserialize)]
        struct Asked {
            #[serde(rename = "Question")]
            question: Question,
        }
        #[derive(Deserialize)]
        struct Question {
            #[serde(rename = "Name")]
            name: String,
            #[serde(rename = "Qtype")]
            record_type: u16,
        }

        let asked: Vec<Asked> = self.history("dns-request-history", name)?;
        let question = |asked: Asked| DnsQuestion {
            name: asked.question.name,
            record_type: asked.question.record_type,
        };
        Ok(asked.into_iter().map(question).collect())
    }

    /// What the challenge web server was asked for a host, oldest first.
    #[allow(clippy::missing_errors_doc, reason = "said once, at add_txt")]
    pub fn http_requests(&self, host: &str) -> Result<Vec<HttpRequest>> {
        self.history("http-request-history", host)
    }

    fn history<T: DeserializeOwned>(&self, endpoint: &str, host: &str) -> Result<Vec<T>> {
        let url = format!("{}/{endpoint}", self.management);
        let answer = https::post(&self.client, &url, &json!({ "host": host }))?;
        // No requests are `null`.
        let requests: Option<Vec<T>> = serde_json::from_str(&answer)
            .map_err(|source| Error::ManagementAnswer { url, source })?;
        Ok(requests.unwrap_or_default())
    }

    fn command(&self, endpoint: &str, body: &Value) -> Result<()> {
        https::post(
            &self.client,
            &format!("{}/{endpoint}", self.management),
            body,
        )
        .map(drop)
    }
}

fn absolute(name: &str) -> String {
    format!("{name}.")
}
