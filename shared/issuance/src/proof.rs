//! How control of the names is proven: methods, and what the visitor has to put in place.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tabcert_acme::authorization::Authorization;
use tabcert_acme::challenge::{Challenge, ChallengeStatus, ChallengeType};
use tabcert_acme::domain::DomainName;
use tabcert_acme::jwk::Thumbprint;
use tabcert_acme::key::AccountKey;
use tabcert_acme::key_authorization::{
    dns_record_name, dns_txt_value, http_path, key_authorization,
};
use tabcert_acme::token::Token;
use tabcert_acme::url::HttpsUrl;

use crate::effect::TokenTask;
use crate::event::PublishError;
use crate::view::NameProof;

/// A way to prove control of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Method {
    /// A TXT record (dns-01).
    Dns,
    /// A file on the visitor's own web server (http-01).
    HttpFile,
    /// The edge answers, where the host points to it (http-01).
    HttpEdge,
    /// The host's own server redirects its challenges to the edge's stateless route, set up once
    /// (http-01): nothing to publish, nothing to place.
    HttpRedirect,
}

impl Method {
    /// The challenge type that this method answers.
    #[must_use]
    pub fn challenge_type(self) -> ChallengeType {
        match self {
            Self::Dns => ChallengeType::Dns01,
            Self::HttpFile | Self::HttpEdge | Self::HttpRedirect => ChallengeType::Http01,
        }
    }
}

/// A DNS record name with every value that has to be there at the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TxtRecord {
    /// Absolute name without trailing dot: `_acme-challenge.www.example.org`.
    pub name: String,
    /// The name as a DNS provider's form wants it, relative to [`TxtRecord::zone`].
    pub relative_name: String,
    /// The likely zone: the last two labels, or three below a well-known double suffix.
    pub zone: String,
    /// The values; more than one where a name and its wildcard are proven together.
    pub values: Vec<String>,
    /// The ordered names that this record proves.
    pub proves: Vec<String>,
}

/// A file that has to be reachable over plain http on port 80.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeFile {
    /// `http://<host>/.well-known/acme-challenge/<token>`.
    pub url: String,
    /// The file's name: the token.
    pub file_name: String,
    /// The content: the key authorization.
    pub content: String,
    /// The ordered name that this file proves.
    pub proves: String,
}

/// One name that needs a proof, with the challenges that can be answered here.
#[derive(Debug, Clone)]
pub(crate) struct Proof {
    /// As ordered, with `*.` for a wildcard.
    pub(crate) name: String,
    pub(crate) publish_error: Option<PublishError>,
    /// The method that was chosen earlier and is not offered now: nothing stands in for it before the
    /// visitor says so.
    pub(crate) not_offered: Option<Method>,
    base: DomainName,
    /// Never empty; the chosen one first.
    options: Vec<(Method, Answerable)>,
}

#[derive(Debug, Clone)]
struct Answerable {
    url: HttpsUrl,
    token: Token,
}

impl Proof {
    /// What can be answered of what the CA offers for a name as ordered; `None` where nothing can.
    pub(crate) fn offered(name: String, authorization: &Authorization, edge: bool) -> Option<Self> {
        let (is_wildcard, base) = match name.strip_prefix("*.") {
            Some(base) => (true, base),
            None => (false, name.as_str()),
        };
        let base = DomainName::parse_a_labels(base).ok()?;
        let methods = [
            (Method::Dns, true),
            (Method::HttpFile, true),
            (Method::HttpEdge, edge),
            (Method::HttpRedirect, edge),
        ];
        let options: Vec<_> = methods
            .into_iter()
            // RFC 8555 §7.1.3: a wildcard cannot be proven by http-01.
            .filter(|(method, there)| *there && (*method == Method::Dns || !is_wildcard))
            .filter_map(|(method, _)| {
                let usable = authorization
                    .challenges
                    .iter()
                    .find_map(|challenge| answerable(challenge, method));
                Some((method, usable?))
            })
            .collect();
        (!options.is_empty()).then_some(Self {
            name,
            publish_error: None,
            not_offered: None,
            base,
            options,
        })
    }

    /// Chooses a method, if it is offered; says whether it is.
    pub(crate) fn choose(&mut self, method: Method) -> bool {
        let offered = self.options.iter().map(|(offered, _)| *offered);
        let Some(index) = offered.into_iter().position(|offered| offered == method) else {
            return false;
        };
        self.options[..=index].rotate_right(1);
        self.publish_error = None;
        self.not_offered = None;
        true
    }

    /// Chooses what was chosen before. What is not offered any more is remembered as that.
    pub(crate) fn choose_again(&mut self, method: Method) {
        if !self.choose(method) {
            self.not_offered = Some(method);
        }
    }

