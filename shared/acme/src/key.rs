//! Account keys (RFC 8555 §7.3): P-256, the one algorithm that every CA takes and that is fast.

use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::error::JoseError;
use crate::jwk::{Jwk, Thumbprint};

/// A private account key. It is wiped on drop and never printed.
///
/// RFC 8555 §11.1: account keys and certificate keys must differ; see `tabcert-pki` for the latter.
#[derive(Clone)]
pub struct AccountKey {
    signing: SigningKey,
    jwk: Jwk,
    thumbprint: Thumbprint,
}

impl AccountKey {
    /// Makes a new key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        use p256::elliptic_curve::Generate;
        Self::from_signing(SigningKey::generate_from_rng(rng))
    }

    /// Reads a key from PKCS#8 DER.
    ///
    /// # Errors
    /// [`JoseError::Key`] where it is not a P-256 private key.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, JoseError> {
        SigningKey::from_pkcs8_der(der)
            .map(Self::from_signing)
            .map_err(|_| JoseError::Key)
    }

    /// The key as PKCS#8 DER, wiped on drop.
    ///
    /// # Errors
    /// [`JoseError::Key`] where the encoder fails, which no P-256 key makes it do.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, JoseError> {
        let document = self.signing.to_pkcs8_der().map_err(|_| JoseError::Key)?;
        Ok(Zeroizing::new(document.as_bytes().to_vec()))
    }

    /// The public half.
    #[must_use]
    pub fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// The thumbprint of the public half.
    #[must_use]
    pub fn thumbprint(&self) -> &Thumbprint {
        &self.thumbprint
    }

    /// Signs with ES256: R and S, 32 bytes each (RFC 7518 §3.4). Deterministic (RFC 6979), so it
    /// needs no randomness that could be bad.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature = self.signing.sign(message);
        signature.to_bytes().into()
    }

    fn from_signing(signing: SigningKey) -> Self {
        let point = signing.verifying_key().to_sec1_point(false);
        let coordinate = |bytes: Option<&[u8]>| {
            let mut fixed = [0; 32];
            // An uncompressed point of a valid key always has both coordinates of 32 bytes.
            if let Some(bytes) = bytes {
                fixed.copy_from_slice(bytes);
            }
            fixed
        };
        let jwk = Jwk::p256(
            &coordinate(point.x().map(AsRef::as_ref)),
            &coordinate(point.y().map(AsRef::as_ref)),
        );
        let thumbprint = jwk.thumbprint();
        Self {
            signing,
            jwk,
            thumbprint,
        }
    }
}

impl std::fmt::Debug for AccountKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("AccountKey")
            .field("thumbprint", &self.thumbprint)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::base64url;

    /// The key of RFC 7515 appendix A.3.
    pub(crate) fn rfc_7515_key() -> AccountKey {
        let scalar =
            base64url::decode("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI").expect("base64url");
        AccountKey::from_signing(SigningKey::from_slice(&scalar).expect("a P-256 scalar"))
    }

    #[test]
    fn derives_the_public_key_of_rfc_7515_a_3() {
        let Jwk::Ec { x, y, .. } = rfc_7515_key().jwk().clone() else {
            panic!("an EC key")
        };
        assert_eq!(x, "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
        assert_eq!(y, "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    }

    #[test]
    fn survives_pkcs8_and_hides_itself() {
        let key = rfc_7515_key();
        let der = key.to_pkcs8_der().expect("encodes");
        let again = AccountKey::from_pkcs8_der(&der).expect("decodes");
        assert_eq!(again.thumbprint(), key.thumbprint());
        let shown = format!("{key:?}");
        assert!(!shown.contains("jpsQnn") && shown.contains(key.thumbprint().as_str()));
        assert_eq!(
            AccountKey::from_pkcs8_der(&der[1..]).err(),
            Some(JoseError::Key)
        );
    }
}
