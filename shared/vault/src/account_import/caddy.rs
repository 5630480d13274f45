//! Caddy: `acme/<server>/users/<email>/<user>.json`, the account object with its address in it, and
//! `<user>.key` (PEM) beside it.

use serde::Deserialize;

use super::{Client, Details};

#[derive(Deserialize)]
struct Account {
    location: String,
    #[serde(default)]
    contact: Vec<String>,
}

pub(super) fn read(json: &str) -> Option<Details> {
    let account: Account = serde_json::from_str(json).ok()?;
    Some(Details {
        client: Some(Client::Caddy),
        url: Some(account.location),
        contact: account.contact,
    })
}
