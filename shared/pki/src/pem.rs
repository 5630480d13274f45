//! PEM (RFC 7468) in the one form that is written here: lines of 64 characters ended by LF.

use crate::Error;
use base64ct::{Base64, Encoding};
use der::pem::{self, LineEnding};
use zeroize::Zeroizing;

pub(crate) const CERTIFICATE: &str = "CERTIFICATE";
pub(crate) const CERTIFICATE_REQUEST: &str = "CERTIFICATE REQUEST";
pub(crate) const PRIVATE_KEY: &str = "PRIVATE KEY";

/// `der` as PEM under `label`.
pub(crate) fn serialize(label: &str, der: &[u8]) -> Result<String, Error> {
    pem::encode_string(label, LineEnding::LF, der).map_err(|_| Error::Encoding)
}

/// As [`serialize`], for secrets: encoded in constant time into memory that is wiped on drop.
pub(crate) fn serialize_secret(label: &str, der: &[u8]) -> Result<Zeroizing<String>, Error> {
    serialize(label, der).map(Zeroizing::new)
}

/// A part of a file between `-----BEGIN …-----` and `-----END …-----`.
pub(crate) struct Block {
    pub(crate) label: String,
    pub(crate) der: Zeroizing<Vec<u8>>,
    /// Whether it has the headers of an encrypted key (RFC 1421 section 4.6.1.1).
    pub(crate) is_encrypted: bool,
}

/// All blocks of a file that can be decoded, whatever is around them: programs write explanations,
/// byte-order marks and line ends of every kind.
pub(crate) fn blocks(content: &[u8]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let Ok(text) = std::str::from_utf8(content) else {
        return blocks;
    };
    let mut open: Option<(String, Zeroizing<String>, bool)> = None;
    for line in text.trim_start_matches('\u{feff}').lines().map(str::trim) {
        let marked = |word: &str| {
            let label = line.strip_prefix("-----")?.strip_prefix(word)?;
            Some(label.strip_suffix("-----")?.to_owned())
        };
        if let Some(label) = marked("BEGIN ") {
            // With room for all of it: growing would leave parts of keys behind in memory.
            let base64 = Zeroizing::new(String::with_capacity(text.len()));
            open = Some((label, base64, false));
        } else if marked("END ").is_some() {
            if let Some((label, base64, is_encrypted)) = open.take() {
                let der = match Base64::decode_vec(&base64) {
                    Ok(der) => Zeroizing::new(der),
                    Err(_) if is_encrypted => Zeroizing::default(),
                    Err(_) => continue,
                };
                blocks.push(Block {
                    label,
                    der,
                    is_encrypted,
                });
            }
        } else if let Some((_, base64, is_encrypted)) = &mut open {
            if line.contains(':') {
                *is_encrypted |= line.contains("ENCRYPTED");
            } else {
                base64.push_str(line);
            }
        }
    }
    blocks
}
