//! `Link` headers (RFC 8288), of which ACME uses `rel` only (RFC 8555 §7.1, §7.4.2).

/// The target of the first link with this relation. `value` may hold several links joined by
/// commas, which is how a browser hands over repeated headers.
#[must_use]
pub fn find<'a>(value: &'a str, relation: &str) -> Option<&'a str> {
    targets(value, relation).next()
}

/// The targets of all links with this relation, in order.
pub fn targets<'a>(value: &'a str, relation: &str) -> impl Iterator<Item = &'a str> {
    links(value)
        .filter(move |link| link.has(relation))
        .map(|link| link.target)
}

/// One link: its target and the value of its first `rel`. RFC 8288 §3.3: "The rel parameter MUST be
/// present but MUST NOT appear more than once in a given link-value; occurrences after the first MUST
/// be ignored by parsers."
#[derive(Default)]
struct Link<'a> {
    target: &'a str,
    relations: Option<&'a str>,
}

impl Link<'_> {
    fn has(&self, relation: &str) -> bool {
        let relations = self.relations.unwrap_or_default();
        let mut relations = relations.split_ascii_whitespace();
        relations.any(|it| it.eq_ignore_ascii_case(relation))
    }
}

/// The links of a header. What is no link is skipped up to the next one.
fn links(value: &str) -> impl Iterator<Item = Link<'_>> {
    let mut rest = value;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once('<')?;
        let (target, after) = after.split_once('>')?;
        // No URL has a '<' in it: what stands before one is no target.
        let target = target.rsplit('<').next().unwrap_or_default();
        let mut link = Link {
            target: target.trim(),
            relations: None,
        };
        rest = after;
        while let Some(parameter) = rest.trim_start().strip_prefix(';') {
            let (name, after_name) = split_at_any(parameter, &['=', ';', ',', '<']);
            rest = after_name;
            let Some(text) = after_name.strip_prefix('=') else {
                continue;
            };
            let (text, after) = parameter_value(text.trim_start());
            rest = after;
            if name.trim().eq_ignore_ascii_case("rel") {
                link.relations.get_or_insert(text);
            }
        }
        Some(link)
    })
}

/// The value of a parameter, and what comes after it. A quoted one may hold everything that separates
/// links and parameters (RFC 9110 §5.6.4); backslashes in it stay, as no relation has one.
fn parameter_value(text: &str) -> (&str, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, after) = split_at_any(text, &[';', ',', '<']);
        return (value.trim_end(), after);
    };
    let mut escaped = false;
    let end = quoted.find(|character| {
        let closes = character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
        closes
    });
    match end {
        Some(end) => (&quoted[..end], &quoted[end + 1..]),
        // Without an end it is the rest.
        None => (quoted, ""),
    }
}

fn split_at_any<'a>(text: &'a str, separators: &[char]) -> (&'a str, &'a str) {
    text.split_at(text.find(separators).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_links_in_joined_headers() {
        let value = "<https://ca.example/dir>;rel=\"index\", <https://ca.example/c/1,2>;rel=\"alternate\",<https://ca.example/c/3>; rel=alternate";
        assert_eq!(find(value, "index"), Some("https://ca.example/dir"));
        let alternates: Vec<_> = targets(value, "alternate").collect();
        assert_eq!(
            alternates,
            ["https://ca.example/c/1,2", "https://ca.example/c/3"]
        );
        assert_eq!(find(value, "up"), None);
        assert_eq!(find("garbage < > rel", "index"), None);
    }

    #[test]
    fn quoted_values_may_hold_what_separates() {
        for value in [
            r#"<https://ca.example/1>;title="a <b>; c, d";rel="alternate""#,
            r#"<https://ca.example/1>; title="say \"<x>;rel=next\""; rel=alternate"#,
            r#"<https://ca.example/0>;title="<https://evil.example>;rel=alternate", <https://ca.example/1>;rel=alternate"#,
            r#"<https://ca.example/1> ; REL = "next Alternate" ; rel=up"#,
            r#"<https://ca.example/1>;crossorigin;rel=alternate;title=x"#,
            r#"nonsense < <https://ca.example/1>;rel=alternate"#,
            r#"<https://ca.example/0>;title="a, <https://ca.example/9>",<https://ca.example/1>;rel="alternate""#,
        ] {
            let found: Vec<_> = targets(value, "alternate").collect();
            assert_eq!(found, ["https://ca.example/1"], "{value}");
        }
        for value in [
            "",
            "<",
            "<a",
            "<a>",
            "<a>;",
            "<a>;rel",
            "<a>;rel=",
            "<a>;rel=\"",
            "<a>;rel=\"\\",
            ";;;<>;=;,",
        ] {
            assert_eq!(targets(value, "alternate").count(), 0, "{value}");
        }
    }
}
