//! Calendar files, read back line by line.

use crate::fixtures::{day, hour, renewal, summary};
use tabcert_acme::revocation::Reason;
use tabcert_vault::calendar::calendar;
use tabcert_vault::certificate::Revocation;
use tabcert_vault::id::CertificateId;
use tabcert_vault::summary::Summary;

/// The values of a property, unfolded (RFC 5545 §3.1).
fn values(text: &str, name: &str) -> Vec<String> {
    text.replace("\r\n ", "")
        .split("\r\n")
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .map(str::to_owned)
        .collect()
}

fn of(certificate: &Summary) -> String {
    calendar([certificate], Some("https://tabcert.example/"), day(1))
}

#[test]
fn a_certificate_of_90_days_has_an_event_when_due_and_on_each_of_the_last_five_days() {
    let text = of(&summary(1, &["a.example"], 90));
    assert_eq!(
        values(&text, "DTSTART"),
        [
            "20260302T000000Z",
            "20260327T000000Z",
            "20260328T000000Z",
            "20260329T000000Z",
            "20260330T000000Z",
            "20260331T000000Z",
        ]
    );
    let id = "01".repeat(16);
    assert_eq!(
        values(&text, "UID"),
        [
            format!("{id}-renewal@tabcert"),
            format!("{id}-last-5@tabcert"),
            format!("{id}-last-4@tabcert"),
            format!("{id}-last-3@tabcert"),
            format!("{id}-last-2@tabcert"),
            format!("{id}-last-1@tabcert"),
        ]
    );
    assert_eq!(values(&text, "DTSTAMP"), ["20260102T000000Z"; 6]);
    assert_eq!(values(&text, "TRIGGER"), ["PT0S"; 6]);
    assert_eq!(
        values(&text, "SUMMARY")[4..],
        [
            "The certificate of a.example ends in 2 days",
            "The certificate of a.example ends in 1 day",
        ]
    );
    assert_eq!(
        values(&text, "DESCRIPTION")[0],
        "For: a.example\\nIssued by: Test CA\\nRenew it at https://tabcert.example/"
    );
}

#[test]
fn parts_are_begun_and_ended_in_order_and_lines_are_short() {
    let mut certificate = summary(1, &["a.example"], 90);
    certificate.label.used_for = "Lastverteiler; Büro, \u{1f511} \\ x\ny".repeat(9);
    let text = of(&certificate);
    let mut open: Vec<String> = Vec::new();
    for line in text.strip_suffix("\r\n").expect("an end").split("\r\n") {
        assert!(line.len() <= 75, "{line}");
        assert!(!line.contains(['\r', '\n']), "{line}");
        if let Some(part) = line.strip_prefix("BEGIN:") {
            open.push(part.to_owned());
        } else if let Some(part) = line.strip_prefix("END:") {
            assert_eq!(open.pop().as_deref(), Some(part));
        }
    }
    assert!(open.is_empty());
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:"));
    let description = &values(&text, "DESCRIPTION")[0];
    assert!(
        description.contains("Used for: Lastverteiler\\; Büro\\, \u{1f511} \\\\ x\\ny"),
        "{description}"
    );
}

#[test]
fn a_newer_file_names_the_same_events() {
    let mut certificate = summary(1, &["a.example"], 90);
    let before = values(&of(&certificate), "UID");
    certificate.label.name = "Shop".to_owned();
    certificate.renewal = Some(renewal(10, 12, day(11)));
    let text = of(&certificate);
    assert_eq!(values(&text, "UID"), before);
    assert_eq!(values(&text, "DTSTART")[0], "20260112T000000Z");
    assert_eq!(values(&text, "SUMMARY")[0], "Renew the certificate of Shop");
}

#[test]
fn a_short_certificate_is_not_announced_before_it_is_due() {
    let text = of(&summary(1, &["a.example"], 6));
    // Due after four days: the fifth and fourth day before the end are earlier, the second is then.
    assert_eq!(
        values(&text, "DTSTART"),
        ["20260105T000000Z", "20260106T000000Z"]
    );
}

#[test]
fn nothing_is_announced_that_nobody_has_to_do() {
    let mut replaced = summary(1, &["a.example"], 90);
    replaced.replaced_by = Some(CertificateId::from_random([9; 16]));
    let mut revoked = summary(2, &["b.example"], 90);
    revoked.revoked = Some(Revocation {
        at_ms: 0,
        reason: Reason::Unspecified,
    });
    let over = summary(3, &["c.example"], 5);
    let due = summary(4, &["d.example"], 10);
    let text = calendar([&replaced, &revoked, &over, &due], None, hour(24 * 8));
    assert!(
        values(&text, "UID")
            .iter()
            .all(|uid| uid.starts_with("0404"))
    );
    assert_eq!(
        values(&text, "BEGIN")
            .iter()
            .filter(|part| *part == "VEVENT")
            .count(),
        4
    );
    assert!(!text.contains("Renew it at"));
}

#[test]
fn hundreds_of_names_do_not_flood_a_calendar() {
    let names: Vec<String> = (0..100)
        .map(|number| format!("n{number}.example"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let description = &values(&of(&summary(1, &names, 90)), "DESCRIPTION")[0];
    assert!(
        description.contains("n9.example and 90 more\\n"),
        "{description}"
    );
    assert!(!description.contains("n10.example"));
}
