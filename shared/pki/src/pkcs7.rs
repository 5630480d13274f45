//! The certificates of a PKCS#7 file (`.p7b`, `.p7c`): CMS SignedData (RFC 5652) without signatures.

use crate::{
    asn1::{Elements, Malformed, constructed},
    oid::SIGNED_DATA,
};
use der::Tag;

/// The certificates in DER, in their order. What is signed, by whom, and revocation lists are not looked
/// at.
pub(crate) fn certificates(content_info: &[u8]) -> Result<Vec<&[u8]>, Malformed> {
    // `ContentInfo`, RFC 5652 section 3
    let mut info = Elements::of_sequence(content_info)?;
    if info.object_id()? != SIGNED_DATA {
        return Err(Malformed);
    }
    let mut explicit = Elements::new(info.expect(constructed(0))?.value);
    // `SignedData`, section 5.1
    let mut signed_data = explicit.sequence()?;
    let _version = signed_data.expect(Tag::Integer)?;
    let _digest_algorithms = signed_data.expect(Tag::Set)?;
    let _contents = signed_data.expect(Tag::Sequence)?;
    let Some(set) = signed_data.optional(constructed(0))? else {
        return Ok(Vec::new());
    };
    let mut choices = Elements::new(set.value);
    let mut certificates = Vec::new();
    while !choices.is_finished() {
        let choice = choices.element()?;
        // `CertificateChoices`, section 10.2.2: the others are obsolete or no X.509.
        if choice.tag == Some(Tag::Sequence) {
            certificates.push(choice.der);
        }
    }
    Ok(certificates)
}
