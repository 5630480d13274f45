//! Canned answers of a CA.

use serde_json::{Value, json};
use tabcert_acme::http::Response;

/// Where the test CA lives.
pub(crate) const CA: &str = "https://ca.example";

/// An answer, before the CA has put a nonce into it.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) response: Response,
    pub(crate) nonce: ReplayNonce,
}

/// What is in `Replay-Nonce`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReplayNonce {
    /// One that was never given out before.
    Fresh,
    /// Nothing, or nothing that can be read.
    Missing,
}

impl Answer {
    pub(crate) fn location(mut self, url: &str) -> Self {
        self.response.location = Some(url.to_owned());
        self
    }

    pub(crate) fn without_location(mut self) -> Self {
        self.response.location = None;
        self
    }

    pub(crate) fn retry_after(mut self, value: &str) -> Self {
        self.response.retry_after = Some(value.to_owned());
        self
    }

    pub(crate) fn link(mut self, value: &str) -> Self {
        self.response.link = Some(value.to_owned());
        self
    }

    pub(crate) fn without_nonce(mut self) -> Self {
        self.nonce = ReplayNonce::Missing;
        self
    }
}

pub(crate) fn bytes(status: u16, body: &[u8]) -> Answer {
    let response = Response {
        status,
        body: body.to_vec(),
        ..Response::default()
    };
    Answer {
        response,
        nonce: ReplayNonce::Fresh,
    }
}

pub(crate) fn text(status: u16, body: &str) -> Answer {
    bytes(status, body.as_bytes())
}

pub(crate) fn json(status: u16, body: &Value) -> Answer {
    text(status, &body.to_string())
}

/// A problem document (RFC 8555 §6.7).
pub(crate) fn problem(status: u16, kind: &str, detail: &str) -> Answer {
    json(status, &problem_json(kind, detail))
}

pub(crate) fn problem_json(kind: &str, detail: &str) -> Value {
    json!({"type": format!("urn:ietf:params:acme:error:{kind}"), "detail": detail})
}

/// A refusal of newOrder that blames single names (RFC 8555 §6.7.1).
pub(crate) fn rejected(names: &[&str]) -> Answer {
    let about = |name: &&str| {
        let mut problem = problem_json("rejectedIdentifier", &format!("not {name}"));
        problem["identifier"] = json!({"type": "dns", "value": name});
        problem
    };
    let mut whole = problem_json("rejectedIdentifier", "some names were refused");
    whole["subproblems"] = names.iter().map(about).collect();
    json(400, &whole)
}

pub(crate) fn bad_nonce() -> Answer {
    problem(400, "badNonce", "the nonce is not good")
}

pub(crate) fn directory(meta: &Value) -> Answer {
    let url = |path: &str| format!("{CA}/{path}");
    let body = json!({
        "newNonce": url("new-nonce"),
        "newAccount": url("new-account"),
        "newOrder": url("new-order"),
        "renewalInfo": url("renewal-info"),
        "meta": meta,
    });
    json(200, &body).without_nonce()
}

pub(crate) fn account(status: &str) -> Answer {
    json(201, &json!({"status": status})).location(&format!("{CA}/account/1"))
}

/// Order `number` with so many authorizations.
pub(crate) fn order(number: usize, status: &str, authorizations: usize) -> Answer {
    let names = vec![""; authorizations];
    order_for(number, status, &names)
}

/// Order `number` for these names.
pub(crate) fn order_for(number: usize, status: &str, names: &[&str]) -> Answer {
    let url = format!("{CA}/order/{number}");
    let authorizations: Vec<_> = (0..names.len())
        .map(|index| format!("{CA}/authorization/{number}/{index}"))
        .collect();
    let mut body = json!({
        "status": status,
        "identifiers": names.iter().map(|name| json!({"type": "dns", "value": name})).collect::<Vec<_>>(),
        "authorizations": authorizations,
        "finalize": format!("{CA}/finalize/{number}"),
    });
    if status == "valid" {
        body["certificate"] = json!(format!("{CA}/certificate/{number}"));
    }
    json(200, &body).location(&url)
}

/// The same order, failed.
pub(crate) fn invalid_order(number: usize, authorizations: usize, error: Value) -> Answer {
    let answer = order(number, "invalid", authorizations);
    let mut body: Value = serde_json::from_slice(&answer.response.body).expect("JSON");
    body["error"] = error;
    json(200, &body)
}

/// An authorization with one challenge of each kind; all have the authorization's status.
pub(crate) fn authorization(
    (number, index): (usize, usize),
    name: &str,
    status: &str,
    kinds: &[&str],
) -> Value {
    let base = name.trim_start_matches("*.");
    let challenges: Vec<_> = kinds
        .iter()
        .map(|kind| {
            json!({
                "type": kind,
                "url": format!("{CA}/challenge/{number}/{index}/{kind}"),
                "status": status,
                "token": format!("token-of-order-{number:04}-name-{index:04}-{kind}"),
            })
        })
        .collect();
    json!({
        "identifier": {"type": "dns", "value": base},
        "status": status,
        "wildcard": name != base,
        "challenges": challenges,
    })
}
