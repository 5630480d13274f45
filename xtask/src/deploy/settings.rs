//! What `wrangler.toml` leaves to its operator.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use toml::{Table, Value};

#[derive(Deserialize)]
struct Settings {
    #[serde(default)]
    routes: Vec<Value>,
    #[serde(default)]
    kv_namespaces: Vec<Namespace>,
    #[serde(default)]
    vars: Table,
}

#[derive(Deserialize)]
struct Namespace {
    binding: String,
    id: Option<String>,
}

/// What is missing, a sentence each; none of it keeps the edge from being deployed.
pub(super) fn read(file: &Path) -> Result<Vec<String>> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let settings =
        toml::from_str(&text).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(missing(&settings))
}

fn missing(settings: &Settings) -> Vec<String> {
    let mut lines = Vec::new();
    match settings
        .kv_namespaces
        .iter()
        .find(|namespace| namespace.binding == "TOKENS")
    {
        None => lines.push(
            "the KV namespace TOKENS; without it the edge stores no challenge tokens".to_owned(),
        ),
        Some(Namespace { id: None, .. }) => lines.push(
            "the id of the KV namespace TOKENS, unless wrangler is to make a new one".to_owned(),
        ),
        Some(_) => {}
    }
    if settings.routes.is_empty() {
        lines.push(
            "routes for <host>/.well-known/acme-challenge/*; without them the edge answers http-01 \
             only where a host redirects to it"
                .to_owned(),
        );
    }
    if !settings.vars.contains_key("TIES") {
        lines.push(
            "the variable TIES; without it only hosts with a TXT record _tabcert.<host> are tied \
             to an account"
                .to_owned(),
        );
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing_in(text: &str) -> Vec<String> {
        missing(&toml::from_str(text).expect("settings"))
    }

    #[test]
    fn says_what_is_missing() {
        assert_eq!(missing_in("").len(), 3);
        let lines = missing_in("[[kv_namespaces]]\nbinding = \"TOKENS\"");
        assert!(lines[0].contains("the id of"), "{lines:?}");
    }

    #[test]
    fn has_nothing_to_say_when_all_is_set() {
        let text = r#"
            routes = [{ pattern = "example.org/.well-known/acme-challenge/*", zone_name = "example.org" }]
            [[kv_namespaces]]
            binding = "TOKENS"
            id = "0"
            [vars]
            TIES = "{}"
        "#;
        assert_eq!(missing_in(text), Vec::<String>::new());
    }
}
