//! A request that the machine made, taken apart.

use serde_json::Value;
use tabcert_acme::base64url;
use tabcert_acme::http::{Method, Request};
use tabcert_acme::jws::Jws;
use tabcert_issuance::effect::{RequestId, Route};
use tabcert_issuance::transcript::RequestKind;

use crate::answers::CA;
use crate::conversation::Conversation;

/// A request that waits for its answer.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) id: RequestId,
    pub(crate) route: Route,
    pub(crate) kind: RequestKind,
    pub(crate) method: Method,
    /// Without the CA's origin: `/order/1`.
    pub(crate) path: String,
    /// What is signed, for POST.
    pub(crate) signed: Option<Signed>,
}

/// The parts of a JWS.
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    pub(crate) protected: Value,
    /// `None` for POST-as-GET.
    pub(crate) payload: Option<Value>,
}

impl Asked {
    /// Takes a request apart and checks what every request has to fulfil.
    pub(crate) fn new(id: RequestId, kind: RequestKind, route: Route, request: &Request) -> Self {
        let path = request.url.as_str().strip_prefix(CA);
        let path = path.expect("a URL of this CA").to_owned();
        assert_eq!(kind, kind_of(&path), "{path}");
        let signed = request.body.as_deref().map(Signed::parse);
        if let Some(signed) = &signed {
            signed.check(request.url.as_str(), kind);
        }
        let expected = match kind {
            RequestKind::Directory => Method::Get,
            // RFC 8555 §7.2 has both.
            RequestKind::NewNonce if request.method == Method::Get => Method::Get,
            RequestKind::NewNonce => Method::Head,
            _ => Method::Post,
        };
        assert_eq!(request.method, expected, "{path}");
        assert_eq!(signed.is_some(), expected == Method::Post, "{path}");
        Self {
            id,
            route,
            kind,
            method: request.method,
            path,
            signed,
        }
    }

    pub(crate) fn nonce(&self) -> Option<&str> {
        let signed = self.signed.as_ref()?;
        signed.protected["nonce"].as_str()
    }

    pub(crate) fn payload(&self) -> &Value {
        let payload = self.signed.as_ref().and_then(|it| it.payload.as_ref());
        payload.expect("a payload")
    }

    /// The numbers in the path: the order's, then the authorization's.
    pub(crate) fn numbers(&self) -> (usize, usize) {
        let mut numbers = self.path.split('/').filter_map(|part| part.parse().ok());
        (
            numbers.next().expect("an order's number"),
            numbers.next().unwrap_or(0),
        )
    }
}

impl Signed {
    fn parse(body: &str) -> Self {
        let jws: Jws = serde_json::from_str(body).expect("a flattened JWS");
        let json = |part: &str| {
            let bytes = base64url::decode(part).expect("base64url");
            serde_json::from_slice(&bytes).expect("JSON")
        };
        Self {
            protected: json(&jws.protected),
            payload: (!jws.payload.is_empty()).then(|| json(&jws.payload)),
        }
    }

    /// RFC 8555 §6.2: which members the protected header has, and that `url` is the request's.
    fn check(&self, url: &str, kind: RequestKind) {
        let members = self.protected.as_object().expect("an object");
        let names: Vec<_> = members.keys().map(String::as_str).collect();
        if kind == RequestKind::NewAccount {
            assert_eq!(names, ["alg", "jwk", "nonce", "url"]);
        } else {
            assert_eq!(names, ["alg", "kid", "nonce", "url"]);
            assert_eq!(self.protected["kid"], format!("{CA}/account/1"));
        }
        assert_eq!(self.protected["alg"], "ES256");
        assert_eq!(self.protected["url"], url);
        // RFC 8555 §6.3, §7.5.1.
        let reads = matches!(
            kind,
            RequestKind::Account
                | RequestKind::Orders
                | RequestKind::Authorization
                | RequestKind::Order
                | RequestKind::Certificate
        );
        assert_eq!(self.payload.is_none(), reads, "{url}");
        if kind == RequestKind::Challenge {
            assert_eq!(self.payload, Some(serde_json::json!({})));
        }
    }
}

fn kind_of(path: &str) -> RequestKind {
    match path.split('/').nth(1).expect("a path") {
        "directory" => RequestKind::Directory,
        "new-nonce" => RequestKind::NewNonce,
        "new-account" => RequestKind::NewAccount,
        "account" => RequestKind::Account,
        "orders" => RequestKind::Orders,
        "new-order" => RequestKind::NewOrder,
        "authorization" => RequestKind::Authorization,
        "challenge" => RequestKind::Challenge,
        "order" => RequestKind::Order,
        "finalize" => RequestKind::Finalize,
        "certificate" => RequestKind::Certificate,
        _ => panic!("an unknown URL: {path}"),
    }
}

impl Conversation {
    /// The kinds of the requests that wait, oldest first.
    pub(crate) fn waiting(&self) -> Vec<RequestKind> {
        self.requests.iter().map(|asked| asked.kind).collect()
    }

    /// How many requests of a kind were ever made.
    pub(crate) fn count(&self, kind: RequestKind) -> usize {
        self.asked.iter().filter(|asked| **asked == kind).count()
    }
}
