//! When CAs are asked for renewal information, and how they are left alone (RFC 9773 §4.3).

use tabcert_acme::http::Response;
use tabcert_acme::renewal_info::CertId;
use tabcert_acme::revocation::Reason;
use tabcert_vault::certificate::{Certificate, Revocation};
use tabcert_vault::id::CertificateId;
use tabcert_vault::renewal::{Answer, is_check_due};
use tabcert_vault::summary::Summary;

use crate::fixtures::{BEGIN, DAY_MS, certificate, day, hour, renewal};

const MINUTE_MS: u64 = 60 * 1000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const TOLD: &str =
    r#"{"suggestedWindow":{"start":"2026-03-01T00:00:00Z","end":"2026-03-02T00:00:00Z"}}"#;

/// A certificate of 90 days whose CA can be asked.
fn kept() -> Certificate {
    let mut certificate = certificate(1, &["example.org"], 90);
    certificate.facts.cert_id = CertId::parse("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE").ok();
    certificate
}

fn is_due(certificate: &Certificate, now_ms: u64) -> bool {
    is_check_due(&Summary::from(certificate), now_ms)
}

fn response(status: u16, retry_after: Option<&str>, body: &str) -> Response {
    Response {
        status,
        retry_after: retry_after.map(str::to_owned),
        body: body.as_bytes().to_vec(),
        ..Response::default()
    }
}

#[test]
fn the_ca_is_left_alone_after_every_answer() {
    let six_hours = 6 * HOUR_MS;
    for (what, answer, wait_ms, is_of_all) in [
        ("no answer", None, six_hours, true),
        (
            "told",
            Some(response(200, Some("7200"), TOLD)),
            2 * HOUR_MS,
            false,
        ),
        (
            "told, in a hurry",
            Some(response(200, Some("1"), TOLD)),
            MINUTE_MS,
            false,
        ),
        (
            "told, in no hurry",
            Some(response(200, Some("999999"), TOLD)),
            DAY_MS,
            false,
        ),
        (
            "told, and not when",
            Some(response(200, None, TOLD)),
            six_hours,
            false,
        ),
        (
            "no window",
            Some(response(200, Some("7200"), "{}")),
            six_hours,
            false,
        ),
        (
            "a page",
            Some(response(200, None, "<!doctype html>")),
            six_hours,
            false,
        ),
        (
            "unknown",
            Some(response(404, Some("5"), "")),
            six_hours,
            false,
        ),
        ("refused", Some(response(403, None, "")), six_hours, false),
        (
            "too often",
            Some(response(429, Some("600"), "")),
            10 * MINUTE_MS,
            true,
        ),
        (
            "too often, in a hurry",
            Some(response(429, Some("0"), "")),
            MINUTE_MS,
            true,
        ),
        (
            "too often, and not when",
            Some(response(429, None, "")),
            six_hours,
            true,
        ),
        (
            "too often, nonsense",
            Some(response(429, Some("soon"), "")),
            six_hours,
            true,
        ),
        (
            "overloaded",
            Some(response(503, Some("900000"), "")),
            DAY_MS,
            true,
        ),
        ("broken", Some(response(500, None, "")), six_hours, true),
    ] {
        let now_ms = hour(1);
        let answer = Answer::of(answer.as_ref(), now_ms);
        assert_eq!(answer.is_of_all(), is_of_all, "{what}");
        let mut certificate = kept();
        assert!(is_due(&certificate, now_ms), "{what}");
        answer.note(&mut certificate, 7, now_ms);
        for (later_ms, expected) in [(0, false), (wait_ms - 1, false), (wait_ms, true)] {
            let found = is_due(&certificate, now_ms + later_ms);
            assert_eq!(found, expected, "{what}, {later_ms} ms later");
        }
    }
}

#[test]
fn what_is_over_or_made_elsewhere_is_not_asked_for() {
    type Change = fn(&mut Certificate);
    let changes: [(&str, Change); 4] = [
        ("replaced", |it| {
            it.replaced_by = Some(CertificateId::from_random([9; 16]));
        }),
        ("revoked", |it| {
            it.revoked = Some(Revocation {
                at_ms: 1,
                reason: Reason::Unspecified,
            });
        }),
        ("of no CA that is known", |it| it.directory_url = None),
        ("without a name", |it| it.facts.cert_id = None),
    ];
    for (what, change) in changes {
        let mut certificate = kept();
        assert!(is_due(&certificate, hour(1)));
        change(&mut certificate);
        assert!(!is_due(&certificate, hour(1)), "{what}");
    }
    assert!(is_due(&kept(), day(90) - 1), "on its last day");
    assert!(!is_due(&kept(), day(90)), "expired");
}

#[test]
fn a_window_survives_an_error_and_a_useful_answer_ends_it() {
    let mut certificate = kept();
    let known = renewal(40, 41, day(40) + 5);
    certificate.renewal = Some(known.clone());
    Answer::of(None, hour(1)).note(&mut certificate, 7, hour(1));
    assert_eq!(certificate.renewal.as_ref(), Some(&known));
    assert!(!is_due(&certificate, hour(2)));

    let told = response(200, Some("3600"), TOLD);
    Answer::of(Some(&told), hour(8)).note(&mut certificate, 7, hour(8));
    assert_eq!(certificate.ask_again_ms, None);
    let first = certificate.renewal.clone().expect("a window");
    assert_eq!(first.next_check_ms, hour(9));
    // The same window again: the time that was chosen stays, whatever the dice say.
    Answer::of(Some(&told), hour(9)).note(&mut certificate, u64::MAX, hour(9));
    let second = certificate.renewal.expect("a window");
    assert_eq!(second.selected_ms, first.selected_ms);
    assert_eq!(second.next_check_ms, hour(10));
}

#[test]
fn a_clock_that_was_wrong_does_not_silence_the_ca_for_years() {
    let mut certificate = kept();
    certificate.ask_again_ms = Some((BEGIN + 40 * 366 * 86_400) * 1000);
    assert!(is_due(&certificate, hour(1)));
}
