//! PEM (RFC 7468): written in one form, lines of 64 characters ended by LF; read in every form that
//! programs write ([`scan()`]).

mod scan;

pub(crate) use scan::{Block, Broken, Scan, scan};

use crate::Error;
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
