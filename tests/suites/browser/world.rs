//! The servers of a journey: the CA, the DNS that it asks, and the edge with the page.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Map, Value, json};
use tabcert_acme::domain::DomainName;
use tabcert_acme::key::AccountKey;
use tabcert_acme::url::HttpsUrl;
use tabcert_harness::{
    Challtestsrv, Edge, EdgeOptions, PassThrough, Passage, Pebble, PebbleOptions, PebblePackage,
    WithoutCors, free_port,
};
use tabcert_issuance::Intent;
use tabcert_issuance::errand::{self, Ended, Task};
use tabcert_issuance::event::{Application, Delivery};
use tabcert_issuance::proof::Method;
use tabcert_issuance::view::{NameProof, Phase};
use tabcert_pki::{Chain, KeyType};
use tabcert_tests::browser::{Browser, TxtRecord, WatchedPage};
use tabcert_tests::edge_support::{Recorded, Upstream};
use tabcert_tests::native::NativeShell;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Two cores serve one browser with its servers well, and two badly.
static TURN: Semaphore = Semaphore::const_new(1);

/// The visitor's own server, given the edge's port.
type Host = Box<dyn Fn(u16, &Recorded, &mut dyn Write) -> io::Result<()> + Send + Sync>;

/// Servers that nobody else uses. They end with it.
pub(crate) struct World {
    edge: Edge,
    before_ca: Option<PassThrough>,
    ca: Pebble,
    dns: Challtestsrv,
    _page: Option<WatchedPage>,
    _turn: SemaphorePermit<'static>,
}

