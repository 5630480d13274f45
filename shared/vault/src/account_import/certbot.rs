//! certbot: `/etc/letsencrypt/accounts/<server>/directory/<id>/` with `private_key.json` (a JWK),
//! `regr.json` and `meta.json`.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Client, Details};

/// `regr.json`. Since certbot 0.24 its body is empty.
#[derive(Deserialize)]
struct Registration {
    body: Body,
    uri: String,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    contact: Vec<String>,
}

/// `meta.json`: when and where it was made, which does not matter here.
#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "creation_dt")]
    _made_at: IgnoredAny,
}

pub(super) fn read(json: &str) -> Option<Details> {
    let details = Details {
        client: Some(Client::Certbot),
        ..Details::default()
    };
    if serde_json::from_str::<Meta>(json).is_ok() {
        return Some(details);
    }
    let registration: Registration = serde_json::from_str(json).ok()?;
    Some(Details {
        url: Some(registration.uri),
        contact: registration.body.contact,
        ..details
    })
}
