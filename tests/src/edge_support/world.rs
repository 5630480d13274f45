//! An edge, and around it a CA, a server that records, and a resolver.

use std::error::Error;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, PoisonError};

use serde_json::{Value, json};
use tabcert_harness::{
    Challtestsrv, Edge, EdgeOptions, Pebble, PebbleOptions, PebblePackage, TestCertificate,
    free_port,
};

use super::answers::{Records, be_checked, resolve, respond};
use super::{Answer, Request, Signer, Store, Upstream, Write};

/// The page of this origin may use the edge.
pub const LISTED_ORIGIN: &str = "https://page.example";

/// The edge as its operator set it up, and everything that it talks to.
#[derive(Debug)]
pub struct World {
    /// The edge. Any account may write for `*.test`, [`World::owner`] for `tied.example` and
    /// `*.tied.example`.
    pub edge: Edge,
    /// The account that the operator has named.
    pub owner: Signer,
    /// A server that is on the list of CAs, and answers as its target says.
    pub recorder: Upstream,
    /// The same, with a certificate that nobody trusts.
    pub untrusted: Upstream,
    /// On the list of CAs, and nobody there.
    pub dead_authority: String,
    /// The resolver that is asked for ties.
    pub resolver: Upstream,
    /// What checks ask in place of the internet; it answers by the first label of the host.
    pub web: Upstream,
    records: Records,
}

impl World {
    /// The one that all tests of a suite share: it is asked, never changed.
    ///
    /// # Panics
    /// Where it does not start, with the reason.
    pub fn shared() -> &'static Self {
        static WORLD: LazyLock<World> = LazyLock::new(|| {
            World::start(None).unwrap_or_else(|error| panic!("the edge's world: {error}"))
        });
        &WORLD
    }

    /// One of its own, whose tokens are kept in `store` where there is one.
    ///
    /// # Errors
    /// Where something does not start.
    pub fn start(store: Option<&Store>) -> Result<Self, Box<dyn Error>> {
        Self::start_with(store, json!({}))
    }

    /// One of its own, with variables of the worker beside those that it needs.
    ///
    /// # Errors
    /// Where something does not start.
    pub fn start_with(store: Option<&Store>, settings: Value) -> Result<Self, Box<dyn Error>> {
        let certificate = TestCertificate::generate()?;
        let recorder = Upstream::https(&certificate, respond)?;
        let untrusted = Upstream::https(&TestCertificate::generate()?, respond)?;
        let dead_authority = format!("localhost:{}", free_port()?);
        let records = Records::default();
        let answers = Arc::clone(&records);
        let resolver = Upstream::http(move |request, out| resolve(&answers, request, out))?;
        let owner = Signer::p256();
        let thumbprint = owner.thumbprint();
        let account = thumbprint.clone();
        let web = Upstream::http(move |request, out| be_checked(&account, request, out))?;
        let mut vars = variables(json!({
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
        }));
        vars.extend(variables(settings));
        let edge = Edge::start(EdgeOptions {
            vars,
            trusted_pem: certificate.ca_pem().to_owned(),
            check_via: Some(web.port()),
            token_store: store.map(Store::port),
            ..EdgeOptions::default()
        })?;
        Ok(Self {
            edge,
            web,
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

fn variables(value: Value) -> serde_json::Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => serde_json::Map::new(),
    }
}
