//! Accounts from other clients: certbot, acme.sh, lego and Caddy, or just a key.
//!
//! One file per client says what its files look like; here they are put together. Keys in PEM and DER are
//! read where everything is that people bring, [`tabcert_pki::brought`].

mod acme_sh;
mod caddy;
mod certbot;
mod lego;

use tabcert_acme::error::JoseError;
use tabcert_acme::key::AccountKey;
use tabcert_acme::url::HttpsUrl;
use tabcert_pki::brought::{
    Brought, BroughtError, File, Key, KeyForm, Keys, NotRead, Obstacle, Thing,
};

/// Most contacts that are taken over.
const MAX_CONTACTS: usize = 10;
/// Longest contact that is taken over: `mailto:` and the longest address (RFC 5321 §4.5.3.1).
const MAX_CONTACT_BYTES: usize = 7 + 254;

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
    /// What was not taken from the files.
    pub not_read: Vec<NotRead>,
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

/// What text turned out to be.
enum Content {
    Key(AccountKey),
    Details(Details),
}

/// Reads the files of one account, in any order.
///
/// # Errors
/// Those of [`Brought::read`]; [`BroughtError::Missing`] without a key, [`BroughtError::SeveralAccounts`].
pub fn import(files: &[File<'_>]) -> Result<ImportedAccount, BroughtError> {
    let Keys {
        keys,
        texts,
        mut not_read,
    } = Brought::read(files)?.into_keys();
    let mut key: Option<AccountKey> = None;
    let mut take = |found: AccountKey| {
        let thumbprint = found.thumbprint().clone();
        if *key.get_or_insert(found).thumbprint() == thumbprint {
            Ok(())
        } else {
            Err(BroughtError::SeveralAccounts)
        }
    };
    let mut url: Option<HttpsUrl> = None;
    let mut contact: Vec<String> = Vec::new();
    let mut client = None;
    for found in keys {
        match account_key(&found) {
            Ok(found) => take(found)?,
            Err(_) => not_read.push(found.damaged()),
        }
    }
    for (file, text) in texts {
        match read(text.trim()) {
            Ok(Content::Key(found)) => take(found)?,
            Ok(Content::Details(details)) => {
                client = client.or(details.client);
                // An address that cannot be an account's is left out: the CA knows the right one.
                let found = details.url.and_then(|url| HttpsUrl::parse(&url).ok());
                if let Some(found) = found
                    && *url.get_or_insert_with(|| found.clone()) != found
                {
                    return Err(BroughtError::SeveralAccounts);
                }
                contact.extend(details.contact.into_iter().filter(|url| is_contact(url)));
            }
            Err(obstacle) => not_read.push(NotRead { file, obstacle }),
        }
    }
    contact.sort_unstable();
    contact.dedup();
    contact.truncate(MAX_CONTACTS);
    let Some(key) = key else {
        return Err(BroughtError::Missing {
            thing: Thing::Key,
            not_read,
        });
    };
    Ok(ImportedAccount {
        key,
        url,
        contact,
        client,
        not_read,
    })
}

/// A key that was brought, for signing requests to a CA.
///
/// # Errors
/// [`JoseError::Key`], as [`AccountKey::from_pkcs8_der`].
pub fn account_key(key: &Key) -> Result<AccountKey, JoseError> {
    match key.form() {
        KeyForm::Pkcs8 => AccountKey::from_pkcs8_der(key.der()),
        KeyForm::Pkcs1 => AccountKey::from_pkcs1_der(key.der()),
        KeyForm::Sec1 => AccountKey::from_sec1_der(key.der()),
    }
}

fn read(text: &str) -> Result<Content, Obstacle> {
    if let Ok(jwk) = serde_json::from_str::<JwkMembers>(text) {
        return match AccountKey::from_private_jwk(text) {
            Ok(key) => Ok(Content::Key(key)),
            Err(_) if jwk.d.is_none() => Err(Obstacle::PublicKey),
            Err(_) => Err(jwk.obstacle()),
        };
    }
    let read: &[fn(&str) -> Option<Details>] = if text.starts_with('{') {
        // What is less particular comes later.
        &[
            lego::read,
            certbot::read,
            caddy::read,
            acme_sh::read_account,
        ]
    } else {
        &[acme_sh::read_conf]
    };
    let details = read.iter().find_map(|read| read(text));
    details.map(Content::Details).ok_or(Obstacle::OtherText)
}

/// What shows that something is a JWK, and of which kind.
#[derive(serde::Deserialize)]
struct JwkMembers {
    kty: String,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    d: Option<serde::de::IgnoredAny>,
}

impl JwkMembers {
    /// Why a private JWK is not taken: its kind, or what is in it.
    fn obstacle(self) -> Obstacle {
        let is_curve = |name: &str| self.crv.as_deref() == Some(name);
        if self.kty == "RSA" || self.kty == "EC" && (is_curve("P-256") || is_curve("P-384")) {
            return Obstacle::Damaged(Thing::Key);
        }
        let algorithm = self.crv.unwrap_or(self.kty);
        Obstacle::KeyAlgorithm {
            algorithm: algorithm.chars().take(40).collect(),
        }
    }
}

fn is_contact(url: &str) -> bool {
    url.len() <= MAX_CONTACT_BYTES
        && url.starts_with("mailto:")
        && url.contains('@')
        && url.bytes().all(|byte| byte.is_ascii_graphic())
}
