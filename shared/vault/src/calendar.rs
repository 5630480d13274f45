//! Reminders as a calendar file (iCalendar, RFC 5545).
//!
//! A certificate has an event where its renewal is due and one on each of its last days, each with an
//! alarm of its own. Alarms of one event at other times than its start would be fewer lines, but many
//! calendars ring only at the start.

use crate::status::{DAY_MS, LAST_DAYS, Status, due, status};
use crate::summary::Summary;

/// RFC 5545 §3.1: "Lines of text SHOULD NOT be longer than 75 octets, excluding the line break."
const LINE_OCTETS: usize = 75;
/// Names that an event lists; a certificate may have hundreds.
const NAMES: usize = 10;

/// A calendar with the reminders of all `certificates` that still have to be renewed.
///
/// Events are identified by the certificate, so that a newer file replaces an older one's events.
/// `now_ms` is when the file is made, in milliseconds since 1970; `page_url` is where to renew.
#[must_use]
pub fn calendar<'a>(
    certificates: impl IntoIterator<Item = &'a Summary>,
    page_url: Option<&str>,
    now_ms: u64,
) -> String {
    let mut lines = Lines::default();
    lines.line("BEGIN", "VCALENDAR");
    lines.line("VERSION", "2.0");
    lines.line("PRODID", "-//Tabcert//Tabcert//EN");
    lines.line("CALSCALE", "GREGORIAN");
    lines.line("METHOD", "PUBLISH");
    for certificate in certificates {
        if matches!(
            status(certificate, now_ms),
            Status::Valid | Status::RenewNow
        ) {
            for event in events(certificate) {
                event.write(&mut lines, certificate, page_url, now_ms);
            }
        }
    }
    lines.line("END", "VCALENDAR");
    lines.text
}

struct Event {
    /// What tells the events of a certificate apart.
    key: String,
    at_ms: u64,
    summary: String,
}

fn events(certificate: &Summary) -> Vec<Event> {
    let due_ms = due(certificate).from_ms;
    let title = certificate.title();
    let mut events = vec![Event {
        key: "renewal".to_owned(),
        at_ms: due_ms,
        summary: format!("Renew the certificate of {title}"),
    }];
    for days in (1..=LAST_DAYS).rev() {
        let at_ms = certificate.ends_ms().saturating_sub(days * DAY_MS);
        // A certificate of a few days is due only then.
        if at_ms > due_ms {
            let unit = if days == 1 { "day" } else { "days" };
            events.push(Event {
                key: format!("last-{days}"),
                at_ms,
                summary: format!("The certificate of {title} ends in {days} {unit}"),
            });
        }
    }
    events
}

impl Event {
    fn write(&self, lines: &mut Lines, certificate: &Summary, page_url: Option<&str>, now_ms: u64) {
        lines.line("BEGIN", "VEVENT");
        lines.line("UID", &format!("{}-{}@tabcert", certificate.id, self.key));
        lines.line("DTSTAMP", &utc(now_ms));
        lines.line("DTSTART", &utc(self.at_ms));
        lines.line("DURATION", "PT15M");
        lines.line("SUMMARY", &escape(&self.summary));
        lines.line("DESCRIPTION", &escape(&description(certificate, page_url)));
        lines.line("TRANSP", "TRANSPARENT");
        lines.line("BEGIN", "VALARM");
        lines.line("ACTION", "DISPLAY");
        lines.line("DESCRIPTION", &escape(&self.summary));
        lines.line("TRIGGER", "PT0S");
        lines.line("END", "VALARM");
        lines.line("END", "VEVENT");
    }
}

fn description(certificate: &Summary, page_url: Option<&str>) -> String {
    let mut names = certificate
        .names
        .iter()
        .take(NAMES)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if let Some(more) = certificate
        .names
        .len()
        .checked_sub(NAMES)
        .filter(|more| *more > 0)
    {
        names = format!("{names} and {more} more");
    }
    let mut text = format!("For: {names}\nIssued by: {}", certificate.facts.issuer);
    if !certificate.label.used_for.is_empty() {
        text = format!("{text}\nUsed for: {}", certificate.label.used_for);
    }
    if let Some(url) = page_url {
        text = format!("{text}\nRenew it at {url}");
    }
    text
}

/// TEXT, RFC 5545 §3.3.11. Control characters, which it cannot hold, are left out.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            control if control.is_control() => {}
            plain => escaped.push(plain),
        }
    }
    escaped
}

/// DATE-TIME in UTC, RFC 5545 §3.3.5.
fn utc(ms: u64) -> String {
    // No calendar has later years, and the arithmetic below is far from its limits.
    let seconds = (ms / 1000).min(253_402_300_799);
    let (days, of_day) = (seconds / 86_400, seconds % 86_400);
    // Counted from March of the year 0, in eras of 400 years; the odd day of leap years comes last.
    let from_0 = days + 719_468;
    let (era, of_era) = (from_0 / 146_097, from_0 % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// Content lines, folded and ended by CRLF (RFC 5545 §3.1).
#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    fn line(&mut self, name: &str, value: &str) {
        let whole = format!("{name}:{value}");
        let mut room = LINE_OCTETS;
        for character in whole.chars() {
            // Characters stay whole; the blank that begins a folded line counts.
            if character.len_utf8() > room {
                self.text.push_str("\r\n ");
                room = LINE_OCTETS - 1;
            }
            self.text.push(character);
            room -= character.len_utf8();
        }
        self.text.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_utc() {
        for (ms, text) in [
            (0, "19700101T000000Z"),
            (951_782_399_000, "20000228T235959Z"),
            (951_782_400_000, "20000229T000000Z"),
            (1_709_251_200_000, "20240301T000000Z"),
            (1_795_357_800_999, "20261122T143000Z"),
            (4_107_542_400_000, "21000301T000000Z"),
            (u64::MAX, "99991231T235959Z"),
        ] {
            assert_eq!(utc(ms), text, "{ms}");
        }
    }

    #[test]
    fn folds_between_characters() {
        for text in [
            "x".repeat(400),
            "é".repeat(200),
            "🔑".repeat(90),
            format!("a{}", "€".repeat(150)),
        ] {
            let mut lines = Lines::default();
            lines.line("SUMMARY", &text);
            let physical: Vec<&str> = lines
                .text
                .strip_suffix("\r\n")
                .expect("an end")
                .split("\r\n")
                .collect();
            assert!(physical.iter().all(|line| line.len() <= 75), "{text}");
            assert!(
                physical[1..].iter().all(|line| line.starts_with(' ')),
                "{text}"
            );
            // RFC 5545 §3.1: unfolding removes CRLF and the one blank after it.
            assert_eq!(
                lines.text.replace("\r\n ", ""),
                format!("SUMMARY:{text}\r\n")
            );
            // As full as whole characters allow.
            let widest = text.chars().map(char::len_utf8).max().unwrap_or(1);
            assert!(
                physical[..physical.len() - 1]
                    .iter()
                    .all(|line| line.len() > 75 - widest)
            );
        }
    }

    #[test]
    fn escapes_what_would_end_a_value() {
        assert_eq!(escape("a;b,c\\d\r\ne\u{7}"), "a\\;b\\,c\\\\d\\ne");
    }
}
