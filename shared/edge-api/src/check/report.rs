//! What follows from a report, for the visitor.

use tabcert_acme::jwk::Thumbprint;

use super::{Break, CheckReport};
use crate::path::stateless_path;

impl CheckReport {
    /// Whether the host redirects to the stateless route for this account, whatever the edge's name.
    #[must_use]
    pub fn is_redirected_for(&self, thumbprint: &Thumbprint) -> bool {
        let path = stateless_path(thumbprint);
        self.hops.iter().skip(1).any(|hop| {
            let rest = hop.url.split_once("://").map_or("", |(_, rest)| rest);
            let start = rest.find('/').unwrap_or(rest.len());
            rest[start..].starts_with(&path)
        })
    }
}

impl Break {
    /// Who has to do what about it.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Lookup { .. } => "See whether the domain’s name servers answer.",
            Self::NoAddress => "Then wait until DNS shows it.",
            Self::PrivateAddress { .. } => "Give the name a public address.",
            Self::NoAnswer { .. } => {
                "Let the server listen on port 80 for the whole internet, and look at its firewall."
            }
            Self::Timeout { .. } => "See what keeps the server, or its firewall, from answering.",
            Self::Tls { .. } => "You may go on, or redirect to plain http.",
            Self::Status { .. } | Self::WrongAnswer => {
                "See whether the server answers this very address, for this name."
            }
            Self::NoLocation => "Give the redirect a target.",
            Self::Redirect { .. } => {
                "Redirect to a name on port 80 or 443, or exempt the challenge’s path."
            }
            Self::Loop | Self::TooManyRedirects { .. } => {
                "Exempt the challenge’s path from the redirects."
            }
            Self::TooLong { .. } => "Serve the file alone, without a page around it.",
            Self::Unknown => "Reload this page.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CheckRequest, Hop};
    use super::*;

    const TOKEN: &str = "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0";
    const THUMBPRINT: &str = "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";

    fn report(urls: &[&str]) -> CheckReport {
        let hop = |url: &&str| Hop {
            url: (*url).to_owned(),
            addresses: Vec::new(),
            status: None,
            location: None,
            received: None,
            broken: None,
        };
        CheckReport {
            expected: String::new(),
            hops: urls.iter().map(hop).collect(),
            works: false,
            detail: None,
        }
    }

    #[test]
    fn knows_the_redirect_of_this_account_and_no_other() {
        let thumbprint = Thumbprint::parse(THUMBPRINT).expect("a thumbprint");
        let first = "http://a.example/.well-known/acme-challenge/x";
        let own = format!("/api/v1/r/{THUMBPRINT}/{TOKEN}");
        for (last, expected) in [
            (format!("https://edge.example{own}"), true),
            (format!("http://edge.example:80{own}"), true),
            (own.clone(), false),
            (format!("https://edge.example/x{own}"), false),
            (format!("https://edge.example/?{own}"), false),
            (
                format!("https://edge.example{}", own.replace("9jg", "8jg")),
                false,
            ),
            ("https://edge.example".to_owned(), false),
        ] {
            let found = report(&[first, &last]).is_redirected_for(&thumbprint);
            assert_eq!(found, expected, "{last}");
        }
        let direct = format!("http://a.example{own}");
        assert!(!report(&[&direct]).is_redirected_for(&thumbprint));
    }

    #[test]
    fn a_request_is_read_as_it_was_written() {
        let json = format!(
            r#"{{"host":"www.xn--bcher-kva.example","token":"{TOKEN}","thumbprint":"{THUMBPRINT}"}}"#
        );
        let request = CheckRequest::parse(json.as_bytes()).expect("a request");
        assert_eq!(request.to_json(), json);
    }
}
