//! Encrypted files of what is kept, and taking records out of one.

use serde::{Deserialize, Serialize};
pub use tabcert_vault::backup::{EXTENSION, MAX_BYTES};
pub use tabcert_vault::difference::Difference;
pub use tabcert_vault::merge::Side;
pub use tabcert_vault::passphrase::check_choice;
pub use tabcert_vault::schema::Kind;
pub use tabcert_vault::strength::{Strength, strength};
use zeroize::Zeroizing;

use crate::ask::{Area, Question};
use crate::protection::Passphrase;
use crate::secret_bytes;

/// Asks for an encrypted file.
#[derive(Serialize, Deserialize)]
pub struct Export {
    /// The certificate that it is to have; everything where there is none.
    pub certificate: Option<String>,
    /// What opens it.
    pub passphrase: Passphrase,
}

/// An encrypted file.
#[derive(Serialize, Deserialize)]
pub struct Exported {
    /// Its content.
    #[serde(with = "secret_bytes")]
    pub file: Zeroizing<Vec<u8>>,
    /// How many records are not in it, as they cannot be read.
    pub left_out: usize,
}

/// Takes records out of a file: it is opened first, and nothing of it is stored before the visitor has
/// seen what it would do.
#[derive(Serialize, Deserialize)]
pub enum Import {
    /// Open a file. The engine holds on to what is in it.
    Open {
        /// Its content.
        #[serde(with = "serde_bytes")]
        file: Vec<u8>,
        /// What opens it.
        passphrase: Passphrase,
    },
    /// Store what is new, and what was chosen.
    Apply(Vec<Choice>),
    /// Forget about it.
    Cancel,
}

/// What the visitor has decided about a record that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Which kind of record.
    pub kind: Kind,
    /// [`ConflictView::id`]
    pub id: String,
    /// Which version to keep.
    pub side: Side,
}

/// How an import stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportView {
    /// This is what the file would do; nothing has happened.
    Preview(Preview),
    /// Nothing has happened: a tab works with some of what would be overwritten.
    InUse(Vec<InUse>),
    /// It has happened: so many records were stored.
    Done(usize),
    /// There is no file.
    Nothing,
}

/// A record that a tab works with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InUse {
    /// Which kind of record.
    pub kind: Kind,
    /// What it is called.
    pub title: String,
}

/// What a file would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// When it was made, in milliseconds since 1970.
    pub made_at_ms: u64,
    /// By kind of record, those kinds that the file has any of.
    pub changes: Vec<ChangesView>,
}

/// What a file would do to the records of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangesView {
    /// Which kind.
    pub kind: Kind,
    /// How many would be added.
    pub added: usize,
    /// The first of them, by their titles.
    pub named: Vec<String>,
    /// How many are here already.
    pub same: usize,
    /// What is here and differs.
    pub conflicts: Vec<ConflictView>,
}

/// A record that is in both, and differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictView {
    /// Names it in a [`Choice`].
    pub id: String,
    /// What it is called.
    pub title: String,
    /// In what both differ.
    pub differences: Vec<Difference>,
    /// When the one that is here was changed, in milliseconds since 1970.
    pub mine_ms: u64,
    /// When the one in the file was changed, in milliseconds since 1970.
    pub theirs_ms: u64,
    /// Which of them has the private key, where only one has.
    pub only_key: Option<Side>,
    /// The version that was changed last.
    pub newer: Side,
}

impl Question for Export {
    const AREA: Area = Area::Export;
    type Answer = Exported;
}

impl Question for Import {
    const AREA: Area = Area::Import;
    type Answer = ImportView;
}
