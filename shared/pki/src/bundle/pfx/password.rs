//! A password that every importing program understands alike.

use crate::Error;
use std::fmt;
use zeroize::Zeroizing;

/// The password of a PFX: 1 to [`MAX_CHARACTERS`](Self::MAX_CHARACTERS) printable ASCII characters,
/// wiped when dropped.
///
/// Empty ones are refused because programs disagree on whether that means "" or none at all, and
/// others than ASCII because Java takes no others and the rest encode them differently.
pub struct Password(Zeroizing<String>);

impl Password {
    /// Enough for any passphrase, and what the programs that import take.
    pub const MAX_CHARACTERS: usize = 128;

    /// Takes `text` if it is suitable.
    ///
    /// # Errors
    /// [`Error::PasswordEmpty`], [`Error::PasswordTooLong`], [`Error::PasswordNotAscii`].
    pub fn new(text: &str) -> Result<Self, Error> {
        if text.is_empty() {
            Err(Error::PasswordEmpty)
        } else if !text.bytes().all(|octet| matches!(octet, b' '..=b'~')) {
            Err(Error::PasswordNotAscii)
        } else if text.len() > Self::MAX_CHARACTERS {
            Err(Error::PasswordTooLong {
                max: Self::MAX_CHARACTERS,
            })
        } else {
            Ok(Self(Zeroizing::new(text.to_owned())))
        }
    }

    /// As PBES2 wants it (RFC 8018 section 3).
    pub(super) fn as_octets(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// As a `BMPString` with a terminating zero character (RFC 7292 appendix B.1).
    pub(super) fn to_bmp(&self) -> Zeroizing<Vec<u8>> {
        let mut bmp = Zeroizing::new(Vec::with_capacity(2 * self.0.len() + 2));
        bmp.extend(self.0.bytes().flat_map(|octet| [0, octet]));
        bmp.extend([0, 0]);
        bmp
    }
}

/// Tells nothing, not even the length.
impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_what_programs_agree_on_is_taken() {
        assert!(Password::new(" ~aA1").is_ok());
        assert!(Password::new(&"x".repeat(128)).is_ok());
        assert_eq!(Password::new("").unwrap_err(), Error::PasswordEmpty);
        assert_eq!(
            Password::new(&"x".repeat(129)).unwrap_err(),
            Error::PasswordTooLong { max: 128 }
        );
        for bad in ["é", "密码", "a\tb", "a\0", "\u{7F}"] {
            assert_eq!(
                Password::new(bad).unwrap_err(),
                Error::PasswordNotAscii,
                "{bad:?}"
            );
        }
    }

    /// The example of RFC 7292 appendix B.1.
    #[test]
    fn beavis_as_a_bmp_string() {
        assert_eq!(
            *Password::new("Beavis").unwrap().to_bmp(),
            *b"\0B\0e\0a\0v\0i\0s\0\0"
        );
    }

    #[test]
    fn debugging_tells_nothing() {
        assert_eq!(
            format!("{:?}", Password::new("secret").unwrap()),
            "Password(..)"
        );
    }
}
