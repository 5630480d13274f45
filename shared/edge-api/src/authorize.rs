//! Whether a token write may happen: two proofs, each a type that only its check can make.
//!
//! [`check_signature`] gives a [`SignedWrite`]: whoever holds the account key asks for this.
//! [`SignedWrite::tied_by_operator`] or [`SignedWrite::tied_by_records`] turn it into a
//! [`TiedWrite`]: the host's owner wants this account. Storage takes nothing else.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tabcert_acme::base64url;
use tabcert_acme::domain::DomainName;
use tabcert_acme::error::JoseError;
use tabcert_acme::jwk::Thumbprint;
use tabcert_acme::jws::Jws;
use tabcert_acme::key_authorization::key_authorization;
use tabcert_acme::token::Token;
use tabcert_acme::verify::verify;
use thiserror::Error;

use crate::limits::MAX_CLOCK_SKEW_SECONDS;
use crate::path::storage_key;
use crate::ties::{Ties, tie_of_record};
use crate::token_write::{Operation, TokenClaims};

/// What the request line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRequest<'a> {
    /// What the method stands for.
    pub operation: Operation,
    /// The whole URL that the request came to, without query.
    pub url: &'a str,
    /// The host in it.
    pub host: DomainName,
    /// The token in it.
    pub token: Token,
}

/// Why the signer is not believed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Not a JWS, or not a good one.
    #[error("the signed message is refused: {0}")]
    Jose(#[from] JoseError),
    /// Signed for another URL.
    #[error("the message was signed for another address than {expected}")]
    Url {
        /// The URL that it had to be signed for.
        expected: String,
    },
    /// The method says something else than the signed claims.
    #[error("the method does not fit what was signed")]
    Operation,
    /// Signed too long ago, or in the future.
    #[error("the message was signed {seconds} seconds away from the edge's time; check the clock")]
    Stale {
        /// The distance.
        seconds: u64,
    },
    /// Taken before: whoever saw it must not undo what came after.
    #[error("the message was taken before; sign it anew")]
    Replayed,
    /// Not the key authorization of this token and this signer.
    #[error("the value is not the key authorization of this token and this account")]
    KeyAuthorization,
}

/// A token write that the holder of an account key signed, just now, for this URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedWrite {
    operation: Operation,
    host: DomainName,
    token: Token,
    thumbprint: Thumbprint,
    issued_at_ms: u64,
    message: MessageId,
}

/// What a message is remembered by: the SHA-256 of its signing input (RFC 7515 §5.1). The signature
/// is not part of it, for one ECDSA signature is easily made into another that verifies as well.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageId(String);

impl MessageId {
    fn of(jws: &Jws) -> Self {
        let input = format!("{}.{}", jws.protected, jws.payload);
        Self(base64url::encode(&Sha256::digest(input.as_bytes())))
    }

    #[cfg(test)]
    pub(crate) fn from_text(text: String) -> Self {
        Self(text)
    }

    /// Where the edge remembers the message.
    #[must_use]
    pub fn storage_key(&self) -> String {
        format!("s/{}", self.0)
    }
}

/// A [`SignedWrite`] whose signer the host's owner named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TiedWrite(SignedWrite);

