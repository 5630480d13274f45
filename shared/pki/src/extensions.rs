//! The extensions of a certificate (RFC 5280 section 4.2) that are looked at.

use crate::{
    alternative_names::AlternativeNames,
    asn1::{Elements, Malformed, primitive},
    oid::{AUTHORITY_KEY_IDENTIFIER, BASIC_CONSTRAINTS, SUBJECT_ALT_NAME},
};
use der::{Tag, asn1::ObjectIdentifier};

/// What they say; nothing for one that is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extensions {
    pub(crate) alternative_names: Option<AlternativeNames>,
    pub(crate) authority_key_identifier: Option<Vec<u8>>,
    pub(crate) is_ca: Option<bool>,
}

impl Extensions {
    /// `Extensions`, RFC 5280 section 4.1.
    pub(crate) fn from_der(der: &[u8]) -> Result<Self, Malformed> {
        let mut found = Self::default();
        let mut extensions = Elements::of_sequence(der)?;
        while !extensions.is_finished() {
            let mut fields = extensions.sequence()?;
            let kind = fields.oid()?;
            let _critical = fields.optional(Tag::Boolean)?;
            let value = fields.expect(Tag::OctetString)?.value;
            fields.finish()?;
            found.add(kind, value)?;
        }
        Ok(found)
    }

    fn add(&mut self, kind: ObjectIdentifier, value: &[u8]) -> Result<(), Malformed> {
        match kind {
            SUBJECT_ALT_NAME => set_once(
                &mut self.alternative_names,
                AlternativeNames::from_der(value)?,
            ),
            BASIC_CONSTRAINTS => {
                let ca = Elements::of_sequence(value)?.optional(Tag::Boolean)?;
                set_once(&mut self.is_ca, ca.is_some_and(|ca| ca.value != [0]))
            }
            AUTHORITY_KEY_IDENTIFIER => {
                match Elements::of_sequence(value)?.optional(primitive(0))? {
                    Some(key) => set_once(&mut self.authority_key_identifier, key.value.to_vec()),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}

/// RFC 5280 section 4.2: "A certificate MUST NOT include more than one instance of a particular
/// extension."
fn set_once<T>(place: &mut Option<T>, value: T) -> Result<(), Malformed> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(Malformed),
    }
}
