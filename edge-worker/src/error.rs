//! Everything that can go wrong at the edge, and how each is answered.

use js_sys::{Error as JsError, Reflect};
use tabcert_acme::domain::DomainName;
use tabcert_acme::error::JoseError;
use tabcert_edge_api::authorize::Refusal;
use tabcert_edge_api::dns_json::DnsError;
use tabcert_edge_api::path::API_VERSION;
use tabcert_edge_api::problem::{CONTENT_TYPE, EDGE_HEADER, EdgeProblem, ProblemKind};
use tabcert_edge_api::proxy::ProxyError;
use tabcert_edge_api::ties::TxtRecord;
use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};

use crate::headers::Kind;
use crate::reply::Reply;

/// Why a request was not done. The text is for the visitor; it names whoever can change something.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum EdgeError {
    #[error("There is nothing at this address.")]
    NotFound,
    #[error("This address takes {allowed} only.")]
    MethodNotAllowed { allowed: &'static str },
    #[error("This address takes {expected} only.")]
    UnsupportedMediaType { expected: &'static str },
    #[error("The request is larger than {limit} bytes.")]
    TooLarge { limit: usize },
    #[error("{0}")]
    Malformed(&'static str),
    #[error(
        "Pages of {0} may not use this edge. Its operator can allow it with the variable \
         PAGE_ORIGINS."
    )]
    OriginNotAllowed(String),
    #[error(
        "This address is for programs: a browser does not get it as a page, a script or anything else \
         to show or run."
    )]
    NotForBrowsing,
    #[error("{0}. The edge's operator can add it with the variable CA_HOSTS.")]
    Proxy(ProxyError),
    #[error("Token not changed: {0}.")]
    Refused(#[from] Refusal),
    #[error(
        "{host} is not tied to this account. Set the TXT record {} to {} at {host}'s DNS, or ask \
         the edge's operator to add the account to the variable TIES.", record.name, record.value
    )]
    HostNotTied { host: DomainName, record: TxtRecord },
    #[error(
        "{host} is not tied to this account, and is too long for a record in DNS that would tie it. \
         The edge's operator can add the account to the variable TIES."
    )]
    TooLongToTie { host: DomainName },
    #[error("{host} is the edge itself. Only its operator can tie it, with the variable TIES.")]
    OwnHostNotTied { host: DomainName },
    #[error("The DNS resolver could not be asked whom the host is tied to: {0}.")]
    Resolver(#[from] ResolverError),
    #[error("{authority} {}: {fault}.", fault.predicate())]
    Ca { authority: String, fault: Fault },
    #[error(
        "{authority} answered with a redirect, which ACME servers do not do and the edge does not \
         follow. Enter the address that it leads to: {location}"
    )]
    CaRedirects { authority: String, location: String },
    #[error("Too many requests from your address. Wait {seconds} seconds, then try again.")]
    RateLimited { seconds: u32 },
    #[error("This edge has no token storage. Its operator can bind a KV namespace as TOKENS.")]
    NoStorage,
    #[error("Token storage failed. Try again in a moment.")]
    Storage { cause: String },
    #[error("The edge's operator has set {variable} to something that is {reason}.")]
    Misconfigured {
        variable: &'static str,
        reason: String,
    },
    #[error("Something went wrong in the edge.")]
    Internal { cause: String },
}

/// Why the resolver is of no help.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ResolverError {
    #[error("{0}")]
    Unreachable(Fault),
    #[error("it answered with HTTP status {0}")]
    Status(u16),
    #[error(transparent)]
    Answer(#[from] DnsError),
}

/// Why a request of the edge's own got no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Fault {
    #[error("it took longer than {seconds} seconds")]
    Timeout { seconds: u32 },
    #[error("its answer is larger than {limit} bytes")]
    TooLarge { limit: usize },
    /// Cloudflare answers for servers that it cannot reach with statuses of its own.
    #[error("{reason} (status {status})")]
    Gateway { status: u16, reason: &'static str },
    #[error("{0}")]
    Network(String),
}

