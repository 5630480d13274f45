//! Keys, certification requests, certificates and bundles.
//!
//! Everything between "a key is needed" and "here are the files": start with [`PrivateKey`], ask for
//! a certificate with a [`CertificationRequest`], parse what the CA sends into a [`Chain`], let
//! [`check_issued`] prove that key, names and chain belong together, and hand the resulting
//! [`VerifiedChain`] to [`bundle`]. What people bring in files is read by [`brought`].
//!
//! ```
//! use tabcert_pki::{CertificationRequest, KeyType, PrivateKey, SubjectName};
//! # fn demo(rng: &mut impl rand_core::CryptoRng, from_ca: &str) -> Result<(), tabcert_pki::Error> {
//! let names: Vec<SubjectName> = vec!["example.org".parse()?, "*.example.org".parse()?];
//! let key = PrivateKey::generate(KeyType::P256, rng)?;
//! let request = CertificationRequest::build(&key, &names, rng)?;
//! // … the CA answers …
//! let chain = tabcert_pki::Chain::from_pem(from_ca)?;
//! let verified = tabcert_pki::check_issued(&key, &names, &chain)?;
//! let fullchain = tabcert_pki::bundle::pem::fullchain(&verified);
//! # Ok(()) }
//! ```
//!
//! In scope: what can be computed from bytes. Out of scope: trust (a browser's root store decides
//! that), revocation, the clock (validity is reported, never judged) and randomness (every function
//! that needs some takes an rng).

mod alternative_names;
mod asn1;
pub mod brought;
pub mod bundle;
mod certificate;
mod chain;
mod csr;
mod distinguished_name;
mod error;
mod extensions;
mod key;
mod name;
mod oid;
mod pem;
mod public_key;
mod request_facts;
mod signature;
mod time;
mod verify;

pub use certificate::Certificate;
pub use chain::Chain;
pub use csr::CertificationRequest;
pub use distinguished_name::DistinguishedName;
pub use error::{Error, Fault};
pub use key::{KeyType, PrivateKey};
pub use name::{DnsName, SubjectName};
pub use request_facts::{RefusedAlgorithm, RequestFacts};
pub use verify::{VerifiedChain, check_issued, check_issued_for};
