//! The objects of ACME (RFC 8555) and what they are signed with: plumbing without opinions.
//!
//! Start with [`directory`], then follow the resources in the order in which a client meets them:
//! [`account`], [`order`], [`authorization`], [`challenge`]. What comes later in an account's or a
//! certificate's life is in [`key_change`], [`orders`], [`renewal_info`] and [`revocation`].
//! [`jws`] turns a payload into a signed request, [`problem`] reads what a CA answers when it refuses.
//! Reading is lenient: `lenient` has the one way in which answers become types.
//!
//! In scope: parsing into types, serialising, signing, verifying. Out of scope: deciding what to
//! send next (`tabcert-issuance`), sending it (the shells), certificates (`tabcert-pki`).
#![forbid(unsafe_code)]

pub mod account;
pub mod authorization;
pub mod base64url;
pub mod challenge;
pub mod csr;
pub mod directory;
pub mod domain;
pub mod error;
pub mod http;
pub mod identifier;
pub mod jwk;
pub mod jws;
pub mod key;
pub mod key_authorization;
pub mod key_change;
mod lenient;
pub mod link;
pub mod nonce;
pub mod order;
pub mod orders;
pub mod problem;
pub mod renewal_info;
pub mod retry_after;
pub mod revocation;
pub mod timestamp;
pub mod token;
pub mod url;
pub mod verify;
pub mod words;

pub use error::AcmeError;