impl Fault {
    /// What is to be said of the other side.
    fn predicate(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "answered more than ACME servers do",
            Self::Timeout { .. } | Self::Gateway { .. } | Self::Network(_) => {
                "could not be reached"
            }
        }
    }
}

impl EdgeError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::NotFound => ProblemKind::NotFound,
            Self::MethodNotAllowed { .. } => ProblemKind::MethodNotAllowed,
            Self::UnsupportedMediaType { .. } => ProblemKind::UnsupportedMediaType,
            Self::TooLarge { .. } => ProblemKind::TooLarge,
            Self::Malformed(_)
            | Self::Proxy(ProxyError::Malformed)
            | Self::Refused(Refusal::Jose(JoseError::Serialisation)) => ProblemKind::Malformed,
            Self::OriginNotAllowed(_) => ProblemKind::OriginNotAllowed,
            Self::NotForBrowsing => ProblemKind::DestinationNotAllowed,
            Self::Proxy(ProxyError::NotAllowed(_)) => ProblemKind::CaNotAllowed,
            Self::Refused(Refusal::Stale { .. }) => ProblemKind::Stale,
            Self::Refused(Refusal::Replayed) => ProblemKind::Replayed,
            Self::Refused(_) => ProblemKind::Unauthorized,
            Self::HostNotTied { .. } | Self::TooLongToTie { .. } | Self::OwnHostNotTied { .. } => {
                ProblemKind::HostNotTied
            }
            Self::Resolver(_) => ProblemKind::ResolverFailed,
            Self::Ca { fault, .. } => match fault {
                Fault::Timeout { .. } => ProblemKind::CaTimeout,
                Fault::TooLarge { .. } => ProblemKind::CaAnswerTooLarge,
                Fault::Gateway { .. } | Fault::Network(_) => ProblemKind::CaUnreachable,
            },
            Self::CaRedirects { .. } => ProblemKind::CaRedirects,
            Self::RateLimited { .. } => ProblemKind::RateLimited,
            Self::NoStorage | Self::Storage { .. } => ProblemKind::StorageFailed,
            Self::Misconfigured { .. } => ProblemKind::Misconfigured,
            Self::Internal { .. } => ProblemKind::Internal,
        }
    }

    /// What the visitor must not see but the operator should: for the log.
    pub(crate) fn cause(&self) -> Option<&str> {
        match self {
            Self::Storage { cause } | Self::Internal { cause } => Some(cause),
            _ => None,
        }
    }

    fn problem(&self) -> EdgeProblem {
        EdgeProblem {
            record: match self {
                Self::HostNotTied { record, .. } => Some(record.clone()),
                _ => None,
            },
            ..EdgeProblem::new(self.kind(), self.to_string())
        }
    }

    /// The answer: a problem document.
    pub(crate) fn reply(&self) -> Reply {
        let problem = self.problem();
        let reply = Reply::new(problem.status, Kind::Api)
            .with("content-type", CONTENT_TYPE)
            .with(EDGE_HEADER, &API_VERSION.to_string())
            .text(&problem.to_json());
        match self {
            Self::MethodNotAllowed { allowed } => reply.with("allow", allowed),
            Self::RateLimited { seconds } => reply.with("retry-after", &seconds.to_string()),
            _ => reply,
        }
    }
}

/// An exception of the runtime that no rule foresees.
impl From<JsValue> for EdgeError {
    fn from(exception: JsValue) -> Self {
        Self::Internal {
            cause: describe(&exception),
        }
    }
}

/// The message of a JavaScript exception, at most 200 characters, to go into a sentence.
pub(crate) fn describe(exception: &JsValue) -> String {
    let message = match exception.dyn_ref::<JsError>() {
        Some(error) => error.message().into(),
        None => exception.as_string().unwrap_or_default(),
    };
    message.trim_end_matches('.').chars().take(200).collect()
}

/// The name of a JavaScript exception, for example `TimeoutError`.
pub(crate) fn exception_name(exception: &JsValue) -> Option<String> {
    Reflect::get(exception, &JsValue::from_str("name"))
        .ok()?
        .as_string()
}
