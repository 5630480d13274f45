//! Object identifiers, of whatever size their numbers are.

use der::asn1::ObjectIdentifier;
use std::fmt::{self, Write};

/// Octets of an identifier that are shown; UUIDs as numbers (X.667) need 20.
const SHOWN: usize = 64;

/// An object identifier as its contents octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ObjectId(Vec<u8>);

impl ObjectId {
    pub(crate) fn new(octets: &[u8]) -> Self {
        Self(octets.to_vec())
    }

    /// The same for comparisons, unless it is none of those that anybody here knows.
    pub(crate) fn known(&self) -> Option<ObjectIdentifier> {
        ObjectIdentifier::from_bytes(&self.0).ok()
    }
}

impl From<ObjectIdentifier> for ObjectId {
    fn from(oid: ObjectIdentifier) -> Self {
        Self::new(oid.as_bytes())
    }
}

impl PartialEq<ObjectIdentifier> for ObjectId {
    fn eq(&self, other: &ObjectIdentifier) -> bool {
        self.0 == other.as_bytes()
    }
}

/// The dotted form; `?` for numbers beyond 128 bits, `…` for what is too long.
impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.get(..SHOWN).unwrap_or(&self.0);
        let mut number: Option<u128> = Some(0);
        let mut is_first = true;
        for octet in shown {
            number = number
                .and_then(|number| number.checked_mul(128))
                .map(|number| number | u128::from(octet & 0x7F));
            if octet & 0x80 != 0 {
                continue;
            }
            // X.690 section 8.19.4: the first two components are in the first number.
            let rest = match (is_first, number) {
                (true, Some(number @ 0..80)) => {
                    write!(f, "{}", number / 40)?;
                    Some(number % 40)
                }
                (true, number) => {
                    f.write_char('2')?;
                    number.map(|number| number - 80)
                }
                (false, number) => number,
            };
            match rest {
                Some(number) => write!(f, ".{number}")?,
                None => f.write_str(".?")?,
            }
            is_first = false;
            number = Some(0);
        }
        if self.0.len() > SHOWN {
            f.write_char('…')?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_size_are_shown() {
        for (octets, text) in [
            ([0x55, 4, 3].as_slice(), "2.5.4.3"),
            (&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D], "1.2.840.113549"),
            (&[0x88, 0x37, 3], "2.999.3"),
            (
                &[
                    0x69, 0x83, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F,
                ],
                "2.25.4722366482869645213695",
            ),
            (&[0xFF; 30], ""),
            (&[], ""),
        ] {
            assert_eq!(ObjectId::new(octets).to_string(), text);
        }
        let long = [0x2A].iter().chain(&[0xFF; 30]).chain(&[1]).copied();
        assert_eq!(
            ObjectId::new(&long.collect::<Vec<_>>()).to_string(),
            "1.2.?"
        );
        let many = ObjectId::new(&[1; 1000]).to_string();
        assert!(many.len() < 300 && many.ends_with('…'));
    }
}
