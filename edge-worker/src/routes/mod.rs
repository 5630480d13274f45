//! The routes, one file each.

pub(crate) mod assets;
pub(crate) mod challenge;
pub(crate) mod check;
pub(crate) mod health;
pub(crate) mod proxy;
pub(crate) mod stateless;
pub(crate) mod token;

use serde::Serialize;
use tabcert_edge_api::path::{
    API_PREFIX, API_VERSION, CHALLENGE_PREFIX, CHECK_HTTP01, HEALTH, HTTP01_PREFIX, PROXY_PREFIX,
    STATELESS_PREFIX,
};
use tabcert_edge_api::problem::EDGE_HEADER;

use crate::Call;
use crate::error::EdgeError;
use crate::headers::Kind;
use crate::reply::Reply;

/// Where a path leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    /// A CA asks for an http-01 answer.
    Challenge {
        /// What follows the prefix.
        token: &'a str,
    },
    /// A CA asks for an http-01 answer that a domain's owner redirected here.
    Stateless(&'a str),
    /// The API, which other pages must not use.
    Api(Api<'a>),
    /// The page's files.
    Page,
}

/// The parts of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Api<'a> {
    /// A request to a CA.
    Proxy,
    /// A token write; host and token follow the prefix.
    Token(&'a str),
    /// A look at a challenge.
    Check,
    /// What the edge says about itself.
    Health,
    /// Nothing that there is.
    Unknown,
}

impl<'a> Route<'a> {
    /// Where this path leads.
    pub(crate) fn of(path: &'a str) -> Self {
        if let Some(token) = path.strip_prefix(CHALLENGE_PREFIX) {
            Self::Challenge { token }
        } else if let Some(rest) = path.strip_prefix(STATELESS_PREFIX) {
            Self::Stateless(rest)
        } else if path.starts_with(PROXY_PREFIX) {
            Self::Api(Api::Proxy)
        } else if let Some(rest) = path.strip_prefix(HTTP01_PREFIX) {
            Self::Api(Api::Token(rest))
        } else if path == CHECK_HTTP01 {
            Self::Api(Api::Check)
        } else if path == HEALTH {
            Self::Api(Api::Health)
        } else if path.starts_with(API_PREFIX) || path == "/api" || path.starts_with("/api/") {
            Self::Api(Api::Unknown)
        } else {
            Self::Page
        }
    }

    /// The name in the log.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Challenge { .. } => "challenge",
            Self::Stateless(_) => "stateless",
            Self::Api(Api::Proxy) => "proxy",
            Self::Api(Api::Token(_)) => "token",
            Self::Api(Api::Check) => "check",
            Self::Api(Api::Health) => "health",
            Self::Api(Api::Unknown) => "unknown",
            Self::Page => "page",
        }
    }
}

/// For routes that are only read.
fn require_read(call: &Call<'_>) -> Result<(), EdgeError> {
    match call.method.as_str() {
        "GET" | "HEAD" => Ok(()),
        _ => Err(EdgeError::MethodNotAllowed {
            allowed: "GET, HEAD",
        }),
    }
}

/// What the API says about itself or found out.
fn json(value: &impl Serialize) -> Result<Reply, EdgeError> {
    let json = serde_json::to_string(value).map_err(|error| EdgeError::Internal {
        cause: error.to_string(),
    })?;
    Ok(Reply::new(200, Kind::Api)
        .with("content-type", "application/json")
        .with(EDGE_HEADER, &API_VERSION.to_string())
        .text(&json))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_routes() {
        for (path, route) in [
            ("/", Route::Page),
            ("/assets/app.js", Route::Page),
            ("/apiary", Route::Page),
            (
                "/.well-known/acme-challenge/x",
                Route::Challenge { token: "x" },
            ),
            (
                "/.well-known/acme-challenge/",
                Route::Challenge { token: "" },
            ),
            ("/.well-known/acme-challenge", Route::Page),
            ("/api/v1/health", Route::Api(Api::Health)),
            ("/api/v1/check/http01", Route::Api(Api::Check)),
            ("/api/v1/check/http01/", Route::Api(Api::Unknown)),
            ("/api/v1/health/", Route::Api(Api::Unknown)),
            ("/api/v1/proxy/ca.example/dir", Route::Api(Api::Proxy)),
            ("/api/v1/http01/a.b/c", Route::Api(Api::Token("a.b/c"))),
            ("/api/v1/r/x/y", Route::Stateless("x/y")),
            ("/api/v1/r", Route::Api(Api::Unknown)),
            ("/api/v1/", Route::Api(Api::Unknown)),
            ("/api/v2/health", Route::Api(Api::Unknown)),
            ("/api", Route::Api(Api::Unknown)),
        ] {
            assert_eq!(Route::of(path), route, "{path}");
        }
    }
}
