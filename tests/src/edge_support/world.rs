//! An edge, and around it a CA, a server that records, and a resolver.

use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde_json::{Value, json};
use tabcert_harness::{
    Challtestsrv, Edge, EdgeOptions, Pebble, PebbleOptions, PebblePackage, TestCertificate,
    free_port,
};

use super::upstream::respond_with;
use super::{Answer, Recorded, Request, Signer, Upstream, Write};

/// The page of this origin may use the edge.
pub const LISTED_ORIGIN: &str = "https://page.example";

/// TXT records by name.
type Records = Arc<Mutex<BTreeMap<String, Vec<String>>>>;

/// The edge as its operator set it up, and everything that it talks to.
#[derive(Debug)]
pub struct World {
    /// The edge. Any account may write for `*.test`, [`World::owner`] for `tied.example` and
    /// `*.tied.example`.
    pub edge: Edge,
    /// The account that the operator has named.
    pub owner: Signer,
    /// A server that is on the list of CAs, and answers as its target says; see [`respond`].
    pub recorder: Upstream,
    /// The same, with a certificate that nobody trusts.
    pub untrusted: Upstream,
    /// On the list of CAs, and nobody there.
    pub dead_authority: String,
    /// The resolver that is asked for ties.
    pub resolver: Upstream,
    records: Records,
}

impl World {
    /// The one that all tests of a suite share: it is asked, never changed.
    ///
    /// # Panics
    /// Where it does not start, with the reason.
    pub fn shared() -> &'static Self {
        static WORLD: LazyLock<World> = LazyLock::new(|| {
            World::start().unwrap_or_else(|error| panic!("the edge's world: {error}"))
        });
        &WORLD
    }

    fn start() -> Result<Self, Box<dyn Error>> {
        let certificate = TestCertificate::generate()?;
        let recorder = Upstream::https(&certificate, respond)?;
        let untrusted = Upstream::https(&TestCertificate::generate()?, respond)?;
        let dead_authority = format!("localhost:{}", free_port()?);
        let records = Records::default();
        let answers = Arc::clone(&records);
        let resolver = Upstream::http(move |request, out| resolve(&answers, request, out))?;
        let owner = Signer::p256();
        let thumbprint = owner.thumbprint();
        let edge = Edge::start(EdgeOptions {
            vars: variables(json!({
                "TIES": json!({
                    "*.test": ["*"],
                    "tied.example": [thumbprint],
                    "*.tied.example": [thumbprint],
                }).to_string(),
                "CA_HOSTS": json!([
                    recorder.authority(),
                    untrusted.authority(),
                    dead_authority,
                ]).to_string(),
                "DOH_URL": format!("http://127.0.0.1:{}/dns-query", resolver.port()),
                "PAGE_ORIGINS": json!([LISTED_ORIGIN]).to_string(),
            })),
            trusted_pem: certificate.ca_pem().to_owned(),
            ..EdgeOptions::default()
        })?;
        Ok(Self {
            edge,
            owner,
            recorder,
            untrusted,
            dead_authority,
            resolver,
            records,
        })
    }

    /// The edge's `Host`.
    #[must_use]
    pub fn host(&self) -> String {
        format!("localhost:{}", self.edge.port())
    }

    /// Sends a request to the edge.
    ///
    /// # Panics
    /// Where there is no answer.
    #[must_use]
    pub fn send(&self, request: &Request) -> Answer {
        request
            .send(self.edge.port())
            .unwrap_or_else(|error| panic!("no answer to {request:?}: {error}"))
    }

    /// Asks the edge itself.
    #[must_use]
    pub fn get(&self, target: &str) -> Answer {
        self.send(&Request::new("GET", &self.host(), target))
    }

    /// A token write by the owner, as the page would send it.
    #[must_use]
    pub fn write(&self, method: &str, host: &str, token: &str) -> Write {
        Write::new(method, &self.host(), &self.owner, host, token)
    }

    /// What a CA gets that asks for this token at this host.
    #[must_use]
    pub fn challenge(&self, host: &str, token: &str) -> Answer {
        self.send(&Request::new(
            "GET",
            host,
            &format!("/.well-known/acme-challenge/{token}"),
        ))
    }

    /// Sets the TXT records at a name.
    pub fn set_txt(&self, name: &str, texts: &[&str]) {
        let texts = texts.iter().map(|&text| text.to_owned()).collect();
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        records.insert(name.to_owned(), texts);
    }
}

