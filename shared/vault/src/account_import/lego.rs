//! lego: `accounts/<server>/<email>/account.json`, with the key in `keys/<email>.key` (PEM).

use serde::Deserialize;

use super::{Client, Details};

#[derive(Deserialize)]
struct Account {
    #[serde(default)]
    email: String,
    registration: Registration,
}

/// Up to version 4 an object and its address, from version 5 on the object with its address in it.
#[derive(Deserialize)]
struct Registration {
    #[serde(alias = "location")]
    uri: Option<String>,
    body: Option<Body>,
    #[serde(default)]
    contact: Vec<String>,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    contact: Vec<String>,
}

pub(super) fn read(json: &str) -> Option<Details> {
    let account: Account = serde_json::from_str(json).ok()?;
    let registration = account.registration;
    let mut contact = registration.contact;
    contact.extend(
        registration
            .body
            .map(|body| body.contact)
            .unwrap_or_default(),
    );
    if contact.is_empty() && !account.email.is_empty() {
        contact.push(format!("mailto:{}", account.email));
    }
    Some(Details {
        client: Some(Client::Lego),
        url: registration.uri,
        contact,
    })
}
