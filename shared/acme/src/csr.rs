//! The payload of finalize (RFC 8555 §7.4).

use crate::base64url;

/// `{"csr": …}` with a PKCS#10 request in DER.
#[must_use]
pub fn finalize_payload(csr_der: &[u8]) -> String {
    format!(r#"{{"csr":"{}"}}"#, base64url::encode(csr_der))
}

#[cfg(test)]
mod tests {
    #[test]
    fn wraps_der_as_base64url() {
        assert_eq!(super::finalize_payload(&[0xfb, 0xff]), r#"{"csr":"-_8"}"#);
    }
}
