//! Kinds of key.

use tabcert_pki::KeyType;

/// When to choose it, in one line.
pub(crate) fn hint(key_type: KeyType) -> &'static str {
    match key_type {
        KeyType::P256 => "Small and fast. Fits everything modern; the right choice if unsure.",
        KeyType::P384 => "Larger margin, somewhat slower. For where a policy asks for it.",
        KeyType::Rsa2048 => "For older clients and appliances that know no elliptic curves.",
        KeyType::Rsa3072 => "RSA with the strength of P-256. Slower handshakes.",
        KeyType::Rsa4096 => "The largest. Slow to make, and slow in every handshake.",
    }
}
