//! What a check from outside found.

use tabcert_acme::jwk::Thumbprint;
use tabcert_edge_api::check::is_hidden;
use tabcert_edge_api::redirects::is_answered_for;
use tabcert_issuance::proof::Method;

use crate::shell::check::{Hop, Report};

/// The outcome in a sentence or two.
pub(crate) fn outcome(report: &Report, thumbprint: &Thumbprint, method: Method) -> String {
    let redirected = report
        .hops
        .iter()
        .any(|hop| is_answered_for(&hop.url, thumbprint));
    let says = match (report.works, method) {
        (true, Method::HttpEdge) => {
            "This edge answers for the name: it will have the right answer when the CA asks."
        }
        (false, Method::HttpEdge) => "The CA would not reach this edge: the path below breaks.",
        (true, Method::HttpRedirect) if redirected => {
            "The redirect is in place: nothing else to do, now and next time."
        }
        (true, _) if redirected => {
            "The right answer came from this edge: your server redirects here. You may choose “Redirected to this edge”, and need no file."
        }
        (true, Method::HttpRedirect) => {
            "The right answer came, but not by the redirect: next time there may be none."
        }
        (true, _) => "The right answer came: the CA should see the same.",
        (false, _) => "The CA would not get the right answer: the path below breaks.",
    };
    says.to_owned()
}

/// What one address answered, in a few words.
pub(crate) fn answer(hop: &Hop) -> String {
    match &hop.location {
        _ if hop.status.is_empty() => "no answer".to_owned(),
        Some(location) => format!("{}, redirects to {location}", hop.status),
        None if hop.is_broken => hop.status.clone(),
        None => format!("{}, the right answer", hop.status),
    }
}

/// What was received, with characters that nobody sees as their numbers. Blanks and line breaks stay.
pub(crate) fn received(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) && !character.is_ascii_whitespace() {
            shown += &format!("⟨U+{:04X}⟩", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    const THUMBPRINT: &str = "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";

    fn hop(url: &str, status: u16, location: Option<&str>) -> Hop {
        Hop {
            url: url.to_owned(),
            status: status.to_string(),
            location: location.map(str::to_owned),
            received: None,
            is_broken: false,
        }
    }

    #[test]
    fn tells_the_redirect_from_other_answers() {
        let first = hop("http://a.example/x", 302, Some("https://edge.example/"));
        let target = format!("https://edge.example/api/v1/r/{THUMBPRINT}/token");
        let redirected = Report {
            expected: String::new(),
            detail: String::new(),
            next_step: String::new(),
            hops: vec![first.clone(), hop(&target, 200, None)],
            works: true,
        };
        let direct = Report {
            hops: vec![hop("http://a.example/x", 200, None)],
            ..redirected.clone()
        };
        let broken = Report {
            works: false,
            ..redirected.clone()
        };
        let thumbprint = Thumbprint::parse(THUMBPRINT).expect("a thumbprint");
        for (report, method, words) in [
            (&redirected, Method::HttpRedirect, "is in place"),
            (&redirected, Method::HttpFile, "You may choose"),
            (&direct, Method::HttpRedirect, "not by the redirect"),
            (&direct, Method::HttpFile, "should see the same"),
            (&broken, Method::HttpRedirect, "breaks"),
            (&direct, Method::HttpEdge, "This edge answers"),
            (&broken, Method::HttpEdge, "would not reach this edge"),
        ] {
            let says = outcome(report, &thumbprint, method);
            assert!(says.contains(words), "{says}");
        }
        assert_eq!(answer(&first), "302, redirects to https://edge.example/");
        assert_eq!(answer(&direct.hops[0]), "200, the right answer");
    }

    #[test]
    fn what_nobody_sees_is_shown() {
        for (text, shown) in [
            ("\u{feff}a.b\0", "⟨U+FEFF⟩a.b⟨U+0000⟩"),
            ("a\u{200b}b", "a⟨U+200B⟩b"),
            ("<p>\r\n\tIt works!", "<p>\r\n\tIt works!"),
        ] {
            assert_eq!(received(text), shown);
        }
    }
}
