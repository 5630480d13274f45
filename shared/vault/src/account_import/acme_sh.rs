//! acme.sh: `ca/<server>/<path>/` with `account.key` (PEM), `account.json` (the CA's answer) and
//! `ca.conf` (assignments as in a shell).

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Client, Details};

#[derive(Deserialize)]
struct Account {
    #[serde(rename = "status")]
    _status: IgnoredAny,
    #[serde(default)]
    contact: Vec<String>,
}

/// The CA's answer to newAccount, which has no address in it.
pub(super) fn read_account(json: &str) -> Option<Details> {
    let account: Account = serde_json::from_str(json).ok()?;
    Some(Details {
        client: Some(Client::AcmeSh),
        url: None,
        contact: account.contact,
    })
}

/// `ca.conf`. Text without any of its names is not taken for it.
pub(super) fn read_conf(text: &str) -> Option<Details> {
    let value = |name: &str| {
        text.lines().find_map(|line| {
            let value = line.trim().strip_prefix(name)?.strip_prefix('=')?;
            Some(value.trim_matches(['\'', '"']).to_owned())
        })
    };
    let url = value("ACCOUNT_URL");
    let contact = value("CA_EMAIL").filter(|email| !email.is_empty());
    if url.is_none() && contact.is_none() && value("CA_KEY_HASH").is_none() {
        return None;
    }
    Some(Details {
        client: Some(Client::AcmeSh),
        url,
        contact: contact
            .map(|email| format!("mailto:{email}"))
            .into_iter()
            .collect(),
    })
}
