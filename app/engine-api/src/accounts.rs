//! The accounts at CAs: what the visitor sees of them, and does with them.

use serde::{Deserialize, Serialize};
use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::explain::Explanation;
use tabcert_pki::brought::{File, NotRead};
pub use tabcert_vault::account::AccountStatus;
use zeroize::Zeroizing;

use crate::ask::{Area, Question};
use crate::files::Content;

/// A question about accounts.
#[derive(Serialize, Deserialize)]
pub struct AboutAccounts {
    /// What is wanted.
    pub wish: Wish,
    /// Whether an edge is there that relays to CAs.
    pub edge_available: bool,
}

/// What the visitor wants. An `account` is an [`AccountView::id`].
#[derive(Serialize, Deserialize)]
pub enum Wish {
    /// All of them; answered, as everything that changes them, by [`Answer::Accounts`].
    List,
    /// What the CA says of one; answered by [`Answer::Object`].
    Read {
        /// Which.
        account: String,
    },
    /// Other contacts.
    ChangeContact {
        /// Whose.
        account: String,
        /// `mailto:` URLs.
        contact: Vec<String>,
    },
    /// A new key in the place of the old one, or the end of such a change.
    ChangeKey {
        /// Whose.
        account: String,
    },
    /// The end of an account, for good.
    Deactivate {
        /// Which.
        account: String,
    },
    /// Another name, for the visitor alone.
    SetLabel {
        /// Whose.
        account: String,
        /// The name.
        label: String,
    },
    /// New orders at its CA are to be this one's.
    Prefer {
        /// Which.
        account: String,
    },
    /// Forget it, here: the CA is not told.
    Forget {
        /// Which.
        account: String,
    },
    /// A key for another account at a CA.
    Make {
        /// The CA's directory.
        directory_url: HttpsUrl,
    },
    /// Look at files; answered by [`Answer::Recognised`].
    Recognise(Vec<BroughtFile>),
    /// Take an account in from files, if the CA knows it.
    Import {
        /// The files of one account.
        files: Vec<BroughtFile>,
        /// The CA's directory.
        directory_url: HttpsUrl,
    },
    /// The key as a file; answered by [`Answer::Key`].
    Export {
        /// Whose.
        account: String,
        /// In which form.
        form: KeyForm,
    },
}

/// A file that the visitor has brought; it may hold a private key.
#[derive(Clone, Serialize, Deserialize)]
pub struct BroughtFile {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub content: Content,
}

/// How a key is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyForm {
    /// PKCS#8 in PEM.
    Pem,
    /// A private JWK.
    Jwk,
}

/// What came of a wish.
#[derive(Serialize, Deserialize)]
pub enum Answer {
    /// All accounts, as they are now.
    Accounts(Vec<AccountView>),
    /// The account object, as the CA sent it.
    Object(String),
    /// What the files hold.
    Recognised(Recognised),
    /// It is there already.
    Known {
        /// Its id.
        account: String,
    },
    /// The key in a file; two of them while it is not known which counts.
    Key {
        /// The account's key.
        key: Content,
        /// The one that may have taken its place at the CA.
        pending: Option<Content>,
    },
    /// It was not done.
    Failed {
        /// What is against it.
        cause: Cause,
        /// The same in words for the visitor.
        explanation: Box<Explanation>,
    },
}

/// What is against a wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// The CA, or the way to it.
    Ca,
    /// An order of the account is under way, in this tab or another.
    UnderWay,
    /// The CA knows no account with the key.
    Unknown,
    /// The account has ended.
    Ended,
}

impl Cause {
    /// For tests and styles.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Ca => "ca",
            Self::UnderWay => "under-way",
            Self::Unknown => "unknown",
            Self::Ended => "ended",
        }
    }
}

/// An account, without its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    /// What names it.
    pub id: String,
    /// The CA's directory.
    pub directory_url: HttpsUrl,
    /// What the visitor calls it.
    pub label: String,
    /// The thumbprint of its public key.
    pub thumbprint: String,
    /// Its URL, once the CA has told it.
    pub url: Option<HttpsUrl>,
    /// `mailto:` URLs.
    pub contact: Vec<String>,
    /// Whether it can be used.
    pub status: AccountStatus,
    /// The kind of key, for people; empty where the key is damaged.
    pub key: String,
    /// When its key came here, milliseconds since the Unix epoch.
    pub created_ms: u64,
    /// When it was used or changed last, milliseconds since the Unix epoch.
    pub updated_ms: u64,
    /// How many certificates are kept that it ordered.
    pub certificates: usize,
    /// How many of its orders are unfinished.
    pub orders: usize,
    /// Names whose servers redirect their challenges to the edge by the thumbprint.
    pub redirected: Vec<String>,
    /// Whether new orders at its CA are this account's.
    pub is_used: bool,
    /// Whether a change of its key has begun and not ended.
    pub is_changing_key: bool,
}

/// What files hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recognised {
    /// Who wrote them, where that shows.
    pub client: Option<String>,
    /// The kind of key, for people.
    pub key: String,
    /// The thumbprint of its public half.
    pub thumbprint: String,
    /// The account's URL, where a file tells it.
    pub url: Option<HttpsUrl>,
    /// `mailto:` URLs.
    pub contact: Vec<String>,
    /// What was not taken from the files.
    pub not_read: Vec<NotRead>,
}

impl BroughtFile {
    /// As the reader wants it.
    #[must_use]
    pub fn as_file(&self) -> File<'_> {
        File {
            name: &self.name,
            content: &self.content.0,
        }
    }

    /// A file.
    #[must_use]
    pub fn new(name: String, bytes: Zeroizing<Vec<u8>>) -> Self {
        Self {
            name,
            content: Content(bytes),
        }
    }
}

impl Question for AboutAccounts {
    const AREA: Area = Area::Accounts;
    type Answer = Answer;

    fn only_reads(&self) -> bool {
        matches!(self.wish, Wish::List | Wish::Recognise(_))
    }
}
