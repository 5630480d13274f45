//! One time line for many certificates.

use super::time::DAY_MS;

/// Units from one end of a time line to the other.
pub(crate) const WIDTH: u64 = 1000;
/// What is shown before today and after it, however old or long-lived certificates are.
const MOST_BEFORE_MS: u64 = 120 * DAY_MS;
const MOST_AFTER_MS: u64 = 400 * DAY_MS;
/// What is shown at least, so that today is within.
const LEAST_MS: u64 = 7 * DAY_MS;
/// More labels than that run into one another on a small screen.
const MOST_TICKS: usize = 6;

/// From when to when, in milliseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Axis {
    from_ms: u64,
    until_ms: u64,
}

/// The first of a month, on an axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tick {
    /// Where, in [`WIDTH`] units.
    pub(crate) at: u64,
    /// The month, and the year where that is another than before.
    pub(crate) label: String,
}

impl Axis {
    /// An axis with today, and as much of `span` as is not too far away.
    pub(crate) fn around(span: (u64, u64), now_ms: u64) -> Self {
        let earliest = now_ms.saturating_sub(MOST_BEFORE_MS);
        let latest = now_ms.saturating_add(MOST_AFTER_MS);
        Self {
            from_ms: span
                .0
                .clamp(earliest, now_ms.saturating_sub(LEAST_MS).max(earliest)),
            until_ms: span.1.clamp(now_ms.saturating_add(LEAST_MS), latest),
        }
    }

    /// Where a time is, in [`WIDTH`] units; what is beyond an end is at that end.
    pub(crate) fn position(&self, ms: u64) -> u64 {
        let length = self.until_ms.saturating_sub(self.from_ms).max(1);
        let after = ms.clamp(self.from_ms, self.until_ms) - self.from_ms;
        after.saturating_mul(WIDTH) / length
    }

    /// Firsts of months, a few of them.
    pub(crate) fn ticks(&self) -> Vec<Tick> {
        let mut firsts = Vec::new();
        let (mut year, mut month) = year_and_month(self.from_ms);
        loop {
            (year, month) = match month {
                12 => (year + 1, 1),
                _ => (year, month + 1),
            };
            let at_ms = first_of(year, month);
            if at_ms > self.until_ms {
                break;
            }
            firsts.push((at_ms, year, month));
        }
        let step = firsts.len().div_ceil(MOST_TICKS).max(1);
        let mut last_year = 0;
        let ticks = firsts.into_iter().step_by(step);
        ticks
            .map(|(at_ms, year, month)| {
                let name = MONTHS[month as usize - 1];
                let label = match std::mem::replace(&mut last_year, year) == year {
                    true => name.to_owned(),
                    false => format!("{name} {year}"),
                };
                Tick {
                    at: self.position(at_ms),
                    label,
                }
            })
            .collect()
    }
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec",
];

/// Of a day in the Gregorian calendar, counted from March of the year 0 in eras of 400 years.
fn year_and_month(ms: u64) -> (u64, u64) {
    let days = ms / DAY_MS + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    (era * 400 + year_of_era + u64::from(month <= 2), month)
}

/// The way back, for the first of a month.
fn first_of(year: u64, month: u64) -> u64 {
    let year = year - u64::from(month <= 2);
    let (era, year_of_era) = (year / 400, year % 400);
    let from_march = (month + 9) % 12;
    let of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * from_march + 2) / 5;
    (era * 146_097 + of_era).saturating_sub(719_468) * DAY_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 26 Nov 2026.
    const NOW: u64 = 1_795_651_200_000;

    #[test]
    fn months_begin_where_they_should() {
        for (year, month, ms) in [
            (1970, 1, 0),
            (2024, 3, 1_709_251_200_000),
            (2026, 12, 1_796_083_200_000),
            (2027, 1, 1_798_761_600_000),
        ] {
            assert_eq!(first_of(year, month), ms);
            assert_eq!(year_and_month(ms), (year, month));
        }
        assert_eq!(year_and_month(1_709_251_199_999), (2024, 2));
    }

    #[test]
    fn today_is_always_within_and_far_ends_are_cut() {
        for span in [
            (0, u64::MAX),
            (NOW, NOW),
            (NOW - 900 * DAY_MS, NOW - 800 * DAY_MS),
            (NOW + 800 * DAY_MS, NOW + 900 * DAY_MS),
        ] {
            let axis = Axis::around(span, NOW);
            let today = axis.position(NOW);
            assert!((1..WIDTH).contains(&today), "{span:?}: {today}");
            assert_eq!(axis.position(0), 0);
            assert_eq!(axis.position(u64::MAX), WIDTH);
        }
        let axis = Axis::around((NOW - 30 * DAY_MS, NOW + 60 * DAY_MS), NOW);
        assert_eq!(axis.position(NOW), WIDTH / 3);
    }

    #[test]
    fn a_few_months_are_labelled_and_each_year_once() {
        let axis = Axis::around((NOW - 30 * DAY_MS, NOW + 60 * DAY_MS), NOW);
        let labels: Vec<_> = axis.ticks().into_iter().map(|tick| tick.label).collect();
        assert_eq!(labels, ["Nov 2026", "Dec", "Jan 2027"]);
        let long = Axis::around((0, u64::MAX), NOW).ticks();
        assert!((3..=MOST_TICKS).contains(&long.len()), "{long:?}");
        assert!(long.windows(2).all(|two| two[0].at < two[1].at));
    }
}
