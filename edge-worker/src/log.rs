//! One line of JSON per request. Never tokens, hosts, addresses, bodies or account URLs: routes have
//! fixed names, and of what the runtime says only the plain words are kept.

use serde_json::json;

/// Longest word that is kept; names of exceptions and bindings are shorter, and tokens longer.
const MAX_WORD: usize = 20;

/// Says how a request ended, and what the answer does not say about why.
pub(crate) fn line(
    route: &'static str,
    method: &str,
    status: u16,
    elapsed_ms: f64,
    cause: Option<&str>,
) -> String {
    // Methods are the visitor's text; those that no route takes are not worth a line of their own.
    let method = match method {
        "GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "OPTIONS" => method,
        _ => "other",
    };
    let mut line = format!(
        r#"{{"route":"{route}","method":"{method}","status":{status},"ms":{elapsed_ms:.0}"#
    );
    if let Some(cause) = cause {
        line += &format!(r#","cause":{}"#, json!(redact(cause)));
    }
    line.push('}');
    line
}

/// Leaves out every word that could be a name, an address, a token or a URL.
fn redact(text: &str) -> String {
    let words = text.split_ascii_whitespace().map(|word| {
        let bare = word.trim_matches(|character: char| !character.is_ascii_alphanumeric());
        let odd = |byte: u8| !(byte.is_ascii_alphanumeric() || b"_-'".contains(&byte));
        if bare.len() > MAX_WORD || bare.bytes().any(odd) {
            "\u{2026}"
        } else {
            word
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_plain_words_only() {
        for (text, kept) in [
            ("KV PUT failed: 500 Internal Server Error", None),
            ("Network connection lost.", None),
            (
                "no answer from www.example.org:443 (192.0.2.1)",
                Some("no answer from \u{2026} \u{2026}"),
            ),
            (
                "2001:db8::1 https://ca.example/acct/1",
                Some("\u{2026} \u{2026}"),
            ),
            (
                "KV GET h/example.org/LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0: 500",
                Some("KV GET \u{2026} 500"),
            ),
            (
                "{\"payload\":\"x\"} LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0",
                Some("\u{2026} \u{2026}"),
            ),
        ] {
            assert_eq!(redact(text), kept.unwrap_or(text));
        }
    }
}
