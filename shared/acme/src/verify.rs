//! Checking signatures of account keys, as the edge does: ES256, ES384 and RS256.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::base64url;
use crate::error::JoseError;
use crate::jwk::{Jwk, Thumbprint};
use crate::jws::Jws;
use crate::key::bits;

/// RSA moduli that are accepted, in bits.
const RSA_BITS: std::ops::RangeInclusive<u32> = 2048..=4096;

/// A message whose signature was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<T> {
    /// The signer.
    pub thumbprint: Thumbprint,
    /// The URL that the signer signed for; the receiver compares it with its own.
    pub url: String,
    /// What was signed.
    pub payload: T,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    url: String,
    jwk: Jwk,
}

/// Verifies a JWS that carries its key, and parses its payload.
///
/// Header members other than `alg`, `url` and `jwk` are refused, `crit` among them: "if any of the
/// listed extension Header Parameters are not understood and supported by the recipient, then the
/// JWS is invalid" (RFC 7515 §4.1.11). So are duplicate members (RFC 7515 §4).
///
/// # Errors
/// [`JoseError`] says which part is not acceptable; nothing of the message is to be used then.
pub fn verify<T: DeserializeOwned>(jws: &Jws) -> Result<Verified<T>, JoseError> {
    let decode = |text: &str| base64url::decode(text).ok_or(JoseError::Serialisation);
    let header: Header =
        serde_json::from_slice(&decode(&jws.protected)?).map_err(|_| JoseError::Header)?;
    let payload = decode(&jws.payload)?;
    let signature = decode(&jws.signature)?;
    let message = format!("{}.{}", jws.protected, jws.payload);
    check(&header, message.as_bytes(), &signature)?;
    Ok(Verified {
        thumbprint: header.jwk.thumbprint(),
        url: header.url,
        payload: serde_json::from_slice(&payload).map_err(|_| JoseError::Serialisation)?,
    })
}

/// RFC 8555 §6.2: `none` and MAC algorithms are refused, as is everything else that is not named
/// here together with its kind of key.
fn check(header: &Header, message: &[u8], signature: &[u8]) -> Result<(), JoseError> {
    match (header.alg.as_str(), &header.jwk) {
        ("ES256", Jwk::Ec { crv, x, y, .. }) if crv == "P-256" => {
            use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier};
            let key = VerifyingKey::from_sec1_bytes(&sec1_point::<32>(x, y)?)
                .map_err(|_| JoseError::Key)?;
            let signature = Signature::from_slice(signature).map_err(|_| JoseError::Signature)?;
            key.verify(message, &signature)
                .map_err(|_| JoseError::Signature)
        }
        ("ES384", Jwk::Ec { crv, x, y, .. }) if crv == "P-384" => {
            use p384::ecdsa::{Signature, VerifyingKey, signature::Verifier};
            let key = VerifyingKey::from_sec1_bytes(&sec1_point::<48>(x, y)?)
                .map_err(|_| JoseError::Key)?;
            let signature = Signature::from_slice(signature).map_err(|_| JoseError::Signature)?;
            key.verify(message, &signature)
                .map_err(|_| JoseError::Signature)
        }
        ("RS256", Jwk::Rsa { e, n, .. }) => {
            use rsa::signature::Verifier;
            let key = rsa::pkcs1v15::VerifyingKey::<sha2::Sha256>::new(rsa_key(e, n)?);
            let signature =
                rsa::pkcs1v15::Signature::try_from(signature).map_err(|_| JoseError::Signature)?;
            key.verify(message, &signature)
                .map_err(|_| JoseError::Signature)
        }
        _ => Err(JoseError::Algorithm),
    }
}

/// RFC 7518 §6.2.1.2: "The length of this octet string MUST be the full size of a coordinate".
fn sec1_point<const N: usize>(x: &str, y: &str) -> Result<Vec<u8>, JoseError> {
    let coordinate = |text| {
        let bytes = base64url::decode(text).ok_or(JoseError::Key)?;
        if bytes.len() == N {
            Ok(bytes)
        } else {
            Err(JoseError::Key)
        }
    };
    Ok([&[0x04][..], &coordinate(x)?, &coordinate(y)?].concat())
}