/// Checks body against request line: signature, `url`, claims, freshness and key authorization.
///
/// `now_ms` is in milliseconds since 1970. The caller caps the body's length
/// ([`crate::limits::MAX_TOKEN_WRITE_BYTES`]).
///
/// # Errors
/// [`Refusal`] says what is not acceptable.
pub fn check_signature(
    request: TokenRequest<'_>,
    body: &[u8],
    now_ms: u64,
) -> Result<SignedWrite, Refusal> {
    let jws: Jws = serde_json::from_slice(body).map_err(|_| JoseError::Serialisation)?;
    let verified = verify::<TokenClaims>(&jws)?;
    // RFC 8555 §6.4: "If the two do not match, then the server MUST reject the request as
    // unauthorized." It keeps a message for one edge, host or token from being used for another.
    if verified.url != request.url {
        return Err(Refusal::Url {
            expected: request.url.to_owned(),
        });
    }
    let claims = verified.payload;
    if claims.what != request.operation {
        return Err(Refusal::Operation);
    }
    let distance = now_ms.abs_diff(claims.issued_at_ms);
    if distance > MAX_CLOCK_SKEW_SECONDS * 1000 {
        return Err(Refusal::Stale {
            seconds: distance / 1000,
        });
    }
    let expected = key_authorization(&request.token, &verified.thumbprint);
    let equal = claims
        .key_authorization
        .as_bytes()
        .ct_eq(expected.as_bytes());
    if !bool::from(equal) {
        return Err(Refusal::KeyAuthorization);
    }
    Ok(SignedWrite {
        operation: request.operation,
        host: request.host,
        token: request.token,
        thumbprint: verified.thumbprint,
        issued_at_ms: claims.issued_at_ms,
        message: MessageId::of(&jws),
    })
}

impl SignedWrite {
    /// The host that the token is for.
    #[must_use]
    pub fn host(&self) -> &DomainName {
        &self.host
    }

    /// The signer.
    #[must_use]
    pub fn thumbprint(&self) -> &Thumbprint {
        &self.thumbprint
    }

    /// Proves the tie by the operator's list. `edge_host` is the edge's own host name, which only
    /// an entry of exactly that name ties: whoever may write there can get the edge's certificate.
    ///
    /// # Errors
    /// The write as it was, where the list does not name the signer for this host.
    pub fn tied_by_operator(self, ties: &Ties, edge_host: &str) -> Result<TiedWrite, Self> {
        let tied = if self.host.as_str() == edge_host {
            ties.name_exactly(&self.host, &self.thumbprint)
        } else {
            ties.name(&self.host, &self.thumbprint)
        };
        if tied { Ok(TiedWrite(self)) } else { Err(self) }
    }

    /// Proves the tie by the texts of the TXT records at [`crate::ties::record_name`]. The edge's
    /// own host cannot be tied by a record.
    ///
    /// # Errors
    /// The write as it was, where no record names the signer.
    pub fn tied_by_records<'a>(
        self,
        texts: impl IntoIterator<Item = &'a str>,
        edge_host: &str,
    ) -> Result<TiedWrite, Self> {
        let tied = self.host.as_str() != edge_host
            && texts
                .into_iter()
                .filter_map(tie_of_record)
                .any(|thumbprint| thumbprint == self.thumbprint);
        if tied { Ok(TiedWrite(self)) } else { Err(self) }
    }
}

impl TiedWrite {
    /// What to do.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.0.operation
    }

    /// Where the value is kept.
    #[must_use]
    pub fn storage_key(&self) -> String {
        storage_key(self.0.host.as_str(), self.0.token.as_str())
    }

    /// The value: the key authorization.
    #[must_use]
    pub fn value(&self) -> String {
        key_authorization(&self.0.token, &self.0.thumbprint)
    }

    /// When the value stops being served, in seconds since 1970. It counts from the signature, so
    /// sending the same message again does not prolong anything.
    #[must_use]
    pub fn expires_at(&self, now: u64, ttl_seconds: u64) -> u64 {
        (self.0.issued_at_ms / 1000).min(now) + ttl_seconds
    }

    /// What to remember, so that the same message is not taken again.
    #[must_use]
    pub fn message(&self) -> &MessageId {
        &self.0.message
    }

    /// Until when the message has to be remembered, in seconds since 1970: as long as
    /// [`check_signature`] would find it fresh.
    #[must_use]
    pub fn fresh_until(&self) -> u64 {
        self.0.issued_at_ms / 1000 + MAX_CLOCK_SKEW_SECONDS + 1
    }
}

#[cfg(test)]
mod tests;
