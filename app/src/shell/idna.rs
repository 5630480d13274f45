//! International domain names, by the browser's own tables.

use web_sys::Url;

/// A name's A-label form ([`tabcert_acme::domain::ToAscii`]): what the browser makes of it as the
/// host of a URL.
pub(crate) fn to_ascii(name: &str) -> Option<String> {
    Url::new(&format!("http://{name}/"))
        .ok()
        .map(|url| url.hostname())
}
