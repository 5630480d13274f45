//! Keys in PEM (RFC 7468): PKCS#8, PKCS#1 and SEC 1, with OpenSSL's `EC PARAMETERS` before it.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::{ImportError, shown};
use crate::error::JoseError;
use crate::key::AccountKey;

const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";

pub(super) fn is_pem(text: &str) -> bool {
    text.contains(BEGIN)
}

/// The private keys in `text`. Parameters, certificates and text around blocks are passed over.
pub(super) fn read(file: &str, text: &str) -> Result<Vec<AccountKey>, ImportError> {
    let unusable = || ImportError::UnusableKey { file: shown(file) };
    let mut keys = Vec::new();
    let mut public_only = false;
    let mut rest = text;
    while let Some(start) = rest.find(BEGIN) {
        let (label, after) = rest[start + BEGIN.len()..]
            .split_once(DASHES)
            .ok_or_else(unusable)?;
        let end = format!("-----END {label}-----");
        let (body, after) = after.split_once(end.as_str()).ok_or_else(unusable)?;
        rest = after;
        // RFC 1421 §4.6.1.1 headers, which OpenSSL's older format has.
        if label == "ENCRYPTED PRIVATE KEY" || body.contains("ENCRYPTED") {
            return Err(ImportError::Encrypted { file: shown(file) });
        }
        let read: fn(&[u8]) -> Result<AccountKey, JoseError> = match label {
            "PRIVATE KEY" => AccountKey::from_pkcs8_der,
            "RSA PRIVATE KEY" => AccountKey::from_pkcs1_der,
            "EC PRIVATE KEY" => AccountKey::from_sec1_der,
            _ if label.ends_with("PRIVATE KEY") => return Err(unusable()),
            _ => {
                public_only |= label.ends_with("PUBLIC KEY");
                continue;
            }
        };
        let der = decode(body).ok_or_else(unusable)?;
        keys.push(read(&der).map_err(|_| unusable())?);
    }
    if keys.is_empty() && public_only {
        return Err(ImportError::PublicKey { file: shown(file) });
    }
    Ok(keys)
}

fn decode(body: &str) -> Option<Zeroizing<Vec<u8>>> {
    // All at once: growing would leave pieces of the key behind in memory.
    let mut base64 = Zeroizing::new(String::with_capacity(body.len()));
    base64.extend(body.chars().filter(|letter| !letter.is_ascii_whitespace()));
    Base64::decode_vec(&base64).ok().map(Zeroizing::new)
}
