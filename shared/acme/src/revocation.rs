//! Revoking certificates (RFC 8555 §7.6).

use crate::base64url;
use crate::http::Response;
use crate::problem::{Problem, ProblemKind};

/// Why a certificate is revoked (RFC 5280 §5.3.1): the reasons that a visitor can give and CAs take.
///
/// Others are refused with badRevocationReason: 2 and 10 concern CAs, 6 and 8 holds and delta CRLs,
/// 9 is the CA's to give, 7 is none, and 3 (affiliationChanged) concerns names of organisations, which
/// certificates of domains do not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// No particular one.
    Unspecified,
    /// Somebody else may have the key. CAs refuse to certify such a key again.
    KeyCompromise,
    /// Another certificate has taken its place.
    Superseded,
    /// The names are not used any more, or belong to somebody else.
    CessationOfOperation,
}

impl Reason {
    /// Every reason, in the order in which to offer them.
    pub const ALL: [Self; 4] = [
        Self::Unspecified,
        Self::KeyCompromise,
        Self::Superseded,
        Self::CessationOfOperation,
    ];

    /// The number in the registry of RFC 5280 §5.3.1.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::KeyCompromise => 1,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
        }
    }
}

/// The payload of revokeCert.
///
/// The request is signed in the account's name, or with the certificate's own key: an
/// [`AccountKey`](crate::key::AccountKey) made of it, named by
/// [`KeyReference::Jwk`](crate::jws::KeyReference::Jwk). RFC 8555 §7.6: "Revocation requests are
/// different from other ACME requests in that they can be signed with either an account key pair or
/// the key pair in the certificate."
#[must_use]
pub fn payload(certificate_der: &[u8], reason: Reason) -> String {
    let certificate = base64url::encode(certificate_der);
    match reason {
        // RFC 5280 §5.3.1: "the reason code CRL entry extension SHOULD be absent instead of using
        // the unspecified (0) reasonCode value".
        Reason::Unspecified => format!(r#"{{"certificate":"{certificate}"}}"#),
        _ => format!(
            r#"{{"certificate":"{certificate}","reason":{}}}"#,
            reason.code()
        ),
    }
}

/// Whether the certificate is revoked after this answer: it has been now, or was before. RFC 8555
/// §7.6: "If the certificate has already been revoked, the server returns an error response with
/// status code 400 (Bad Request) and type "urn:ietf:params:acme:error:alreadyRevoked"."
#[must_use]
pub fn is_revoked(response: &Response) -> bool {
    response.is_success()
        || Problem::from_response(response.status, &response.body).kind()
            == ProblemKind::AlreadyRevoked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_the_reason_unless_there_is_none() {
        let payloads = Reason::ALL.map(|reason| payload(&[0xfb, 0xff], reason));
        assert_eq!(
            payloads,
            [
                r#"{"certificate":"-_8"}"#,
                r#"{"certificate":"-_8","reason":1}"#,
                r#"{"certificate":"-_8","reason":4}"#,
                r#"{"certificate":"-_8","reason":5}"#,
            ]
        );
    }

    #[test]
    fn revoked_before_is_revoked() {
        let answer = |status, body: &str| Response {
            status,
            body: body.as_bytes().to_vec(),
            ..Response::default()
        };
        assert!(is_revoked(&answer(200, "")));
        let before = r#"{"type":"urn:ietf:params:acme:error:alreadyRevoked"}"#;
        assert!(is_revoked(&answer(400, before)));
        let refused = r#"{"type":"urn:ietf:params:acme:error:badRevocationReason"}"#;
        assert!(!is_revoked(&answer(400, refused)));
        assert!(!is_revoked(&answer(500, "")));
    }
}
