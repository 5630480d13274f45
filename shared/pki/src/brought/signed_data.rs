//! The certificates of a P7B: `SignedData` (RFC 5652 section 5.1) that signs nothing.

use crate::asn1::{Elements, Malformed, constructed};
use der::Tag;

/// The certificates, each in DER, in the order in which they stand there.
pub(super) fn certificates(content_info: &[u8]) -> Result<Vec<&[u8]>, Malformed> {
    let mut info = Elements::of_sequence(content_info)?;
    let _kind = info.oid()?;
    let mut signed = Elements::new(info.expect(constructed(0))?.value).sequence()?;
    let _version = signed.expect(Tag::Integer)?;
    let _digest_algorithms = signed.expect(Tag::Set)?;
    let _content = signed.expect(Tag::Sequence)?;
    let mut found = Vec::new();
    if let Some(certificates) = signed.optional(constructed(0))? {
        let mut certificates = Elements::new(certificates.value);
        while !certificates.is_finished() {
            let choice = certificates.element()?;
            // The other choices are certificates of other kinds.
            if choice.tag == Some(Tag::Sequence) {
                found.push(choice.der);
            }
        }
    }
    Ok(found)
}
