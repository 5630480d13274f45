//! Which accounts may have tokens served for which hosts.
//!
//! A tie comes from the operator's list ([`Ties`]) or from the host's owner, by a TXT record
//! ([`record_name`], [`record_text`]). Without a tie nothing is stored.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tabcert_acme::domain::DomainName;
use tabcert_acme::jwk::Thumbprint;
use thiserror::Error;

const RECORD_LABEL: &str = "_tabcert";
const RECORD_KEY: &str = "tabcert-account=";

/// The longest name in DNS as text: 255 octets with the lengths of its labels (RFC 1035 §2.3.4).
const MAX_NAME: usize = 253;

/// A DNS record for the visitor to set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TxtRecord {
    /// The absolute name, without trailing dot.
    pub name: String,
    /// The text, without quotes.
    pub value: String,
}

impl TxtRecord {
    /// The record that ties a host to an account; see [`record_name`].
    #[must_use]
    pub fn tying(host: &DomainName, thumbprint: &Thumbprint) -> Option<Self> {
        Some(Self {
            name: record_name(host)?,
            value: record_text(thumbprint),
        })
    }
}

/// The name of the TXT record that ties a host: `_tabcert.<host>`. It is looked up for exactly this
/// host; who wants one record for many hosts uses CNAME. `None` where DNS has no name of that length:
/// such a host only the operator can tie.
#[must_use]
pub fn record_name(host: &DomainName) -> Option<String> {
    let name = format!("{RECORD_LABEL}.{}", host.base());
    (name.len() <= MAX_NAME).then_some(name)
}

/// The text of the TXT record that names an account: `tabcert-account=<thumbprint>`. Several
/// records name several accounts.
#[must_use]
pub fn record_text(thumbprint: &Thumbprint) -> String {
    format!("{RECORD_KEY}{thumbprint}")
}

/// The account that a TXT record's text names; `None` for any other text.
#[must_use]
pub fn tie_of_record(text: &str) -> Option<Thumbprint> {
    Thumbprint::parse(text.trim_ascii().strip_prefix(RECORD_KEY)?)
}

/// The operator's list: patterns of hosts to accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ties(Vec<(HostPattern, Vec<Account>)>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum HostPattern {
    /// `example.org`: this host alone.
    Exactly(DomainName),
    /// `*.example.org`: every host below, at any depth, but not `example.org`. Kept with its
    /// leading dot.
    Below(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Account {
    Any,
    Named(Thumbprint),
}

/// An operator's list that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TiesError {
    /// Not a JSON object whose values are arrays of strings.
    #[error("not a JSON object of host patterns to arrays of account thumbprints")]
    NotAMap,
    /// A key that is no host and no `*.` in front of one.
    #[error("{0:?} is not a host or a pattern like \"*.example.org\"")]
    Pattern(String),
    /// A value that is no thumbprint and not `*`.
    #[error("{0:?} is not an account thumbprint")]
    Account(String),
}

