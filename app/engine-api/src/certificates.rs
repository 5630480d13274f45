//! The certificates that are kept: lists of them, one of them, and what is changed about it.
//!
//! Lists are answered a window at a time: a thousand records are the engine's to look through, not the
//! page's.

use serde::{Deserialize, Serialize};
use tabcert_pki::brought::NotRead;
use tabcert_pki::{ChainNote, KeyType};
pub use tabcert_vault::certificate::{Attempt, Label, Outcome};
pub use tabcert_vault::coverage::Via;
pub use tabcert_vault::list::{Query, Sort};
pub use tabcert_vault::status::Status;
pub use tabcert_vault::summary::Summary;

use crate::accounts::BroughtFile;
use crate::ask::{Area, Question};

/// Asks for a part of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// What to list, and in which order.
    pub query: Query,
    /// Only those that stand so.
    pub status: Option<Status>,
    /// The first row that is wanted, from 0.
    pub from: usize,
    /// How many rows are wanted.
    pub count: usize,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// How many certificates are kept.
    pub kept: usize,
    /// How many the list has.
    pub total: usize,
    /// How many stand how, among those that the query alone asks for.
    pub counts: Vec<(Status, usize)>,
    /// The groups that there are.
    pub groups: Vec<String>,
    /// From the first begin to the last end of all that the list has, in milliseconds since 1970.
    pub span: (u64, u64),
    /// Which row is the first of these.
    pub from: usize,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A certificate in a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Row {
    /// Names it.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// The first names.
    pub names: Vec<String>,
    /// How many names it has.
    pub name_count: usize,
    /// The CA's host, or who signed it.
    pub ca: String,
    /// What it belongs to.
    pub group: String,
    /// Where it is installed.
    pub used_for: String,
    /// Whether servers present it for hosts that no certificate is for.
    pub fallback: bool,
    /// Where it stands.
    pub status: Status,
    /// When it is valid and when to renew.
    pub times: Times,
    /// Whether its private key is kept.
    pub has_key: bool,
    /// Whether it was downloaded.
    pub downloaded: bool,
}

/// A certificate's times, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Times {
    /// Validity begins.
    pub begins_ms: u64,
    /// Validity is over.
    pub ends_ms: u64,
    /// The renewal window, from when to when.
    pub window_ms: (u64, u64),
    /// From when on it is to be renewed.
    pub due_ms: u64,
    /// Whether the CA said so (RFC 9773).
    pub by_ca: bool,
}

/// Asks for one certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Show(pub String);

/// A certificate, and what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// What is kept of it, without its secrets.
    pub summary: Summary,
    /// Where it stands.
    pub status: Status,
    /// When it is valid and when to renew.
    pub times: Times,
    /// The kind of key, for people.
    pub key: String,
    /// Whom each certificate of the chain is for, its own first.
    pub chain: Vec<String>,
    /// What is unusual about it, but for its validity.
    pub notes: Vec<ChainNote>,
    /// Whether an account of its CA is kept, so that it can be ordered again in one click.
    pub can_renew: bool,
    /// The one that it took the place of, if that is still kept.
    pub replaces: Option<Other>,
    /// The one that took its place, if that is still kept.
    pub replaced_by: Option<Other>,
}

/// Another certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Other {
    /// Names it.
    pub id: String,
    /// What it is called.
    pub title: String,
}

/// Asks which certificates serve a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// A name in A-labels, or an address.
    pub host: String,
}

/// A certificate that serves a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covering {
    /// Which.
    pub certificate: Other,
    /// How it comes to serve the host.
    pub via: Via,
    /// Where it stands.
    pub status: Status,
    /// When its validity is over, in milliseconds since 1970.
    pub ends_ms: u64,
}

/// Changes something about a certificate. Everything else stays as it is, whatever other tabs make of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The certificate.
    pub id: String,
    /// What to change.
    pub what: What,
}

/// What can be changed about a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// What it is called.
    Name(String),
    /// Anything worth remembering.
    Description(String),
    /// Where it is installed.
    UsedFor(String),
    /// What it belongs to.
    Group(String),
    /// Whether servers present it for hosts that no certificate is for.
    Fallback(bool),
    /// Its private key is to be forgotten.
    ForgetKey,
    /// All of it is to be forgotten.
    Forget,
}

/// Adds a certificate that was made elsewhere.
#[derive(Serialize, Deserialize)]
pub struct Add {
    /// The files as they are, with the key among them or not.
    pub files: Vec<BroughtFile>,
}

/// What was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// The certificate.
    pub certificate: Other,
    /// Whether it was here already.
    pub was_here: bool,
    /// Whether its key came with it.
    pub with_key: bool,
    /// What was not taken from the files.
    pub not_read: Vec<NotRead>,
}

/// Looks at a certification request with which a certificate shall be renewed.
#[derive(Serialize, Deserialize)]
pub struct CheckRequest {
    /// The certificate.
    pub certificate: String,
    /// The request's file.
    pub file: BroughtFile,
}

/// A request that fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FitRequest {
    /// PKCS#10 in DER.
    #[serde(with = "serde_bytes")]
    pub der: Vec<u8>,
    /// The type of its key.
    pub key_type: KeyType,
}

/// Asks of which certificates to remind now; whoever asks reminds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remind;

/// A certificate to remind of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    /// The certificate.
    pub certificate: Other,
    /// When its validity is over, in milliseconds since 1970.
    pub ends_ms: u64,
}

/// With which key to renew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RenewalKey {
    /// With a new one of the same type.
    New,
    /// With the one that the certificate has.
    Same,
    /// With that of a request of the visitor's, PKCS#10 in DER.
    Request(#[serde(with = "serde_bytes")] Vec<u8>),
}

macro_rules! questions {
    ($($question:ident -> $answer:ty, only_reads: $only_reads:literal;)+) => {$(
        impl Question for $question {
            const AREA: Area = Area::$question;
            type Answer = $answer;

            fn only_reads(&self) -> bool {
                $only_reads
            }
        }
    )+};
}

questions! {
    List -> Listed, only_reads: true;
    Show -> Details, only_reads: true;
    Cover -> Vec<Covering>, only_reads: true;
    Change -> (), only_reads: false;
    Add -> Added, only_reads: false;
    CheckRequest -> FitRequest, only_reads: true;
    // Whoever is told is counted as reminded.
    Remind -> Vec<Reminder>, only_reads: false;
}
