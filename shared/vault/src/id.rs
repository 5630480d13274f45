//! What names records: 16 random bytes, shown as 32 hexadecimal digits.

use serde::{Deserialize, Serialize};

use crate::VaultError;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; 16]);

        impl $name {
            /// An id of random bytes.
            #[must_use]
            pub const fn from_random(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
        }

        impl std::str::FromStr for $name {
            type Err = VaultError;

            fn from_str(text: &str) -> Result<Self, VaultError> {
                parse(text).map(Self).ok_or(VaultError::InvalidId)
            }
        }

        impl TryFrom<String> for $name {
            type Error = VaultError;

            fn try_from(text: String) -> Result<Self, VaultError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
            }
        }
    )+};
}

ids! {
    /// Names an account.
    AccountId,
    /// Names an order.
    OrderId,
    /// Names a certificate.
    CertificateId,
}

/// One spelling per id: lower-case digits only.
fn parse(text: &str) -> Option<[u8; 16]> {
    let fits = text.len() == 32
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let mut bytes = [0; 16];
    if fits {
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
    }
    fits.then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = AccountId::from_random([0xA0; 16]);
        let text = id.to_string();
        assert_eq!(text, "a0".repeat(16));
        assert_eq!(text.parse(), Ok(id));
        for text in [
            "",
            "a0",
            &"A0".repeat(16),
            &"+1".repeat(16),
            &"é".repeat(16),
        ] {
            assert_eq!(text.parse::<AccountId>(), Err(VaultError::InvalidId));
        }
    }
}
