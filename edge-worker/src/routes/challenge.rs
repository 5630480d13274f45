//! `GET /.well-known/acme-challenge/<token>`: what a CA fetches (RFC 8555 §8.3). CAs ask from several
//! places at once, so this route is never limited.
//!
//! One token is the edge's own, and is answered with its mark; see
//! [`tabcert_edge_api::check::edge_mark`].

use tabcert_acme::domain::DomainName;
use tabcert_acme::token::Token;
use tabcert_edge_api::path::EDGE_TOKEN;
use wasm_bindgen::JsValue;

use super::{health, require_read};
use crate::error::EdgeError;
use crate::headers::Kind;
use crate::reply::Reply;
use crate::{Call, tokens};

/// Answers with the key authorization for the host that was asked, or 404 with an empty body, which
/// says nothing about what else there is.
pub(crate) async fn answer(call: &Call<'_>, token: &str) -> Result<Reply, EdgeError> {
    require_read(call)?;
    let value = if token == EDGE_TOKEN {
        // At every host: whoever checks wants to know which server answers there.
        JsValue::from_str(&health::mark(&call.config)?)
    } else {
        lookup(call, token).await?
    };
    let (status, kind) = if value.is_null() {
        (404, Kind::Api)
    } else {
        (200, Kind::KeyAuthorization)
    };
    Ok(Reply::new(status, kind).body(value))
}

async fn lookup(call: &Call<'_>, token: &str) -> Result<JsValue, EdgeError> {
    let (Ok(host), Ok(token), Some(tokens)) = (
        DomainName::parse_a_labels(&call.target.host()),
        Token::parse(token),
        call.config.tokens(),
    ) else {
        return Ok(JsValue::NULL);
    };
    tokens::read(tokens, host.as_str(), token.as_str()).await
}
