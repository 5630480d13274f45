//! Points in time and spans of it.

use js_sys::Date;
use wasm_bindgen::JsValue;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec",
];

/// Milliseconds of a day.
pub(crate) const DAY_MS: u64 = 86_400_000;

/// Day and minute in the visitor's time zone: `22 Nov 2026, 14:05`.
///
/// Written out here, in the page's language: the first use of the browser's own formats takes longer
/// than everything else that the result shows.
pub(crate) fn date_time(milliseconds: u64) -> String {
    let date = date(milliseconds);
    let month = MONTHS
        .get(date.get_month() as usize)
        .copied()
        .unwrap_or_default();
    format!(
        "{} {month} {}, {:02}:{:02}",
        date.get_date(),
        date.get_full_year(),
        date.get_hours(),
        date.get_minutes()
    )
}

/// The time of day in the visitor's time zone, with seconds: `14:05:09`.
pub(crate) fn clock_time(milliseconds: u64) -> String {
    let date = date(milliseconds);
    format!(
        "{:02}:{:02}:{:02}",
        date.get_hours(),
        date.get_minutes(),
        date.get_seconds()
    )
}

/// For machines, as in `<time datetime>`.
pub(crate) fn iso(milliseconds: u64) -> String {
    let date = date(milliseconds);
    // A date too far away has no ISO form and throws.
    if date.get_time().is_nan() {
        String::new()
    } else {
        date.to_iso_string().into()
    }
}

/// `12 s`, `2 min 5 s`, `1 h 3 min`.
pub(crate) fn span(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// Whole days, or hours where it is less than two days: `90 days`, `36 hours`.
pub(crate) fn days(milliseconds: u64) -> String {
    // Certificates end a second early: 90 days are valid for 89.99.
    let rounded_up = |unit: u64| (milliseconds + 60_000) / unit;
    match rounded_up(DAY_MS) {
        0 | 1 => format!("{} hours", rounded_up(DAY_MS / 24)),
        days => format!("{days} days"),
    }
}

#[allow(clippy::cast_precision_loss, reason = "exact up to the year 287396")]
fn date(milliseconds: u64) -> Date {
    Date::new(&JsValue::from_f64(milliseconds as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_spans_in_the_largest_units() {
        for (milliseconds, expected) in [
            (0, "0 s"),
            (59_999, "59 s"),
            (60_000, "1 min 0 s"),
            (3_600_000 + 180_000, "1 h 3 min"),
        ] {
            assert_eq!(span(milliseconds), expected);
        }
        for (milliseconds, expected) in [
            (90 * DAY_MS - 1000, "90 days"),
            (90 * DAY_MS, "90 days"),
            (2 * DAY_MS, "2 days"),
            (36 * 3_600_000, "36 hours"),
            (0, "0 hours"),
        ] {
            assert_eq!(days(milliseconds), expected);
        }
    }
}
