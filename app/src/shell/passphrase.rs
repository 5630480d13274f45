//! Passphrases as they are typed.

use js_sys::JsString;
use tabcert_engine_api::protection::Passphrase;
use zeroize::Zeroizing;

/// In normal form (NFC): keyboards differ in how they compose letters.
pub(crate) fn of(typed: &str) -> Passphrase {
    let normal = JsString::from(typed).normalize("NFC");
    Passphrase(Zeroizing::new(String::from(normal)))
}