/// A CA behind an edge of its own.
#[derive(Debug)]
pub struct CaWorld {
    /// The CA, which validates http-01 at the edge.
    pub pebble: Pebble,
    /// The edge.
    pub edge: Edge,
    /// The CA's DNS.
    pub dns: Challtestsrv,
}

impl CaWorld {
    /// Starts all of it.
    ///
    /// # Errors
    /// Where something does not start.
    pub fn start() -> Result<Self, Box<dyn Error>> {
        let package = PebblePackage::install()?;
        let dns = Challtestsrv::start(&package, None)?;
        let port = free_port()?;
        let pebble = Pebble::start(&package, &PebbleOptions::new(dns.dns_address(), port))?;
        let edge = Edge::start(EdgeOptions {
            port: Some(port),
            vars: variables(json!({
                "TIES": { "*.test": ["*"] },
                "LOCAL_CA": pebble.directory_url(),
            })),
            trusted_pem: pebble.ca_pem().to_owned(),
            ..EdgeOptions::default()
        })?;
        Ok(Self { pebble, edge, dns })
    }
}

/// A token that no other test uses.
#[must_use]
pub fn new_token() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!(
        "token-of-a-test-suite-that-is-long-enough-{:06}",
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

/// Answers as the target asks for.
fn respond(request: &Recorded, out: &mut dyn io::Write) -> io::Result<()> {
    match request.target.split(['/', '?']).nth(1) {
        Some("redirect") => respond_with(out, "302 Found\r\nLocation: https://evil.example/x", ""),
        Some("no-content") => {
            write!(
                out,
                "HTTP/1.1 204 No Content\r\nReplay-Nonce: n2\r\nConnection: close\r\n\r\n"
            )
        }
        Some("head") => write!(
            out,
            "HTTP/1.1 200 OK\r\nReplay-Nonce: n3\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"
        ),
        Some("large") => respond_with(out, "200 OK", &"x".repeat(1024 * 1024 + 1)),
        Some("largest") => respond_with(out, "200 OK", &"x".repeat(1024 * 1024)),
        Some("endless") => {
            write!(out, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            loop {
                out.write_all(&[b'x'; 8192])?;
            }
        }
        Some("reset") => Ok(()),
        Some("gateway") => respond_with(out, "525 Origin SSL Error", "cloudflare"),
        Some("problem") => respond_with(
            out,
            "403 Forbidden\r\nContent-Type: application/problem+json\r\nTabcert-Edge: 1",
            r#"{"type":"urn:tabcert:edge:hostNotTied","title":"x","status":403,"detail":"x"}"#,
        ),
        _ => respond_with(
            out,
            "201 Created\r\nContent-Type: application/json\r\nReplay-Nonce: n1\r\n\
             Location: https://ca.example/acct/1\r\nLink: <https://ca.example/a>;rel=\"up\"\r\n\
             Link: <https://ca.example/b>;rel=\"next\"\r\nRetry-After: 7\r\nSet-Cookie: a=b\r\n\
             Access-Control-Allow-Origin: *\r\nContent-Security-Policy: default-src *\r\n\
             Cache-Control: public, max-age=99\r\nX-Of-The-CA: 1",
            r#"{"status":"valid"}"#,
        ),
    }
}

/// DNS over HTTPS in JSON.
fn resolve(records: &Records, request: &Recorded, out: &mut dyn io::Write) -> io::Result<()> {
    let query = request
        .target
        .split_once('?')
        .map_or("", |(_, query)| query);
    let name = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("name="))
        .unwrap_or_default();
    if name.contains("servfail") {
        return respond_with(out, "200 OK", r#"{"Status":2}"#);
    }
    if name.contains("teapot") {
        return respond_with(out, "418 I'm a teapot", "");
    }
    if name.contains("nonsense") {
        return respond_with(out, "200 OK", "<html>");
    }
    let records = records.lock().unwrap_or_else(PoisonError::into_inner);
    let body = match records.get(name) {
        None => json!({ "Status": 3 }),
        Some(texts) => {
            let answer = texts.iter().map(|text| {
                json!({ "name": name, "type": 16, "TTL": 60, "data": format!("\"{text}\"") })
            });
            json!({ "Status": 0, "Answer": answer.collect::<Vec<_>>() })
        }
    };
    respond_with(
        out,
        "200 OK\r\nContent-Type: application/dns-json",
        &body.to_string(),
    )
}

fn variables(value: Value) -> serde_json::Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => serde_json::Map::new(),
    }
}
