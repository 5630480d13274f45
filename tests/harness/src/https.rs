//! HTTPS to the test servers.

use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring::default_provider;
use serde_json::Value;
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

use crate::{Error, Result};

/// A blocking client that trusts the CA certificates in `trusted_pem` and no others, follows no
/// redirects, and returns every answer whatever its status.
pub fn client(trusted_pem: &str) -> Agent {
    let roots: Vec<Certificate<'static>> = parse_pem(trusted_pem.as_bytes())
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(default_provider()))
        .root_certs(RootCerts::Specific(Arc::new(roots)))
        .build();
    Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .new_agent()
}

/// What a management endpoint answers to GET.
pub(crate) fn get(client: &Agent, url: &str) -> Result<String> {
    let answer = client
        .get(url)
        .config()
        .http_status_as_error(true)
        .build()
        .call();
    answer
        .and_then(|mut answer| answer.body_mut().read_to_string())
        .map_err(failed(url))
}

/// What a management endpoint answers to POST.
pub(crate) fn post(client: &Agent, url: &str, body: &Value) -> Result<String> {
    let answer = client
        .post(url)
        .config()
        .http_status_as_error(true)
        .build()
        .send_json(body);
    answer
        .and_then(|mut answer| answer.body_mut().read_to_string())
        .map_err(failed(url))
}

fn failed(url: &str) -> impl FnOnce(ureq::Error) -> Error {
    move |source| Error::Management {
        url: url.to_owned(),
        source: Box::new(source),
    }
}