impl Ties {
    /// Parses the operator's JSON, for example
    /// `{"example.org":["<thumbprint>"],"*.example.org":["<thumbprint>","<thumbprint>"]}`.
    ///
    /// `"*"` in place of a thumbprint is any account: for an edge that only its owner can reach,
    /// such as a local one for tests. On a public edge it hands the host to everybody.
    ///
    /// # Errors
    /// [`TiesError`] names what is wrong; nothing of the list is to be used then.
    pub fn parse(json: &str) -> Result<Self, TiesError> {
        let map: BTreeMap<String, Vec<String>> =
            serde_json::from_str(json).map_err(|_| TiesError::NotAMap)?;
        map.into_iter()
            .map(|(pattern, accounts)| {
                let accounts = accounts.into_iter().map(parse_account);
                Ok((
                    parse_pattern(&pattern)?,
                    accounts.collect::<Result<_, _>>()?,
                ))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether any entry names this account for this host.
    #[must_use]
    pub fn name(&self, host: &DomainName, thumbprint: &Thumbprint) -> bool {
        self.entries_for(thumbprint).any(|pattern| match pattern {
            HostPattern::Exactly(name) => name == host,
            HostPattern::Below(suffix) => host.as_str().ends_with(suffix.as_str()),
        })
    }

    /// Whether an entry of exactly this host, no pattern, names this account.
    #[must_use]
    pub fn name_exactly(&self, host: &DomainName, thumbprint: &Thumbprint) -> bool {
        self.entries_for(thumbprint)
            .any(|pattern| matches!(pattern, HostPattern::Exactly(name) if name == host))
    }

    fn entries_for(&self, thumbprint: &Thumbprint) -> impl Iterator<Item = &HostPattern> {
        self.0.iter().filter_map(move |(pattern, accounts)| {
            let named = accounts.iter().any(|account| match account {
                Account::Any => true,
                Account::Named(named) => named == thumbprint,
            });
            named.then_some(pattern)
        })
    }
}

fn parse_pattern(text: &str) -> Result<HostPattern, TiesError> {
    let invalid = || TiesError::Pattern(text.to_owned());
    match text.strip_prefix("*.") {
        // A label in front lets `*.test` pass, which names no host by itself.
        Some(base) => DomainName::parse_a_labels(&format!("x.{base}"))
            .map(|name| HostPattern::Below(name.as_str()[1..].to_owned()))
            .map_err(|_| invalid()),
        None => DomainName::parse_a_labels(text)
            .map(HostPattern::Exactly)
            .map_err(|_| invalid()),
    }
}

fn parse_account(text: String) -> Result<Account, TiesError> {
    if text == "*" {
        return Ok(Account::Any);
    }
    Thumbprint::parse(&text)
        .map(Account::Named)
        .ok_or(TiesError::Account(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
    const OTHER: &str = "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";

    fn thumbprint(text: &str) -> Thumbprint {
        Thumbprint::parse(text).expect("a thumbprint")
    }

    fn host(text: &str) -> DomainName {
        DomainName::parse_a_labels(text).expect("a name")
    }

    #[test]
    fn names_accounts_for_hosts_and_what_is_below() {
        let ties = Ties::parse(&format!(
            r#"{{"example.org":["{ONE}"],"*.example.org":["{ONE}","{OTHER}"],"*.test":["*"]}}"#
        ))
        .expect("a list");
        for (name, account, expected) in [
            ("example.org", ONE, true),
            ("example.org", OTHER, false),
            ("www.example.org", ONE, true),
            ("www.example.org", OTHER, true),
            ("a.b.c.example.org", OTHER, true),
            ("notexample.org", ONE, false),
            ("example.org.evil.example", ONE, false),
            ("other.example", ONE, false),
            ("any.test", OTHER, true),
            ("deep.any.test", ONE, true),
        ] {
            assert_eq!(
                ties.name(&host(name), &thumbprint(account)),
                expected,
                "{name} {account}"
            );
        }
        assert!(ties.name_exactly(&host("example.org"), &thumbprint(ONE)));
        assert!(!ties.name_exactly(&host("www.example.org"), &thumbprint(ONE)));
        assert!(!Ties::default().name(&host("example.org"), &thumbprint(ONE)));
    }

    #[test]
    fn refuses_lists_that_say_something_else() {
        for pattern in [
            "*",
            "**.example.org",
            "a.*.org",
            "example",
            "-.org",
            "*.",
            "",
            "a b.org",
        ] {
            assert_eq!(
                Ties::parse(&format!(r#"{{"{pattern}":["{ONE}"]}}"#)),
                Err(TiesError::Pattern(pattern.to_owned()))
            );
        }
        for account in [
            "",
            "**",
            "short",
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9X=",
        ] {
            assert_eq!(
                Ties::parse(&format!(r#"{{"example.org":["{account}"]}}"#)),
                Err(TiesError::Account(account.to_owned()))
            );
        }
        for json in ["", "[]", r#"{"example.org":"x"}"#, "null"] {
            assert_eq!(Ties::parse(json), Err(TiesError::NotAMap), "{json}");
        }
    }

    #[test]
    fn a_record_names_an_account() {
        let record = TxtRecord::tying(&host("www.example.org"), &thumbprint(ONE));
        let record = record.expect("a record");
        assert_eq!(record.name, "_tabcert.www.example.org");
        assert_eq!(record.value, format!("tabcert-account={ONE}"));
        assert_eq!(tie_of_record(&record.value), Some(thumbprint(ONE)));
        for text in [
            "",
            ONE,
            "tabcert-account=",
            "tabcert-account=*",
            "TABCERT-ACCOUNT=x",
        ] {
            assert_eq!(tie_of_record(text), None, "{text}");
        }
        assert_eq!(tie_of_record(&format!("{} x", record.value)), None);
    }

    #[test]
    fn a_host_may_be_too_long_for_a_record() {
        let of_length = |length: usize| {
            let rest = format!("{}example", "a23456789.".repeat(25));
            host(rest.get(rest.len() - length..).expect("long enough"))
        };
        assert_eq!(
            record_name(&of_length(244)).map(|name| name.len()),
            Some(253)
        );
        for length in [245, 253] {
            assert_eq!(record_name(&of_length(length)), None);
            assert_eq!(TxtRecord::tying(&of_length(length), &thumbprint(ONE)), None);
        }
    }
}