fn rsa_key(e: &str, n: &str) -> Result<rsa::RsaPublicKey, JoseError> {
    let number = |text| {
        let bytes = base64url::decode(text).ok_or(JoseError::Key)?;
        // RFC 7518 §2, Base64urlUInt: "the minimum number of octets", or one key had many thumbprints.
        match bytes.first() {
            Some(0) | None => Err(JoseError::Key),
            Some(_) => Ok(bytes),
        }
    };
    let modulus = number(n)?;
    let exponent = number(e)?;
    if !RSA_BITS.contains(&bits(&modulus)) || exponent.len() > 4 {
        return Err(JoseError::Key);
    }
    let uint = |bytes: &[u8]| rsa::BoxedUint::from_be_slice_vartime(bytes);
    rsa::RsaPublicKey::new(uint(&modulus), uint(&exponent)).map_err(|_| JoseError::Key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jws::sign_for_edge;
    use crate::key::tests::rfc_7515_key;

    const URL: &str = "http://localhost:8787/api/http01/example.org/x";

    fn sample() -> Jws {
        sign_for_edge(&rfc_7515_key(), URL, br#"{"answer":42}"#)
    }

    fn with_header(edit: impl Fn(String) -> String) -> Jws {
        let jws = sample();
        let header = String::from_utf8(base64url::decode(&jws.protected).expect("base64url"))
            .expect("UTF-8");
        Jws {
            protected: base64url::encode(edit(header).as_bytes()),
            ..jws
        }
    }

    #[test]
    fn accepts_what_was_signed() {
        let verified = verify::<serde_json::Value>(&sample()).expect("verifies");
        assert_eq!(verified.url, URL);
        assert_eq!(&verified.thumbprint, rfc_7515_key().thumbprint());
        assert_eq!(verified.payload["answer"], 42);
    }

    #[test]
    fn refuses_every_other_byte() {
        let jws = sample();
        let payload = base64url::encode(br#"{"answer":43}"#);
        assert_eq!(
            verify::<serde_json::Value>(&Jws {
                payload,
                ..jws.clone()
            }),
            Err(JoseError::Signature)
        );
        let mut bytes = base64url::decode(&jws.signature).expect("base64url");
        for index in 0..bytes.len() {
            bytes[index] ^= 1;
            let signature = base64url::encode(&bytes);
            assert!(
                verify::<serde_json::Value>(&Jws {
                    signature,
                    ..jws.clone()
                })
                .is_err(),
                "byte {index}"
            );
            bytes[index] ^= 1;
        }
        let short = base64url::encode(&bytes[..63]);
        assert_eq!(
            verify::<serde_json::Value>(&Jws {
                signature: short,
                ..jws
            }),
            Err(JoseError::Signature)
        );
    }

    #[test]
    fn refuses_confused_headers() {
        for (from, to, expected) in [
            ("ES256", "none", JoseError::Algorithm),
            ("ES256", "HS256", JoseError::Algorithm),
            ("ES256", "ES384", JoseError::Algorithm),
            ("ES256", "RS256", JoseError::Algorithm),
            ("P-256", "P-384", JoseError::Algorithm),
            (
                r#"{"alg""#,
                r#"{"crit":["b64"],"b64":false,"alg""#,
                JoseError::Header,
            ),
            (r#"{"alg""#, r#"{"alg":"none","alg""#, JoseError::Header),
            (r#""x":"f83OJ3D2"#, r#""x":"f83OJ3D3"#, JoseError::Key),
            (r#""x":"f83O"#, r#""x":""#, JoseError::Key),
        ] {
            let jws = with_header(|header| header.replacen(from, to, 1));
            assert_eq!(
                verify::<serde_json::Value>(&jws).err(),
                Some(expected),
                "{from} -> {to}"
            );
        }
    }

    /// RFC 7515 appendix A.2 has an RS256 key of 2048 bits, with a header that lacks `url`; the
    /// primitive is checked with it.
    #[test]
    fn verifies_the_signature_of_rfc_7515_a_2() {
        let header = Header {
            alg: "RS256".to_owned(),
            url: String::new(),
            jwk: serde_json::from_str(r#"{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}"#).expect("a JWK"),
        };
        let message = b"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = base64url::decode("cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw").expect("base64url");
        assert_eq!(check(&header, message, &signature), Ok(()));
        assert_eq!(
            check(&header, &message[1..], &signature),
            Err(JoseError::Signature)
        );
    }
}