    pub(crate) fn token(&self) -> &Token {
        &self.chosen().1.token
    }

    pub(crate) fn challenge_url(&self) -> &HttpsUrl {
        &self.chosen().1.url
    }

    pub(crate) fn method(&self) -> Method {
        self.not_offered.unwrap_or(self.chosen().0)
    }

    fn chosen(&self) -> &(Method, Answerable) {
        &self.options[0]
    }
}

fn answerable(challenge: &Challenge, method: Method) -> Option<Answerable> {
    let open = matches!(
        challenge.status,
        ChallengeStatus::Pending | ChallengeStatus::Processing
    );
    let token = challenge.token.clone()?;
    let fits = open && challenge.kind == method.challenge_type();
    fits.then(|| Answerable {
        url: challenge.url.clone(),
        token,
    })
}

impl From<&Proof> for NameProof {
    fn from(proof: &Proof) -> Self {
        let mut methods: Vec<_> = proof.options.iter().map(|(method, _)| *method).collect();
        methods.sort_unstable();
        Self {
            name: proof.name.clone(),
            methods,
            method: proof.method(),
            token: proof.token().clone(),
            publish_error: proof.publish_error.clone(),
            not_offered: proof.not_offered,
        }
    }
}

fn by_method(proofs: &[Proof], method: Method) -> impl Iterator<Item = &Proof> {
    proofs
        .iter()
        .filter(move |proof| proof.method() == method && proof.not_offered.is_none())
}

/// All TXT records for the names proven by DNS. A name and its wildcard share one record name and
/// need both values at once.
pub(crate) fn txt_records(proofs: &[Proof], thumbprint: &Thumbprint) -> Vec<TxtRecord> {
    let mut records: Vec<TxtRecord> = Vec::new();
    let mut positions = BTreeMap::new();
    for proof in by_method(proofs, Method::Dns) {
        let name = dns_record_name(proof.base.as_str());
        let position = *positions.entry(name).or_insert_with_key(|name| {
            let zone = likely_zone(proof.base.as_str()).to_owned();
            let relative_name = name[..name.len() - zone.len()]
                .trim_end_matches('.')
                .to_owned();
            let (values, proves) = (Vec::new(), Vec::new());
            records.push(TxtRecord {
                name: name.clone(),
                relative_name,
                zone,
                values,
                proves,
            });
            records.len() - 1
        });
        records[position]
            .values
            .push(dns_txt_value(proof.token(), thumbprint));
        records[position].proves.push(proof.name.clone());
    }
    records
}

/// All files for the names proven on the visitor's own web server.
pub(crate) fn challenge_files(proofs: &[Proof], thumbprint: &Thumbprint) -> Vec<ChallengeFile> {
    by_method(proofs, Method::HttpFile)
        .map(|proof| ChallengeFile {
            url: format!("http://{}{}", proof.base, http_path(proof.token())),
            file_name: proof.token().to_string(),
            content: key_authorization(proof.token(), thumbprint),
            proves: proof.name.clone(),
        })
        .collect()
}

/// The hosts that the edge answers for.
pub(crate) fn edge_hosts(proofs: &[Proof]) -> Vec<String> {
    by_method(proofs, Method::HttpEdge)
        .map(|proof| proof.base.to_string())
        .collect()
}

/// What the edge has to be told.
pub(crate) fn token_tasks(proofs: &[Proof], signer: &AccountKey) -> Vec<TokenTask> {
    by_method(proofs, Method::HttpEdge)
        .map(|proof| TokenTask {
            signer: signer.clone(),
            host: proof.base.clone(),
            token: proof.token().clone(),
        })
        .collect()
}

/// Second-level labels below which registries hand out names under two-letter countries. A guess
/// for a form's convenience only: nothing depends on it.
const DOUBLE_SUFFIX_LABELS: [&str; 9] = ["ac", "co", "com", "edu", "gov", "net", "ne", "or", "org"];

/// The zone in which a provider most likely keeps this name.
pub(crate) fn likely_zone(name: &str) -> &str {
    let last = |count: usize| {
        let mut dots = name.rmatch_indices('.').map(|(index, _)| index);
        dots.nth(count - 1).map_or(name, |index| &name[index + 1..])
    };
    let mut labels = name.rsplit('.');
    let country = labels.next().is_some_and(|label| label.len() == 2);
    let double = country
        && labels
            .next()
            .is_some_and(|label| DOUBLE_SUFFIX_LABELS.contains(&label));
    last(if double { 3 } else { 2 })
}

#[cfg(test)]
mod tests;
