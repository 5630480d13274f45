//! base64url without padding, the only binary encoding that JOSE and ACME use (RFC 8555 §6.1).

use base64ct::{Base64UrlUnpadded, Encoding};
use zeroize::Zeroizing;

/// Encodes bytes as unpadded base64url.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Decodes unpadded base64url; `None` for anything else.
///
/// RFC 8555 §6.1: "trailing '=' characters MUST be stripped. Encoded values that include trailing
/// '=' characters MUST be rejected as improperly encoded."
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

/// Decodes what other programs call base64url: with padding or not, in the alphabet of URLs or the other
/// one; `None` for anything else. For keys that people bring, not for what comes from a CA.
pub(crate) fn decode_leniently(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    // With room for all of it: growing would leave parts of keys behind in memory.
    let mut strict = Zeroizing::new(String::with_capacity(text.len()));
    strict.extend(
        text.trim_end_matches('=')
            .chars()
            .map(|letter| match letter {
                '+' => '-',
                '/' => '_',
                other => other,
            }),
    );
    decode(&strict).map(Zeroizing::new)
}

/// Whether every character belongs to the base64url alphabet.
#[must_use]
pub fn is_alphabet(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_rfc_7515_appendix_c() {
        assert_eq!(encode(&[3, 236, 255, 224, 193]), "A-z_4ME");
        assert_eq!(
            decode("A-z_4ME").as_deref(),
            Some(&[3, 236, 255, 224, 193][..])
        );
    }

    #[test]
    fn rejects_padding_and_the_other_alphabet() {
        assert_eq!(decode("QQ=="), None);
        assert_eq!(decode("A+z/4ME"), None);
        assert!(!is_alphabet("QQ=="));
    }
}
