//! Keys, certification requests, certificates and bundles.
//!
//! Everything between "a key is needed" and "here are the files": start with [`PrivateKey`], ask for
//! a certificate with a [`CertificationRequest`], read what the CA sends as [`Delivered`], let
//! [`check_issued`] prove that it belongs to the key and the names and find the path of issuers in it, and
//! hand the resulting [`CheckedChain`] to [`bundle`]. Whatever else is unusual about it comes as a
//! [`ChainNote`]. What people bring in files is read by [`brought`].
//!
//! ```
//! use tabcert_pki::{CertificationRequest, KeyType, PrivateKey, SubjectName};
//! # fn demo(rng: &mut impl rand_core::CryptoRng, from_ca: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
//! let names: Vec<SubjectName> = vec!["example.org".parse()?, "*.example.org".parse()?];
//! let key = PrivateKey::generate(KeyType::P256, rng)?;
//! let request = CertificationRequest::build(&key, &names, rng)?;
//! // … the CA answers …
//! let delivered = tabcert_pki::Delivered::read(from_ca);
//! let checked = tabcert_pki::check_issued(&key, &names, &delivered)?;
//! let fullchain = tabcert_pki::bundle::pem::fullchain(&checked);
//! # Ok(()) }
//! ```
//!
//! In scope: what can be computed from bytes. Out of scope: trust (a browser's root store decides
//! that), revocation, the clock (whoever asks about validity says what time it is) and randomness (every function
//! that needs some takes an rng).

mod alternative_names;
mod asn1;
pub mod brought;
pub mod bundle;
mod certificate;
mod chain;
mod chain_note;
mod csr;
mod delivered;
mod distinguished_name;
mod error;
mod extensions;
mod key;
mod misfit;
mod name;
mod oid;
mod path;
mod pem;
mod pkcs7;
mod public_key;
mod request_facts;
mod signature;
mod time;
mod verify;

pub use certificate::Certificate;
pub use chain::Chain;
pub use chain_note::ChainNote;
pub use csr::CertificationRequest;
pub use delivered::{Delivered, Form};
pub use distinguished_name::DistinguishedName;
pub use error::{Error, Fault};
pub use key::{KeyType, PrivateKey};
pub use misfit::{Contents, Misfit};
pub use name::{DnsName, SubjectName};
pub use request_facts::{RefusedAlgorithm, RequestFacts};
pub use verify::{CheckedChain, check_issued, check_issued_for};
