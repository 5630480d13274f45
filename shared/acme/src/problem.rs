//! Problem documents (RFC 7807) as ACME uses them (RFC 8555 §6.7).

mod kind;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::kind::ProblemKind;
use crate::identifier::Identifier;
use crate::lenient::{FromAnswer, Members};
use crate::words;

/// What every ACME error type starts with (RFC 8555 §6.7).
pub const TYPE_PREFIX: &str = "urn:ietf:params:acme:error:";

/// How many problems are kept below one: an order has a hundred names or fewer at most CAs.
pub const MAX_SUBPROBLEMS: usize = 200;

/// How many signature algorithms are kept.
const MAX_ALGORITHMS: usize = 50;

/// A CA's refusal in the CA's own words, as far as they are fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The full type URI; [`Problem::kind`] reads it.
    #[serde(rename = "type", default = "about_blank")]
    pub type_uri: String,
    /// The CA's sentence about what went wrong, at most [`words::MAX_SENTENCE`] characters.
    #[serde(default)]
    pub detail: String,
    /// HTTP status; absent inside challenges and subproblems of some CAs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// A URL that the visitor should open (RFC 8555 §6.7, userActionRequired).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Which name a subproblem is about (RFC 8555 §6.7.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<Identifier>,
    /// Problems per identifier (RFC 8555 §6.7.1), at most [`MAX_SUBPROBLEMS`] with those below them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subproblems: Vec<Problem>,
    /// Signature algorithms that the CA takes, with badSignatureAlgorithm (RFC 8555 §6.2).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub algorithms: Vec<String>,
    /// What it was read from.
    #[serde(default, skip_serializing_if = "Origin::is_document")]
    pub origin: Origin,
}

/// What a problem was read from. Only a problem document has words: the page of a load balancer or a
/// captive portal is nobody's answer to a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A JSON object.
    #[default]
    Document,
    /// An answer without a body.
    Empty,
    /// A page for people.
    Html,
    /// Something else, or a document that was cut off.
    Unreadable,
}

impl Origin {
    fn is_document(&self) -> bool {
        *self == Self::Document
    }

    /// What a body is that is no JSON object.
    fn of_other_body(body: &[u8]) -> Self {
        let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        match text.trim_ascii_start().first() {
            None => Self::Empty,
            Some(b'<') => Self::Html,
            Some(_) => Self::Unreadable,
        }
    }
}

impl Problem {
    /// Reads the body of an error answer. The answer's own status is the one that counts: RFC 7807
    /// §3.1 has the body's be "the same", where it is not, something between CA and client has made
    /// another answer of it.
    #[must_use]
    pub fn from_response(status: u16, body: &[u8]) -> Self {
        let mut problem = match Members::of_body(body) {
            Ok(members) => Self::from_members(members),
            Err(_) => Self {
                origin: Origin::of_other_body(body),
                ..Self::blank()
            },
        };
        problem.status = Some(status);
        problem
    }

    fn from_members(mut members: Members) -> Self {
        let sentence = members.take::<Sentence>("detail");
        let sentence = sentence.or_else(|| members.take("title"));
        let mut problem = Self {
            type_uri: members.take("type").unwrap_or_else(about_blank),
            detail: sentence.map(|Sentence(text)| text).unwrap_or_default(),
            status: members.take("status").map(|Status(status)| status),
            instance: members.take("instance"),
            identifier: members.take("identifier"),
            subproblems: members.list("subproblems"),
            algorithms: members.list("algorithms"),
            origin: Origin::Document,
        };
        problem.algorithms.truncate(MAX_ALGORITHMS);
        let mut allowed = MAX_SUBPROBLEMS;
        problem.prune(&mut allowed);
        problem
    }

    /// Leaves no more problems below this one than are allowed.
    fn prune(&mut self, allowed: &mut usize) {
        self.subproblems.truncate(*allowed);
        *allowed -= self.subproblems.len();
        for problem in &mut self.subproblems {
            problem.prune(allowed);
        }
    }

    /// A problem without type and text.
    #[must_use]
    pub fn blank() -> Self {
        Self {
            type_uri: about_blank(),
            detail: String::new(),
            status: None,
            instance: None,
            identifier: None,
            subproblems: Vec::new(),
            algorithms: Vec::new(),
            origin: Origin::Document,
        }
    }

    /// The type as a value that can be matched.
    #[must_use]
    pub fn kind(&self) -> ProblemKind {
        ProblemKind::from_uri(&self.type_uri)
    }

    /// Whether the CA says in words what is wrong, here or below.
    #[must_use]
    pub fn has_words(&self) -> bool {
        self.flatten().any(|problem| !problem.detail.is_empty())
    }

    /// Whether the CA gives no reason: neither words nor a type.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        !self.has_words() && self.flatten().all(|it| it.type_uri == about_blank())
    }

    /// This problem and all below it, itself first.
    pub fn flatten(&self) -> impl Iterator<Item = &Self> {
        let mut stack = vec![self];
        std::iter::from_fn(move || {
            let next = stack.pop()?;
            stack.extend(next.subproblems.iter().rev());
            Some(next)
        })
    }
}

impl FromAnswer for Problem {
    fn from_answer(value: Value) -> Option<Self> {
        Members::of_value(value).map(Self::from_members)
    }
}

/// A CA's words: a text, or several in a list.
struct Sentence(String);

impl FromAnswer for Sentence {
    fn from_answer(value: Value) -> Option<Self> {
        let text = match &value {
            Value::String(text) => text.trim().to_owned(),
            Value::Array(texts) => {
                let texts: Vec<_> = texts.iter().filter_map(Value::as_str).collect();
                texts.join(" ")
            }
            _ => return None,
        };
        let text = words::fit(&text, words::MAX_SENTENCE);
        (!text.is_empty()).then_some(Self(text))
    }
}

/// An HTTP status: a number, or the text of one.
struct Status(u16);

impl FromAnswer for Status {
    fn from_answer(value: Value) -> Option<Self> {
        let status = match &value {
            Value::String(text) => text.trim().parse().ok()?,
            _ => u16::try_from(value.as_u64()?).ok()?,
        };
        (100..=599).contains(&status).then_some(Self(status))
    }
}

fn about_blank() -> String {
    "about:blank".to_owned()
}

#[cfg(test)]
mod tests;
