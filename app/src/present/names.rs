//! Lists of names.

use tabcert_acme::domain::DomainName;

/// How many names a summary lists before it counts the rest.
const LISTED: usize = 3;

/// A name as people read it: in Unicode where that differs.
pub(crate) fn readable(name: &DomainName) -> String {
    name.unicode().unwrap_or_else(|| name.to_string())
}

/// `a.example, b.example, c.example and 4 more`.
pub(crate) fn summary(names: &[DomainName]) -> String {
    let listed: Vec<String> = names.iter().take(LISTED).map(readable).collect();
    let listed = listed.join(", ");
    match names.len().saturating_sub(LISTED) {
        0 => listed,
        more => format!("{listed} and {more} more"),
    }
}

/// `1 name`, `2 names`.
pub(crate) fn count(count: usize, singular: &str) -> String {
    match count {
        1 => format!("1 {singular}"),
        _ => format!("{count} {singular}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_it_does_not_list() {
        let names: Vec<DomainName> = [
            "a.example",
            "*.xn--bcher-kva.example",
            "c.example",
            "d.example",
        ]
        .iter()
        .map(|name| DomainName::parse_a_labels(name).expect("a name"))
        .collect();
        assert_eq!(summary(&names[..1]), "a.example");
        assert_eq!(
            summary(&names[..3]),
            "a.example, *.bücher.example, c.example"
        );
        assert_eq!(
            summary(&names),
            "a.example, *.bücher.example, c.example and 1 more"
        );
        assert_eq!(count(1, "name"), "1 name");
        assert_eq!(count(0, "name"), "0 names");
    }
}