impl World {
    /// Starts a CA that lets every page in, as Let's Encrypt does.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| None, None, None).await
    }

    /// As [`start`](Self::start), with a CA that keeps no proof for the next order.
    pub(crate) async fn start_asking_each_time() -> Self {
        Self::start_behind(|_, _, _| Ok(())).await
    }

    /// As [`start`](Self::start), with a page whose engine tells what it draws.
    pub(crate) async fn start_watched() -> Self {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        let repository = tests.parent().expect("tests/ is in the repository");
        Self::start_with(|_| None, Some(WatchedPage::copy(repository)), None).await
    }

    /// As [`start`](Self::start), with further lines in the engine's script, which run before the
    /// engine does anything.
    pub(crate) async fn start_with_engine(lines: &str) -> Self {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        let repository = tests.parent().expect("tests/ is in the repository");
        let page = WatchedPage::copy_with(repository, lines);
        Self::start_with(|_| None, Some(page), None).await
    }

    /// As [`start_watched`](Self::start_watched), where `host` answers for the visitor's hosts: the CA
    /// asks it for challenges, and so do checks. It is given the edge's port.
    pub(crate) async fn start_behind(
        host: impl Fn(u16, &Recorded, &mut dyn Write) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        let repository = tests.parent().expect("tests/ is in the repository");
        let page = WatchedPage::copy(repository);
        Self::start_with(|_| None, Some(page), Some(Box::new(host))).await
    }

    /// Starts a CA that lets no page in, as most do.
    pub(crate) async fn start_without_cors() -> Self {
        Self::start_with(
            |ca| Some(PassThrough::start(ca, WithoutCors).expect("the pass-through starts")),
            None,
            None,
        )
        .await
    }

    /// Starts a CA before which `passage` stands.
    pub(crate) async fn start_behind_passage(passage: impl Passage) -> Self {
        Self::start_with(
            |ca| Some(PassThrough::start(ca, passage).expect("the pass-through starts")),
            None,
            None,
        )
        .await
    }

    /// The page offers the CA, which looks for http-01 challenges at the edge. Every account may have
    /// the edge answer for every name under `test`.
    async fn start_with(
        before_ca: impl FnOnce(&Pebble) -> Option<PassThrough>,
        page: Option<WatchedPage>,
        host: Option<Host>,
    ) -> Self {
        let turn = TURN.acquire().await.expect("the semaphore is never closed");
        let package = PebblePackage::install().expect("Pebble");
        let dns = Challtestsrv::start(&package, None).expect("challtestsrv starts");
        let edge_port = free_port().expect("a free port");
        let host = host.map(|host| {
            Upstream::http(move |request, out| host(edge_port, request, out)).expect("a port")
        });
        let http_port = host.as_ref().map_or(edge_port, Upstream::port);
        let mut options = PebbleOptions::new(dns.dns_address(), http_port);
        if host.is_some() {
            // What a host of one's own answers is to be asked for each time.
            options.authz_reuse_percent = 0;
        }
        let ca = Pebble::start(&package, &options).expect("Pebble starts");
        let before_ca = before_ca(&ca);
        let (directory_url, trusted_pem) = match &before_ca {
            Some(strip) => (strip.directory_url(), strip.ca_pem()),
            None => (ca.directory_url(), ca.ca_pem()),
        };
        let vars = Map::from_iter([
            // The names of these tests are in no public DNS.
            ("CHECK_NETWORK".to_owned(), "unresolved".into()),
            ("LOCAL_CA".to_owned(), directory_url.into()),
            (
                "TIES".to_owned(),
                json!({ "*.test": ["*"] }).to_string().into(),
            ),
        ]);
        let edge = Edge::start(EdgeOptions {
            port: Some(edge_port),
            check_via: host.as_ref().map(Upstream::port),
            page: page.as_ref().map(WatchedPage::path),
            vars,
            trusted_pem: trusted_pem.to_owned(),
            ..EdgeOptions::default()
        });
        Self {
            edge: edge.expect("the edge starts"),
            dns,
            before_ca,
            ca,
            _page: page,
            _turn: turn,
        }
    }

    /// A browser that goes to the page, and trusts the CA's https.
    pub(crate) fn browser(&self) -> Browser {
        let certificate = match &self.before_ca {
            Some(strip) => strip.certificate(),
            None => self.ca.certificate(),
        };
        Browser {
            page_url: self.edge.origin(),
            trusted_keys: vec![certificate.public_key_der().to_vec()],
            blocks_site_data: false,
        }
    }

    /// The CA's directory.
    pub(crate) fn directory_url(&self) -> String {
        match &self.before_ca {
            Some(strip) => strip.directory_url(),
            None => self.ca.directory_url(),
        }
    }

    /// Where all of the CA's URLs begin.
    pub(crate) fn ca_origin(&self) -> String {
        let authority = match &self.before_ca {
            Some(strip) => strip.authority(),
            None => self.ca.authority(),
        };
        format!("https://{authority}/")
    }

    /// Where the page's URLs begin.
    pub(crate) fn edge_origin(&self) -> String {
        format!("{}/", self.edge.origin())
    }

    /// The edge's port on 127.0.0.1.
    pub(crate) fn edge_port(&self) -> u16 {
        self.edge.port()
    }

    /// Where the URLs of the edge's API begin.
    pub(crate) fn edge_api(&self) -> String {
        format!("{}/api/", self.edge.origin())
    }

    /// The root of the CA's certificates, PEM.
    pub(crate) fn root_pem(&self) -> String {
        self.ca.root_pem(0).expect("Pebble's root")
    }

    /// Talks to the CA without a browser.
    pub(crate) fn shell(&self) -> NativeShell {
        NativeShell::new(self.ca.ca_pem()).expect("a client")
    }

    /// Does an errand at the CA itself, without a browser.
    pub(crate) async fn errand(&self, key: &AccountKey, task: Task) -> Ended {
        let start = errand::Start {
            directory_url: self.ca_directory(),
            key: key.clone(),
            account_url: None,
            edge_available: false,
            task,
        };
        self.shell().errand(start).await
    }

    /// Makes an account for a key, as another client would, and a certificate with it.
    pub(crate) async fn issue_natively(&self, key: &AccountKey, name: &str) -> Delivery {
        let application = Application {
            names: vec![DomainName::parse_a_labels(name).expect("a name")],
            key_type: KeyType::P256,
            contact: Vec::new(),
            terms_agreed: true,
        };
        let mut visitor = |phase: &Phase| match phase {
            Phase::Connected => vec![Intent::Begin(application.clone())],
            Phase::Proving(proving) if proving.records.is_empty() => {
                let choose = |proof: &NameProof| Intent::ChooseMethod {
                    name: proof.name.clone(),
                    method: Method::Dns,
                };
                proving.names.iter().map(choose).collect()
            }
            Phase::Proving(proving) => {
                for record in &proving.records {
                    for value in &record.values {
                        self.dns.add_txt(&record.name, value).expect("a TXT record");
                    }
                }
                vec![Intent::Ready]
            }
            _ => Vec::new(),
        };
        let shell = self.shell();
        let run = shell
            .run(self.ca_directory(), key.clone(), &mut visitor)
            .await;
        run.delivery
            .unwrap_or_else(|| panic!("not issued: {:?}", run.view.phase))
    }

    /// What the CA itself holds of a certificate (PEM).
    pub(crate) fn certificate_status(&self, certificate_pem: &str) -> String {
        let chain = Chain::from_pem(certificate_pem).expect("a certificate");
        let serial = chain.leaf().serial_hex().replace(':', "").to_lowercase();
        let url = format!(
            "{}/cert-status-by-serial/{serial}",
            self.ca.management_url()
        );
        let answer = self.ca.client().get(url).call();
        let body = answer.expect("an answer").body_mut().read_to_string();
        let status: Value = serde_json::from_str(&body.expect("a text")).expect("JSON");
        status["Status"].as_str().expect("a status").to_owned()
    }

    /// The CA's directory, without what stands before it.
    fn ca_directory(&self) -> HttpsUrl {
        HttpsUrl::parse(&self.ca.directory_url()).expect("https")
    }

    /// Has the CA want a certificate (PEM) renewed since long ago.
    pub(crate) fn want_renewal(&self, certificate_pem: &str) {
        let window = json!({ "start": "2020-01-01T00:00:00Z", "end": "2020-01-02T00:00:00Z" });
        let info = json!({ "suggestedWindow": window });
        let set = self.ca.set_renewal_info(certificate_pem, &info);
        set.expect("Pebble takes renewal information");
    }

    /// Adds TXT records to the DNS, as a visitor does who reads them from the page.
    pub(crate) fn publish(&self, records: &[TxtRecord]) {
        for record in records {
            for value in &record.values {
                self.dns.add_txt(&record.name, value).expect("a TXT record");
            }
        }
    }

    /// Takes TXT records out of the DNS.
    pub(crate) fn clear(&self, records: &[TxtRecord]) {
        for record in records {
            self.dns.clear_txt(&record.name).expect("no TXT record");
        }
    }
}
