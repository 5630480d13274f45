//! A conversation with Pebble, request by request.

use std::cell::Cell;

use serde_json::Value;
use tabcert_acme::account::NewAccount;
use tabcert_acme::directory::Directory;
use tabcert_acme::http::Response;
use tabcert_acme::jws::{self, CONTENT_TYPE, KeyReference, Payload};
use tabcert_acme::key::AccountKey;
use tabcert_acme::nonce::Nonce;
use tabcert_acme::problem::{Problem, ProblemKind};
use tabcert_acme::url::HttpsUrl;
use tabcert_pki::Chain;

use super::World;

/// An answer of the client as an answer of ACME.
macro_rules! response {
    ($answer:expr) => {{
        let mut answer = $answer;
        let header = |name: &str| {
            let values: Vec<&str> = answer
                .headers()
                .get_all(name)
                .iter()
                .map(|value| value.to_str().expect("text"))
                .collect();
            (!values.is_empty()).then(|| values.join(", "))
        };
        Response {
            status: answer.status().as_u16(),
            replay_nonce: header("replay-nonce"),
            location: header("location"),
            link: header("link"),
            retry_after: header("retry-after"),
            body: answer.body_mut().read_to_vec().expect("a body"),
            ..Response::default()
        }
    }};
}

/// Signed requests, one after the other.
pub(crate) struct Talk<'a> {
    world: &'a World,
    pub(crate) directory: Directory,
    nonce: Cell<Option<Nonce>>,
}

impl<'a> Talk<'a> {
    pub(crate) fn start(world: &'a World) -> Self {
        let mut answer = world
            .pebble
            .client()
            .get(&world.pebble.directory_url())
            .call()
            .expect("an answer");
        let body = answer.body_mut().read_to_vec().expect("a body");
        Self {
            world,
            directory: Directory::parse(&body).expect("a directory"),
            nonce: Cell::new(None),
        }
    }

    pub(crate) fn get(&self, url: &HttpsUrl) -> Response {
        let answer = self.world.pebble.client().get(url.as_str()).call();
        response!(answer.expect("an answer"))
    }

    /// Pebble refuses some nonces on purpose.
    pub(crate) fn post(
        &self,
        key: &AccountKey,
        reference: KeyReference<'_>,
        url: &HttpsUrl,
        payload: Payload<'_>,
    ) -> Response {
        for _ in 0..20 {
            let fetch = || {
                self.get(&self.directory.new_nonce)
                    .nonce()
                    .expect("a nonce")
            };
            let nonce = self.nonce.take().unwrap_or_else(fetch);
            let body = jws::sign(key, reference, &nonce, url, payload).to_json();
            let answer = self
                .world
                .pebble
                .client()
                .post(url.as_str())
                .header("Content-Type", CONTENT_TYPE)
                .send(body.as_bytes());
            let answer = response!(answer.expect("an answer"));
            self.nonce.set(answer.nonce());
            if kind_of(&answer) != ProblemKind::BadNonce {
                return answer;
            }
        }
        panic!("twenty nonces were refused");
    }

    /// In the account's name.
    pub(crate) fn post_json(
        &self,
        key: &AccountKey,
        account: &HttpsUrl,
        url: &HttpsUrl,
        json: &str,
    ) -> Response {
        self.post(key, KeyReference::Kid(account), url, Payload::Json(json))
    }

    /// The account's URL, as the CA tells whoever has the key (RFC 8555 §7.3.1).
    pub(crate) fn find_account(&self, key: &AccountKey) -> Response {
        let existing = NewAccount {
            only_return_existing: true,
            ..NewAccount::default()
        };
        let payload = serde_json::to_string(&existing).expect("JSON");
        let url = &self.directory.new_account;
        self.post(key, KeyReference::Jwk, url, Payload::Json(&payload))
    }

    pub(crate) fn account_url(&self, key: &AccountKey) -> HttpsUrl {
        let answer = self.find_account(key);
        assert_eq!(answer.status, 200);
        answer.location_url().expect("an account URL")
    }

    /// What the CA itself holds of a certificate.
    pub(crate) fn status(&self, chain: &Chain) -> String {
        let serial = chain.leaf().serial_hex().replace(':', "").to_lowercase();
        let url = format!(
            "{}/cert-status-by-serial/{serial}",
            self.world.pebble.management_url()
        );
        let mut answer = self
            .world
            .pebble
            .client()
            .get(url)
            .call()
            .expect("an answer");
        let body = answer.body_mut().read_to_vec().expect("a body");
        let status: Value = serde_json::from_slice(&body).expect("JSON");
        status["Status"].as_str().expect("a status").to_owned()
    }
}

/// What the CA refused, if it did.
pub(crate) fn kind_of(answer: &Response) -> ProblemKind {
    if answer.is_success() {
        return ProblemKind::Other;
    }
    Problem::from_response(answer.status, &answer.body).kind()
}
