//! The protection record: how the records are encrypted, and its name.
//!
//! | Member | Value |
//! |---|---|
//! | `schema` | 1 under a key of the browser's, 2 under a passphrase |
//! | `id` | 16 random bytes, new with every protection |
//! | `vault` | the first protection's `id`, which is kept; missing in the first |
//! | `key` | schema 1: a handle of the key |
//! | `wrapped` | schema 2: [`Protection`] as JSON |

use js_sys::{Object, Reflect, Uint8Array};
use tabcert_vault::passphrase::Parameters;
use tabcert_vault::protection::{self, Protection, Randomness};
use wasm_bindgen::JsValue;
use zeroize::Zeroizing;

use super::StorageError;
use super::database::bytes;
use super::seal::RecordKey;

const BY_BROWSER: f64 = 1.0;
const BY_PASSPHRASE: f64 = 2.0;

/// Tells protections apart, and vaults: one that was emptied and begun anew is another.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Name {
    id: Vec<u8>,
    vault: Vec<u8>,
}

/// How the records are encrypted.
pub(super) struct Protected {
    pub(super) name: Name,
    pub(super) by: By,
}

/// What opens the records.
pub(super) enum By {
    /// A key of this browser's.
    Browser(RecordKey),
    /// What the visitor knows, or has.
    Passphrase(Box<Protection>),
}

impl Name {
    fn random() -> Result<Self, StorageError> {
        let id = random::<16>()?.to_vec();
        Ok(Self {
            vault: id.clone(),
            id,
        })
    }

    /// Another protection of the same vault.
    fn next(&self) -> Result<Self, StorageError> {
        Ok(Self {
            id: random::<16>()?.to_vec(),
            vault: self.vault.clone(),
        })
    }

    /// The name of what IndexedDB gives back; nothing where that is no protection.
    pub(super) fn of(stored: &JsValue) -> Option<Self> {
        let member = |name: &str| bytes(&Reflect::get(stored, &name.into()).ok()?);
        let id = member("id")?;
        Some(Self {
            vault: member("vault").unwrap_or_else(|| id.clone()),
            id,
        })
    }

    /// Whether both protect the same records.
    pub(super) fn is_same_vault(&self, other: &Self) -> bool {
        self.vault == other.vault
    }
}

impl Protected {
    /// A new vault's: by a key of the browser's.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(super) async fn first() -> Result<Self, StorageError> {
        Ok(Self {
            name: Name::random()?,
            by: By::Browser(RecordKey::generate().await?),
        })
    }

    /// The protection that takes another's place, with a new key, which it comes with.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(super) async fn after(
        name: &Name,
        passphrase: Option<&str>,
    ) -> Result<(Self, RecordKey), StorageError> {
        let (by, key) = match passphrase {
            None => {
                let key = RecordKey::generate().await?;
                (By::Browser(key.clone()), key)
            }
            Some(passphrase) => {
                let key = protection::RecordKey::new(Zeroizing::new(random()?));
                let random = Randomness {
                    salt: random()?,
                    nonce: random()?,
                    prf_input: random()?,
                };
                let by = Protection::new(&key, passphrase, Parameters::default(), random)?;
                let key = RecordKey::import(&key).await?;
                (By::Passphrase(Box::new(by)), key)
            }
        };
        let name = name.next()?;
        Ok((Self { name, by }, key))
    }

    /// A protection as IndexedDB gives it back.
    ///
    /// # Errors
    /// [`StorageError::Newer`], [`StorageError::Damaged`]
    pub(super) fn from_stored(stored: &JsValue) -> Result<Self, StorageError> {
        let schema = Reflect::get(stored, &"schema".into())?.as_f64();
        let by = if schema == Some(BY_BROWSER) {
            let key = RecordKey::from_stored(&Reflect::get(stored, &"key".into())?);
            By::Browser(key.ok_or(StorageError::Damaged)?)
        } else if schema == Some(BY_PASSPHRASE) {
            let wrapped = Reflect::get(stored, &"wrapped".into())?.as_string();
            let wrapped = wrapped.ok_or(StorageError::Damaged)?;
            By::Passphrase(Box::new(Protection::parse(&wrapped)?))
        } else {
            return Err(StorageError::Newer);
        };
        let name = Name::of(stored).ok_or(StorageError::Damaged)?;
        Ok(Self { name, by })
    }

    /// The protection as IndexedDB takes it.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(super) fn to_stored(&self) -> Result<JsValue, StorageError> {
        let object = Object::new();
        let set = |name: &str, value: &JsValue| Reflect::set(&object, &name.into(), value);
        set("id", &Uint8Array::from(self.name.id.as_slice()))?;
        set("vault", &Uint8Array::from(self.name.vault.as_slice()))?;
        match &self.by {
            By::Browser(key) => {
                set("schema", &BY_BROWSER.into())?;
                set("key", key.as_stored())?;
            }
            By::Passphrase(protection) => {
                set("schema", &BY_PASSPHRASE.into())?;
                set("wrapped", &protection.serialize()?.into())?;
            }
        }
        Ok(object.into())
    }
}

/// Random bytes.
///
/// # Errors
/// [`StorageError::Failed`]
pub(crate) fn random<const N: usize>() -> Result<[u8; N], StorageError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| StorageError::Failed(error.to_string()))?;
    Ok(bytes)
}
