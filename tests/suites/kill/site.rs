//! The servers of these tests, and one issuance in them with a death in its midst.

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::Pid;
use serde_json::{Map, json};
use tabcert_harness::{
    Challtestsrv, Edge, EdgeOptions, PassThrough, Pebble, PebbleOptions, PebblePackage,
};
use tabcert_tests::browser::{Browser, TxtRecord, WatchedPage};

use crate::tripwire::{At, Counts, IN_ENGINE, Tripwire};
use crate::visitor::{self, Back};

/// The servers; they end with it.
pub(crate) struct Site {
    edge: Edge,
    before_ca: PassThrough,
    _ca: Pebble,
    dns: Challtestsrv,
    _page: WatchedPage,
    tripwire: Tripwire,
}

/// When the browser dies.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Death {
    Never,
    At(At),
    /// So long after the order was begun.
    After(Duration),
}

/// What became of an issuance.
#[derive(Debug)]
pub(crate) struct Life {
    /// Whether the browser died before the certificate was there.
    pub(crate) died: bool,
    /// What was there when it was started again.
    pub(crate) back: Option<Back>,
    pub(crate) counts: Counts,
    /// From the order's beginning to the certificate, where nobody died.
    pub(crate) took: Duration,
}

impl Site {
    pub(crate) fn start(nonce_reject_percent: u8) -> Self {
        let package = PebblePackage::install().expect("Pebble");
        let dns = Challtestsrv::start(&package, None).expect("challtestsrv starts");
        let mut options = PebbleOptions::new(dns.dns_address(), dns.http01_port());
        options.nonce_reject_percent = nonce_reject_percent;
        // Otherwise an order needs no proof when an earlier one had the same name.
        options.authz_reuse_percent = 0;
        let ca = Pebble::start(&package, &options).expect("Pebble starts");
        let tripwire = Tripwire::default();
        let before_ca = PassThrough::start(&ca, tripwire.clone()).expect("a port");
        let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        let repository = tests.parent().expect("tests/ is in the repository");
        let page = WatchedPage::copy_with(repository, IN_ENGINE);
        let vars = Map::from_iter([
            ("LOCAL_CA".to_owned(), before_ca.directory_url().into()),
            ("TIES".to_owned(), json!({}).to_string().into()),
        ]);
        let edge = Edge::start(EdgeOptions {
            page: Some(page.path()),
            vars,
            trusted_pem: before_ca.ca_pem().to_owned(),
            ..EdgeOptions::default()
        });
        Self {
            edge: edge.expect("the edge starts"),
            before_ca,
            _ca: ca,
            dns,
            _page: page,
            tripwire,
        }
    }

    /// One issuance for `name` and its wildcard, from an empty profile.
    pub(crate) async fn live(&self, name: &str, death: Death) -> Life {
        let browser = Browser {
            page_url: self.edge.origin(),
            trusted_keys: vec![self.before_ca.certificate().public_key_der().to_vec()],
            blocks_site_data: false,
        };
        let profile = tempfile::tempdir().expect("a temporary directory");
        self.tripwire.reset();
        let mut placed = None;

        let first = browser.start_in(&profile).await;
        let group = first.group().expect("a process");
        if let Death::At(at) = death {
            self.tripwire.arm(at, group);
        }
        let journey = async {
            visitor::order(&first.tabcert, name).await;
            let ordered = Instant::now();
            tokio::select! {
                () = self.kill_in_time(death, group) => std::future::pending().await,
                () = visitor::finish(&first.tabcert, self, &mut placed) => ordered.elapsed(),
            }
        };
        let issued = tokio::select! {
            biased;
            () = self.tripwire.killed() => None,
            took = journey => Some(took),
        };
        if let Some(took) = issued {
            first.quit().await;
            return Life {
                died: false,
                back: None,
                counts: self.tripwire.counts(),
                took,
            };
        }
        first.bury();

        let second = browser.start_in(&profile).await;
        let back = visitor::come_back(&second.tabcert, name).await;
        if back != Back::Issued {
            visitor::finish(&second.tabcert, self, &mut placed).await;
        }
        second.quit().await;
        Life {
            died: true,
            back: Some(back),
            counts: self.tripwire.counts(),
            took: Duration::ZERO,
        }
    }

    async fn kill_in_time(&self, death: Death, group: Pid) {
        match death {
            Death::After(instant) => {
                tokio::time::sleep(instant).await;
                self.tripwire.kill(group);
            }
            Death::Never | Death::At(_) => std::future::pending().await,
        }
    }

    /// Adds TXT records to the DNS.
    pub(crate) fn publish(&self, records: &[TxtRecord]) {
        for record in records {
            for value in &record.values {
                self.dns.add_txt(&record.name, value).expect("a TXT record");
            }
        }
    }
}
