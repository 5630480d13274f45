//! Account keys as files for other clients.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::{AccountKey, Signing};
use crate::base64url;
use crate::error::JoseError;
use crate::jwk::Jwk;

/// Characters on a line of PEM (RFC 7468 §2).
const LINE: usize = 64;

impl AccountKey {
    /// The key as PKCS#8 in PEM (RFC 7468 §10), which acme.sh, lego and Caddy take.
    ///
    /// # Errors
    /// [`JoseError::Key`] where the encoder fails, which no key of these kinds makes it do.
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, JoseError> {
        let base64 = Zeroizing::new(Base64::encode_string(&self.to_pkcs8_der()?));
        // All at once: growing would leave pieces of the key behind in memory.
        let mut pem = Zeroizing::new(String::with_capacity(
            base64.len() + base64.len() / LINE + 64,
        ));
        pem.push_str("-----BEGIN PRIVATE KEY-----\n");
        let mut rest = base64.as_str();
        while !rest.is_empty() {
            let (line, next) = rest.split_at(rest.len().min(LINE));
            pem.push_str(line);
            pem.push('\n');
            rest = next;
        }
        pem.push_str("-----END PRIVATE KEY-----\n");
        Ok(pem)
    }

    /// The key as the JSON of a private JWK (RFC 7518 §6.2.2, §6.3.2), which certbot takes.
    ///
    /// # Errors
    /// [`JoseError::Key`] for RSA keys of more than two primes, which cannot be made.
    pub fn to_private_jwk(&self) -> Result<Zeroizing<String>, JoseError> {
        let json = match (&self.signing, &self.jwk) {
            (Signing::Rsa(key), Jwk::Rsa { e, n, .. }) => {
                let numbers = key.numbers().ok_or(JoseError::Key)?;
                format!(
                    r#"{{"kty":"RSA","n":"{n}","e":"{e}","d":"{}","p":"{}","q":"{}","dp":"{}","dq":"{}","qi":"{}"}}"#,
                    *numbers.d, *numbers.p, *numbers.q, *numbers.dp, *numbers.dq, *numbers.qi,
                )
            }
            (_, Jwk::Ec { crv, x, y, .. }) => {
                let scalar = self.scalar().ok_or(JoseError::Key)?;
                let d = Zeroizing::new(base64url::encode(&scalar));
                format!(
                    r#"{{"kty":"EC","crv":"{crv}","x":"{x}","y":"{y}","d":"{}"}}"#,
                    *d
                )
            }
            _ => return Err(JoseError::Key),
        };
        Ok(Zeroizing::new(json))
    }
}
