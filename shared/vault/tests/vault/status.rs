//! Where certificates stand, and when somebody is reminded.

use crate::fixtures::{DAY_MS, certificate, day, hour, renewal, summary};
use tabcert_acme::revocation::Reason;
use tabcert_vault::certificate::{Attempt, MAX_HISTORY, Outcome, Revocation};
use tabcert_vault::id::CertificateId;
use tabcert_vault::status::{Status, count_due, due, is_reminder_due, status};

#[test]
fn the_last_third_of_any_validity_is_for_renewal() {
    for (days, due_hour) in [(90, 60 * 24), (45, 30 * 24), (6, 4 * 24), (1, 16)] {
        let certificate = summary(1, &["a.example"], days);
        let due = due(&certificate);
        assert_eq!((due.from_ms, due.by_ca), (hour(due_hour), false), "{days}");
        assert_eq!(due.window.end_ms, day(days), "{days}");
        for (now_ms, expected) in [
            (day(0), Status::Valid),
            (hour(due_hour) - 1, Status::Valid),
            (hour(due_hour), Status::RenewNow),
            (day(days) - 1, Status::RenewNow),
            (day(days), Status::Expired),
        ] {
            assert_eq!(status(&certificate, now_ms), expected, "{days} {now_ms}");
        }
    }
}

#[test]
fn the_ca_knows_better_than_the_last_third() {
    let mut certificate = summary(1, &["a.example"], 90);
    certificate.renewal = Some(renewal(10, 12, day(11)));
    let found = due(&certificate);
    assert_eq!(
        (found.window.start_ms, found.from_ms, found.by_ca),
        (day(10), day(11), true)
    );
    assert_eq!(status(&certificate, day(11) - 1), Status::Valid);
    assert_eq!(status(&certificate, day(11)), Status::RenewNow);
    // A time that is not within the window is not what the CA asked for.
    certificate.renewal = Some(renewal(10, 12, 5));
    assert_eq!(due(&certificate).from_ms, day(10));
    // A window after the end, or of no length, helps nobody.
    for useless in [
        renewal(90, 95, day(91)),
        renewal(10, 10, day(10)),
        renewal(12, 10, day(11)),
    ] {
        certificate.renewal = Some(useless);
        assert_eq!(
            (due(&certificate).from_ms, due(&certificate).by_ca),
            (day(60), false)
        );
    }
}

#[test]
fn what_is_revoked_or_replaced_wants_nothing() {
    let mut replaced = summary(1, &["a.example"], 90);
    replaced.replaced_by = Some(CertificateId::from_random([2; 16]));
    let mut revoked = replaced.clone();
    revoked.revoked = Some(Revocation {
        at_ms: 0,
        reason: Reason::Superseded,
    });
    for now_ms in [day(0), day(70), day(100)] {
        assert_eq!(status(&replaced, now_ms), Status::Replaced);
        assert_eq!(status(&revoked, now_ms), Status::Revoked);
        assert!(!is_reminder_due(&replaced, None, now_ms));
        assert!(!is_reminder_due(&revoked, None, now_ms));
    }
    let due = summary(3, &["b.example"], 90);
    let all = [replaced, revoked, due];
    let counts = [day(0), day(70), day(100)].map(|now_ms| count_due(&all, now_ms));
    assert_eq!(counts, [0, 1, 1]);
}

#[test]
fn impossible_validities_do_no_harm() {
    let mut certificate = summary(1, &["a.example"], 90);
    for (not_before, not_after) in [
        (5, 1),
        (0, 0),
        (u64::MAX, u64::MAX),
        (0, u64::MAX),
        (u64::MAX, 0),
    ] {
        (certificate.facts.not_before, certificate.facts.not_after) = (not_before, not_after);
        let window = due(&certificate).window;
        assert!(window.start_ms < window.end_ms);
        let _ = status(&certificate, day(1));
    }
}

/// Somebody who looks every hour: how often, and when, are they reminded?
fn reminders(days: u64) -> Vec<u64> {
    let certificate = summary(1, &["a.example"], days);
    let mut last_ms = None;
    let mut reminded = Vec::new();
    for hours in 0..(days + 10) * 24 {
        if is_reminder_due(&certificate, last_ms, hour(hours)) {
            last_ms = Some(hour(hours));
            reminded.push(hours);
        }
    }
    reminded
}

#[test]
fn reminders_come_once_then_daily_in_the_last_five_days_and_once_at_the_end() {
    let last_days = [85, 86, 87, 88, 89].map(|days| days * 24);
    let expected = [&[60 * 24], &last_days[..], &[90 * 24]].concat();
    assert_eq!(reminders(90), expected);
    // Valid for six days: due for two, and not reminded of before.
    assert_eq!(reminders(6), [96, 120, 144]);
}

#[test]
fn somebody_who_looks_at_other_hours_is_still_reminded_each_day() {
    let certificate = summary(1, &["a.example"], 90);
    let evening = day(86) + DAY_MS * 3 / 4;
    let next_morning = day(87) + DAY_MS / 3;
    assert!(!is_reminder_due(&certificate, Some(day(86)), evening));
    assert!(is_reminder_due(&certificate, Some(evening), next_morning));
    // Whoever was away is reminded once, not once for each day.
    assert!(is_reminder_due(&certificate, Some(day(1)), next_morning));
    assert!(!is_reminder_due(
        &certificate,
        Some(next_morning),
        next_morning + 1
    ));
}

#[test]
fn the_last_twenty_attempts_are_remembered() {
    let mut certificate = certificate(1, &["a.example"], 90);
    for at_ms in 0..25 {
        certificate.remember(Attempt {
            at_ms,
            outcome: Outcome::Failed,
            reason: Some("No.".to_owned()),
        });
    }
    let kept: Vec<u64> = certificate
        .history
        .iter()
        .map(|attempt| attempt.at_ms)
        .collect();
    assert_eq!(kept, (5..25).collect::<Vec<_>>());
    assert_eq!(kept.len(), MAX_HISTORY);
}
