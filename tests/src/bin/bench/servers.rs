//! The servers that are measured against: the same for both sides, and never shared between groups.

use anyhow::Result;
use serde_json::{Map, json};
use tabcert_harness::{
    Challtestsrv, Edge, EdgeOptions, Pebble, PebbleOptions, PebblePackage, free_port,
};
use tabcert_tests::browser::{Browser, WatchedPage};

use crate::repository;

/// A CA and its DNS.
pub(crate) struct Ca {
    pub(crate) dns: Challtestsrv,
    pub(crate) pebble: Pebble,
    http_port: u16,
}

impl Ca {
    /// Starts both. The CA refuses no good nonce and takes over no authorization, so that every run
    /// has the same to do; `adjust` changes how else it behaves.
    pub(crate) fn start(adjust: impl FnOnce(&mut PebbleOptions)) -> Result<Self> {
        let package = PebblePackage::install()?;
        let dns = Challtestsrv::start(&package, None)?;
        let http_port = free_port()?;
        let mut options = PebbleOptions::new(dns.dns_address(), http_port);
        options.nonce_reject_percent = 0;
        options.authz_reuse_percent = 0;
        adjust(&mut options);
        let pebble = Pebble::start(&package, &options)?;
        Ok(Self {
            dns,
            pebble,
            http_port,
        })
    }

    /// Where all of the CA's URLs begin.
    pub(crate) fn origin(&self) -> String {
        format!("https://{}/", self.pebble.authority())
    }
}

/// The page, with a CA that it offers.
pub(crate) struct Site {
    pub(crate) ca: Ca,
    edge: Edge,
    _page: Option<WatchedPage>,
}

impl Site {
    /// Starts the edge, and a CA that believes every proof, so that no visitor is waited for.
    pub(crate) fn start() -> Result<Self> {
        Self::serving(None)
    }

    /// The same with a page whose engine tells when it asked the CA.
    pub(crate) fn start_watched() -> Result<Self> {
        Self::serving(Some(WatchedPage::copy(&repository()?)))
    }

    fn serving(page: Option<WatchedPage>) -> Result<Self> {
        let ca = Ca::start(|options| options.always_valid = true)?;
        let edge = Edge::start(EdgeOptions {
            port: Some(ca.http_port),
            page: page.as_ref().map(WatchedPage::path),
            vars: Map::from_iter([("LOCAL_CA".to_owned(), json!(ca.pebble.directory_url()))]),
            trusted_pem: ca.pebble.ca_pem().to_owned(),
            ..EdgeOptions::default()
        })?;
        Ok(Self {
            ca,
            edge,
            _page: page,
        })
    }

    /// A browser that goes to the page, and trusts the CA's https.
    pub(crate) fn browser(&self) -> Browser {
        Browser {
            page_url: self.edge.origin(),
            trusted_keys: vec![self.ca.pebble.certificate().public_key_der().to_vec()],
            blocks_site_data: false,
        }
    }
}

/// As many names as wanted; `tag` makes them different from all others.
pub(crate) fn names(count: usize, tag: &str) -> Vec<String> {
    (0..count)
        .map(|index| format!("host-{index}.{tag}.test"))
        .collect()
}
