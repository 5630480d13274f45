//! The extensions of a certificate (RFC 5280 section 4.2) that are looked at.

use crate::{
    alternative_names::AlternativeNames,
    asn1::{Elements, Malformed, ObjectId, primitive},
    oid::{AUTHORITY_KEY_IDENTIFIER, BASIC_CONSTRAINTS, SUBJECT_ALT_NAME},
};
use der::Tag;

/// Most unreadable extensions that are remembered.
const MAX_UNREADABLE: usize = 10;

/// What they say; nothing for one that is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extensions {
    pub(crate) alternative_names: Option<AlternativeNames>,
    pub(crate) authority_key_identifier: Option<Vec<u8>>,
    pub(crate) is_ca: Option<bool>,
    /// The types of those that cannot be read, or stand there once more; nothing for an extension
    /// without a readable type.
    pub(crate) unreadable: Vec<String>,
}

impl Extensions {
    /// `Extensions`, RFC 5280 section 4.1. One that cannot be read costs only itself.
    pub(crate) fn from_der(der: &[u8]) -> Self {
        let mut found = Self::default();
        if found.read(der).is_err() {
            found.add_unreadable(String::new());
        }
        found
    }

    fn read(&mut self, der: &[u8]) -> Result<(), Malformed> {
        let mut extensions = Elements::of_sequence(der)?;
        while !extensions.is_finished() {
            let mut fields = extensions.sequence()?;
            let Ok(kind) = fields.object_id() else {
                self.add_unreadable(String::new());
                continue;
            };
            if self.add(&kind, fields).is_err() {
                self.add_unreadable(kind.to_string());
            }
        }
        Ok(())
    }

    /// The rest of an `Extension`, after its `extnID`.
    fn add(&mut self, kind: &ObjectId, mut fields: Elements<'_>) -> Result<(), Malformed> {
        let _critical = fields.optional(Tag::Boolean)?;
        let value = fields.expect(Tag::OctetString)?.value;
        fields.finish()?;
        if *kind == SUBJECT_ALT_NAME {
            set_once(
                &mut self.alternative_names,
                AlternativeNames::from_der(value)?,
            )
        } else if *kind == BASIC_CONSTRAINTS {
            let ca = Elements::of_sequence(value)?.optional(Tag::Boolean)?;
            set_once(&mut self.is_ca, ca.is_some_and(|ca| ca.value != [0]))
        } else if *kind == AUTHORITY_KEY_IDENTIFIER {
            match Elements::of_sequence(value)?.optional(primitive(0))? {
                Some(key) => set_once(&mut self.authority_key_identifier, key.value.to_vec()),
                None => Ok(()),
            }
        } else {
            Ok(())
        }
    }

    fn add_unreadable(&mut self, kind: String) {
        if self.unreadable.len() < MAX_UNREADABLE {
            self.unreadable.push(kind);
        }
    }
}

/// RFC 5280 section 4.2: "A certificate MUST NOT include more than one instance of a particular
/// extension." The first one counts.
fn set_once<T>(place: &mut Option<T>, value: T) -> Result<(), Malformed> {
    if place.is_some() {
        return Err(Malformed);
    }
    *place = Some(value);
    Ok(())
}
