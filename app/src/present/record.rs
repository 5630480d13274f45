//! DNS records as text to copy.

use std::fmt::Write;

use tabcert_issuance::proof::TxtRecord;

/// Seconds that resolvers may keep a challenge's record. Short, since it is replaced soon; some
/// providers allow no less.
pub(crate) const TTL_SECONDS: u32 = 60;

/// Every value as a line of a zone file (RFC 1035 §5.1), with absolute names.
pub(crate) fn zone_file(records: &[TxtRecord]) -> String {
    let mut lines = String::new();
    for record in records {
        for value in &record.values {
            // The values are base64url: nothing in them needs escaping.
            let _ = writeln!(lines, "{}. {TTL_SECONDS} IN TXT \"{value}\"", record.name);
        }
    }
    lines
}

/// What to do with the values of one record name.
pub(crate) fn instruction(values: usize) -> Option<String> {
    match values {
        0 | 1 => None,
        2 => Some("Add BOTH values: two TXT records with the same name.".to_owned()),
        many => Some(format!(
            "Add ALL {many} values: {many} TXT records with the same name."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_a_line_for_every_value() {
        let record = TxtRecord {
            name: "_acme-challenge.example.org".to_owned(),
            relative_name: "_acme-challenge".to_owned(),
            zone: "example.org".to_owned(),
            values: vec!["one".to_owned(), "two".to_owned()],
            proves: vec!["example.org".to_owned(), "*.example.org".to_owned()],
        };
        assert_eq!(
            zone_file(&[record]),
            "_acme-challenge.example.org. 60 IN TXT \"one\"\n_acme-challenge.example.org. 60 IN TXT \"two\"\n"
        );
    }

    #[test]
    fn insists_on_all_values_where_there_are_several() {
        assert_eq!(instruction(1), None);
        assert!(instruction(2).is_some_and(|text| text.contains("BOTH")));
        assert!(instruction(3).is_some_and(|text| text.contains("ALL 3")));
    }
}
