//! `Link` headers (RFC 8288), of which ACME uses `rel` only (RFC 8555 §7.1, §7.4.2).

/// The target of the first link with this relation. `value` may hold several links joined by
/// commas, which is how a browser hands over repeated headers.
#[must_use]
pub fn find<'a>(value: &'a str, relation: &str) -> Option<&'a str> {
    targets(value, relation).next()
}

/// The targets of all links with this relation, in order.
pub fn targets<'a>(value: &'a str, relation: &str) -> impl Iterator<Item = &'a str> {
    // A target stands in angle brackets, so a '<' starts the next link even where URLs hold commas.
    value.split('<').skip(1).filter_map(move |link| {
        let (target, parameters) = link.split_once('>')?;
        parameters
            .split([';', ','])
            .filter_map(|parameter| parameter.trim().split_once('='))
            .any(|(name, value)| {
                name.trim().eq_ignore_ascii_case("rel")
                    && value
                        .trim()
                        .trim_matches('"')
                        .split(' ')
                        .any(|rel| rel.eq_ignore_ascii_case(relation))
            })
            .then_some(target)
    })
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
}
