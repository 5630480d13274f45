//! `PUT` and `DELETE …/http01/<host>/<token>`: whoever may write here gets certificates for the host.
//!
//! 1. The path is a host and a token, the body a small JWS.
//! 2. The account key signed exactly this, just now ([`check_signature`]).
//! 3. The host is tied to the account: by the operator, or else by its TXT record.
//! 4. The message was not taken before.
//! 5. Only then it is stored, or removed.

use tabcert_acme::jws;
use tabcert_edge_api::authorize::{SignedWrite, TiedWrite, TokenRequest, check_signature};
use tabcert_edge_api::limits::MAX_TOKEN_WRITE_BYTES;
use tabcert_edge_api::path::{API_VERSION, parse_http01};
use tabcert_edge_api::problem::EDGE_HEADER;
use tabcert_edge_api::ties::TxtRecord;
use tabcert_edge_api::token_write::Operation;

use crate::error::EdgeError;
use crate::headers::Kind;
use crate::reply::Reply;
use crate::target::host_of;
use crate::{Call, outbound, tokens};

/// Answers 204 when it is done.
pub(crate) async fn answer(call: &Call<'_>, rest: &str) -> Result<Reply, EdgeError> {
    let operation = match call.method.as_str() {
        "PUT" => Operation::Put,
        "DELETE" => Operation::Remove,
        _ => {
            return Err(EdgeError::MethodNotAllowed {
                allowed: "PUT, DELETE",
            });
        }
    };
    if call.target.path_and_query != call.target.path {
        return Err(EdgeError::Malformed("This address takes no query."));
    }
    let (host, token) = parse_http01(rest).ok_or(EdgeError::Malformed(
        "The address must end in a host name, as lower-case A-labels, and a challenge token.",
    ))?;
    let storage = call.config.tokens().ok_or(EdgeError::NoStorage)?;
    call.require_content_type(jws::CONTENT_TYPE)?;
    let body = call.read_body(MAX_TOKEN_WRITE_BYTES).await?.to_vec();

    let origin = call.own_origin()?;
    let request = TokenRequest {
        operation,
        url: &format!("{origin}{}", call.target.path),
        host,
        token,
    };
    let signed = check_signature(request, &body, call.now_ms)?;
    let tied = tie(call, signed, &host_of(&origin)).await?;
    let ttl_seconds = call.config.token_ttl_seconds()?;
    tokens::remember(storage, &tied).await?;
    tokens::apply(storage, &tied, ttl_seconds).await?;

    Ok(Reply::new(204, Kind::Api).with(EDGE_HEADER, &API_VERSION.to_string()))
}

/// Finds the tie, the cheap way first.
async fn tie(
    call: &Call<'_>,
    signed: SignedWrite,
    edge_host: &str,
) -> Result<TiedWrite, EdgeError> {
    let signed = match signed.tied_by_operator(&call.config.ties()?, edge_host) {
        Ok(tied) => return Ok(tied),
        Err(signed) => signed,
    };
    if signed.host().as_str() == edge_host {
        return Err(EdgeError::OwnHostNotTied {
            host: signed.host().clone(),
        });
    }
    let Some(record) = TxtRecord::tying(signed.host(), signed.thumbprint()) else {
        return Err(EdgeError::TooLongToTie {
            host: signed.host().clone(),
        });
    };
    let resolver = call.config.resolver()?;
    let texts = outbound::txt_records(resolver, &record.name).await?;
    signed
        .tied_by_records(texts.iter().map(String::as_str), edge_host)
        .map_err(|signed| EdgeError::HostNotTied {
            host: signed.host().clone(),
            record,
        })
}
