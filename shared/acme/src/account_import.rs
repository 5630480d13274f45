//! Accounts from other clients: certbot, acme.sh, lego and Caddy, or just a key.
//!
//! One file per client says what its files look like; here they are put together.

mod acme_sh;
mod caddy;
mod certbot;
mod error;
mod lego;
mod pem;

pub use error::ImportError;

use crate::error::JoseError;
use crate::key::AccountKey;
use crate::url::HttpsUrl;

/// Largest file that is looked at, in bytes.
pub const MAX_FILE_BYTES: usize = 64 * 1024;
/// Most files that are looked at together; no client keeps an account in more than three.
pub const MAX_FILES: usize = 8;
/// Most contacts that are taken over.
const MAX_CONTACTS: usize = 10;
/// Longest contact that is taken over: `mailto:` and the longest address (RFC 5321 §4.5.3.1).
const MAX_CONTACT_BYTES: usize = 7 + 254;

/// A file as the visitor chose it.
#[derive(Clone, Copy)]
pub struct File<'a> {
    /// Its name, for messages.
    pub name: &'a str,
    /// What is in it.
    pub text: &'a str,
}

/// What the files hold.
#[derive(Debug, Clone)]
pub struct ImportedAccount {
    /// The account's key.
    pub key: AccountKey,
    /// The account's URL, where a file told it. A CA tells it too, when newAccount asks with
    /// `onlyReturnExisting` (RFC 8555 §7.3.1).
    pub url: Option<HttpsUrl>,
    /// `mailto:` URLs.
    pub contact: Vec<String>,
    /// Who wrote the files, where that shows.
    pub client: Option<Client>,
}

/// The clients whose files are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// certbot.
    Certbot,
    /// acme.sh.
    AcmeSh,
    /// lego.
    Lego,
    /// Caddy.
    Caddy,
}

impl Client {
    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Certbot => "certbot",
            Self::AcmeSh => "acme.sh",
            Self::Lego => "lego",
            Self::Caddy => "Caddy",
        }
    }
}

/// What a file that has no key says of the account.
#[derive(Debug, Default, PartialEq, Eq)]
struct Details {
    client: Option<Client>,
    url: Option<String>,
    contact: Vec<String>,
}

/// What a file turned out to be.
enum Content {
    Keys(Vec<AccountKey>),
    Details(Details),
}

/// Reads the files of one account, in any order.
///
/// # Errors
/// [`ImportError`] says which file is at fault; nothing is taken over then.
pub fn import(files: &[File<'_>]) -> Result<ImportedAccount, ImportError> {
    if files.len() > MAX_FILES {
        return Err(ImportError::TooManyFiles);
    }
    let mut key: Option<AccountKey> = None;
    let mut url: Option<HttpsUrl> = None;
    let mut contact: Vec<String> = Vec::new();
    let mut client = None;
    for file in files {
        match read(*file)? {
            Content::Keys(keys) => {
                for found in keys {
                    let thumbprint = found.thumbprint().clone();
                    if *key.get_or_insert(found).thumbprint() != thumbprint {
                        return Err(ImportError::SeveralAccounts);
                    }
                }
            }
            Content::Details(details) => {
                client = client.or(details.client);
                // An address that cannot be an account's is left out: the CA knows the right one.
                let found = details.url.and_then(|url| HttpsUrl::parse(&url).ok());
                if let Some(found) = found
                    && *url.get_or_insert_with(|| found.clone()) != found
                {
                    return Err(ImportError::SeveralAccounts);
                }
                contact.extend(details.contact.into_iter().filter(|url| is_contact(url)));
            }
        }
    }
    contact.sort_unstable();
    contact.dedup();
    contact.truncate(MAX_CONTACTS);
    Ok(ImportedAccount {
        key: key.ok_or(ImportError::NoKey)?,
        url,
        contact,
        client,
    })
}

fn read(file: File<'_>) -> Result<Content, ImportError> {
    if file.text.len() > MAX_FILE_BYTES {
        return Err(ImportError::TooLarge {
            file: shown(file.name),
        });
    }
    let text = file.text.trim_start_matches('\u{feff}').trim();
    if pem::is_pem(text) {
        return pem::read(file.name, text).map(Content::Keys);
    }
    if text.starts_with('{') {
        return read_json(file.name, text);
    }
    acme_sh::read_conf(text)
        .map(Content::Details)
        .ok_or_else(|| ImportError::Unrecognised {
            file: shown(file.name),
        })
}

fn read_json(name: &str, text: &str) -> Result<Content, ImportError> {
    if is_jwk(text) {
        return match AccountKey::from_private_jwk(text) {
            Ok(key) => Ok(Content::Keys(vec![key])),
            Err(JoseError::Key) if is_public_jwk(text) => {
                Err(ImportError::PublicKey { file: shown(name) })
            }
            Err(_) => Err(ImportError::UnusableKey { file: shown(name) }),
        };
    }
    // What is less particular comes later.
    [
        lego::read,
        certbot::read,
        caddy::read,
        acme_sh::read_account,
    ]
    .into_iter()
    .find_map(|read| read(text))
    .map(Content::Details)
    .ok_or_else(|| ImportError::Unrecognised { file: shown(name) })
}

#[derive(serde::Deserialize)]
struct JwkMembers {
    #[serde(rename = "kty")]
    _kind: String,
    #[serde(default)]
    d: Option<serde::de::IgnoredAny>,
}

fn is_jwk(text: &str) -> bool {
    serde_json::from_str::<JwkMembers>(text).is_ok()
}

fn is_public_jwk(text: &str) -> bool {
    serde_json::from_str::<JwkMembers>(text).is_ok_and(|jwk| jwk.d.is_none())
}

fn is_contact(url: &str) -> bool {
    url.len() <= MAX_CONTACT_BYTES
        && url.starts_with("mailto:")
        && url.contains('@')
        && url.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A file's name, short enough for a message.
fn shown(name: &str) -> String {
    name.chars()
        .filter(|character| !character.is_control())
        .take(80)
        .collect()
}
