//! Relative references (RFC 3986 §5), which headers may have (RFC 9110 §10.2.2, RFC 8288 §3.1).

use super::HttpsUrl;
use crate::AcmeError;

impl HttpsUrl {
    /// What a reference in an answer from this URL leads to. An absolute URL stays byte for byte, but
    /// for its fragment, which says nothing to a server.
    ///
    /// # Errors
    /// [`AcmeError::InvalidUrl`] where that is no plain https URL.
    pub fn join(&self, reference: &str) -> Result<Self, AcmeError> {
        let reference = reference.trim();
        let reference = reference.split('#').next().unwrap_or_default();
        let authority = self.authority();
        let (path, _) = split_query(self.path_and_query());
        let target = if has_scheme(reference) {
            reference.to_owned()
        } else if reference.starts_with("//") {
            format!("https:{reference}")
        } else if reference.is_empty() {
            self.as_str().to_owned()
        } else if reference.starts_with('?') {
            format!("https://{authority}{path}{reference}")
        } else {
            let (relative, query) = split_query(reference);
            let merged = if relative.starts_with('/') {
                relative.to_owned()
            } else {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                format!("{folder}/{relative}")
            };
            format!("https://{authority}{}{query}", without_dots(&merged))
        };
        Self::parse(&target)
    }
}

/// A path, and a query with its question mark, or nothing.
fn split_query(text: &str) -> (&str, &str) {
    text.split_at(text.find('?').unwrap_or(text.len()))
}

/// RFC 3986 §3.1: a letter, then letters, digits, `+`, `-` and `.`, and a colon.
fn has_scheme(reference: &str) -> bool {
    reference.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

/// RFC 3986 §5.2.4, for a path that starts with `/`.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let segments: Vec<_> = path.split('/').skip(1).collect();
    for segment in &segments {
        match *segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            name => kept.push(name),
        }
    }
    if matches!(segments.last(), Some(&("." | ".."))) {
        kept.push("");
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(base: &str, reference: &str) -> Option<String> {
        let base = HttpsUrl::parse(base).expect("a URL");
        base.join(reference).ok().map(String::from)
    }

    /// RFC 3986 §5.4, but for parameters in paths and what is no https.
    #[test]
    fn resolves_the_examples_of_rfc_3986() {
        for (reference, expected) in [
            ("g", "https://a/b/c/g"),
            ("./g", "https://a/b/c/g"),
            ("g/", "https://a/b/c/g/"),
            ("/g", "https://a/g"),
            ("//g", "https://g"),
            ("?y", "https://a/b/c/d;p?y"),
            ("g?y", "https://a/b/c/g?y"),
            ("#s", "https://a/b/c/d;p?q"),
            ("g#s", "https://a/b/c/g"),
            ("", "https://a/b/c/d;p?q"),
            (".", "https://a/b/c/"),
            ("./", "https://a/b/c/"),
            ("..", "https://a/b/"),
            ("../g", "https://a/b/g"),
            ("../..", "https://a/"),
            ("../../g", "https://a/g"),
            ("../../../g", "https://a/g"),
            ("/./g", "https://a/g"),
            ("/../g", "https://a/g"),
            ("g.", "https://a/b/c/g."),
            ("..g", "https://a/b/c/..g"),
            ("./../g", "https://a/b/g"),
            ("./g/.", "https://a/b/c/g/"),
            ("g?y/../x", "https://a/b/c/g?y/../x"),
        ] {
            assert_eq!(
                join("https://a/b/c/d;p?q", reference).as_deref(),
                Some(expected),
                "{reference}"
            );
        }
    }

    #[test]
    fn absolute_urls_stay_as_they_are() {
        let base = "https://ca.example";
        for url in [
            "https://other.example/a/../b?c=/d",
            "https://ca.example/%2e/",
        ] {
            assert_eq!(join(base, url).as_deref(), Some(url));
        }
        assert_eq!(
            join(base, "order/1").as_deref(),
            Some("https://ca.example/order/1")
        );
        for reference in [
            "http://ca.example/x",
            "javascript:alert(1)",
            "//user@ca.example/",
            "/a b",
            "\\\\evil",
        ] {
            assert_eq!(join(base, reference), None, "{reference}");
        }
    }
}
