//! A CA's refusal of one request.

use serde::{Deserialize, Serialize};
use tabcert_acme::http::Response;
use tabcert_acme::problem::{Problem, ProblemKind};
use tabcert_acme::retry_after;
use tabcert_acme::url::HttpsUrl;

use crate::transcript::RequestKind;

/// A problem document with its circumstances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What was asked.
    pub kind: RequestKind,
    /// The CA's words, whole.
    pub problem: Problem,
    /// When the CA wants to be asked again, milliseconds since the Unix epoch.
    pub retry_at_ms: Option<u64>,
    /// A page about it: `Link rel="help"`, or the terms of service (RFC 8555 §6.7, §7.3.3).
    pub link: Option<String>,
}

impl Refusal {
    /// Whether the CA is busy, or has had enough for now, so that the same may be asked later.
    pub(super) fn is_for_now(&self) -> bool {
        matches!(
            self.problem.kind(),
            ProblemKind::RateLimited | ProblemKind::ServerInternal | ProblemKind::BadNonce
        ) || matches!(self.problem.status, Some(408 | 425 | 429 | 500..=599))
    }

    /// Whether the CA may have done what was asked for all the same. What a balancer answers with 503 has
    /// not reached it.
    pub(super) fn leaves_doubt(&self) -> bool {
        matches!(self.problem.status, Some(408 | 425 | 500..=502 | 504..=599))
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> Option<u16> {
        self.problem.status
    }

    /// Whether the CA has had enough requests for now.
    pub(crate) fn is_limit(&self) -> bool {
        self.problem.kind() == ProblemKind::RateLimited || self.status() == Some(429)
    }

    /// Whether the CA does not have what it was asked for.
    pub(crate) fn is_unknown_resource(&self) -> bool {
        matches!(self.problem.status, Some(404 | 410))
    }

    /// Reads an answer that is no success.
    pub(crate) fn read(kind: RequestKind, response: &Response, now_ms: u64) -> Self {
        let problem = Problem::from_response(response.status, &response.body);
        let wait = response.retry_after.as_deref();
        let wait = wait.and_then(|value| retry_after::parse(value, now_ms));
        let retry_at_ms = wait
            .and_then(|wait| u64::try_from(wait.as_millis()).ok())
            .map(|wait_ms| now_ms.saturating_add(wait_ms));
        Self {
            kind,
            link: page_about(&problem, response),
            problem,
            retry_at_ms,
        }
    }
}

/// The page that the visitor should open: `instance` for userActionRequired (RFC 8555 §7.3.3),
/// otherwise a link of the answer. Only `https` is believed.
fn page_about(problem: &Problem, response: &Response) -> Option<String> {
    let kind = problem.kind();
    let asks_for_something = matches!(
        kind,
        ProblemKind::UserActionRequired | ProblemKind::RateLimited
    );
    let instance = || response.resolve(problem.instance.as_deref()?);
    let terms = || {
        let wanted = kind == ProblemKind::UserActionRequired;
        wanted.then(|| response.link_url("terms-of-service"))?
    };
    // Some say it in their words: "visit https://…".
    let in_words = || HttpsUrl::parse(url_in(&problem.detail)?).ok();
    instance()
        .or_else(|| response.link_url("help"))
        .or_else(terms)
        .or_else(|| asks_for_something.then(in_words)?)
        .map(String::from)
}

/// The first https URL in a text, without the sentence's punctuation.
fn url_in(text: &str) -> Option<&str> {
    let begin = text.find("https://")?;
    let url = &text[begin..];
    let is_end = |it: char| it.is_whitespace() || matches!(it, '"' | '<' | '>' | '`' | '\'');
    let url = url.split(is_end).next()?;
    Some(url.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_found_in_the_words_of_a_ca() {
        let cases = [
            (
                "paused: visit https://ca.example/unpause?jwt=a.b.c.",
                Some("https://ca.example/unpause?jwt=a.b.c"),
            ),
            (
                "see (https://ca.example/x), please",
                Some("https://ca.example/x"),
            ),
            (
                "<a href=\"https://ca.example/y\">",
                Some("https://ca.example/y"),
            ),
            ("http://ca.example/z", None),
            ("javascript:alert(1)", None),
            ("", None),
        ];
        for (detail, expected) in cases {
            for kind in ["rateLimited", "userActionRequired"] {
                let body = serde_json::json!({
                    "type": format!("urn:ietf:params:acme:error:{kind}"),
                    "detail": detail,
                });
                let response = Response {
                    status: 429,
                    body: body.to_string().into_bytes(),
                    ..Response::default()
                };
                let refusal = Refusal::read(RequestKind::NewOrder, &response, 0);
                assert_eq!(refusal.link.as_deref(), expected, "{detail}");
            }
        }
    }
}
