//! Who may use the API from a browser: pages of the edge itself and of the origins that the operator
//! lists. Requests without `Origin` are no pages of others, and are judged by their route.

use crate::Call;
use crate::error::EdgeError;
use crate::headers::Kind;
use crate::reply::Reply;
use crate::runtime::Header;

/// What a page may read of an answer.
const EXPOSED: &str = "link, location, replay-nonce, retry-after, tabcert-edge, tabcert-relay";

/// Browsers keep a preflight for a day at most.
const MAX_AGE_SECONDS: &str = "86400";

/// A foreign origin that the operator listed.
pub(crate) struct ListedOrigin(String);

/// Whether the page that sends this may. `None` is the edge's own page, or no page at all.
pub(crate) fn check(call: &Call<'_>) -> Result<Option<ListedOrigin>, EdgeError> {
    let Some(origin) = call.header(Header::Origin) else {
        return Ok(None);
    };
    if origin == call.own_origin()? {
        return Ok(None);
    }
    if call.config.page_origins()?.contains(&origin) {
        return Ok(Some(ListedOrigin(origin)));
    }
    Err(EdgeError::OriginNotAllowed(
        origin.chars().take(100).collect(),
    ))
}

/// Answers a preflight. Which methods a route takes, it says itself when it is asked.
pub(crate) fn preflight(origin: Option<&ListedOrigin>) -> Reply {
    let reply = Reply::new(204, Kind::Api);
    if origin.is_none() {
        return reply;
    }
    reply
        .with(
            "access-control-allow-methods",
            "GET, HEAD, POST, PUT, DELETE",
        )
        .with("access-control-allow-headers", "content-type")
        .with("access-control-max-age", MAX_AGE_SECONDS)
}

impl ListedOrigin {
    /// Lets the page read the answer.
    pub(crate) fn admit(&self, reply: Reply) -> Reply {
        reply
            .with("access-control-allow-origin", &self.0)
            .with("access-control-expose-headers", EXPOSED)
            .with("vary", "origin")
    }
}
