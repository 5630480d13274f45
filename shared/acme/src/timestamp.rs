//! Points in time as ACME writes them: RFC 3339 (RFC 8555 §7.1.3, RFC 9773 §4.2).

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Reads a date and time of RFC 3339 §5.6 as milliseconds since 1970-01-01 00:00 UTC; `None` for
/// anything else, and for times before that.
///
/// A leap second is taken for the last second of its minute; digits after the third of a second's
/// fraction are dropped.
#[must_use]
pub fn parse(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    let (date_time, rest) = bytes.split_at_checked(19)?;
    let number = |range: std::ops::Range<usize>| digits(&date_time[range]);
    let separators =
        [(4, b"-"), (7, b"-"), (10, b"Tt "), (13, b":"), (16, b":")] as [(usize, &[u8]); 5];
    if !separators
        .iter()
        .all(|(at, allowed)| allowed.contains(&date_time[*at]))
    {
        return None;
    }
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (fraction_ms, offset) = fraction(rest)?;
    let of_day = ((hour * 60 + minute) * 60 + second.min(59)) * 1000 + fraction_ms;
    let ms = days_since_1970(year, month, day)? * DAY_MS + of_day - offset_ms(offset)?;
    u64::try_from(ms).ok()
}

/// Milliseconds of a fraction, if there is one, and what comes after it.
fn fraction(rest: &[u8]) -> Option<(i64, &[u8])> {
    let Some(after) = rest.strip_prefix(b".") else {
        return Some((0, rest));
    };
    let length = after
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (shown, offset) = after.split_at(length);
    if shown.is_empty() || length > 18 {
        return None;
    }
    let ms = shown
        .iter()
        .chain(b"00")
        .take(3)
        .copied()
        .collect::<Vec<u8>>();
    Some((digits(&ms)?, offset))
}

/// `Z`, or hours and minutes ahead of UTC.
fn offset_ms(offset: &[u8]) -> Option<i64> {
    let sign = match offset {
        b"Z" | b"z" => return Some(0),
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return None,
    };
    let [_, h1, h2, b':', m1, m2] = *offset else {
        return None;
    };
    let (hours, minutes) = (digits(&[h1, h2])?, digits(&[m1, m2])?);
    (hours <= 23 && minutes <= 59).then(|| sign * (hours * 60 + minutes) * 60_000)
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0, |sum: i64, byte| {
        byte.is_ascii_digit()
            .then(|| sum * 10 + i64::from(byte - b'0'))
    })
}

/// Days from 1970-01-01 in the Gregorian calendar, whose leap years repeat every 400 years, that is
/// 146097 days. Counted from March, so that the odd day comes last.
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let from_march = (month + 9) % 12;
    let day_of_year = (153 * from_march + 2) / 5 + day - 1;
    let year_of_era = year.rem_euclid(400);
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(year.div_euclid(400) * 146_097 + day_of_era - 719_468)
}

#[cfg(test)]
mod tests {
    use super::parse;

    /// The examples of RFC 3339 §5.8 that lie after 1970, and others; the numbers are Python's.
    #[test]
    fn reads_what_rfc_3339_allows() {
        for (text, ms) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1985-04-12T23:20:50.52Z", 482_196_050_520),
            ("1996-12-19T16:39:57-08:00", 851_042_397_000),
            ("1990-12-31T23:59:60Z", 662_687_999_000),
            ("2021-01-03T00:00:00Z", 1_609_632_000_000),
            ("2024-02-29t12:00:00.1239z", 1_709_208_000_123),
            ("2026-11-22 20:00:00+05:30", 1_795_357_800_000),
            ("9999-12-31T23:59:59Z", 253_402_300_799_000),
        ] {
            assert_eq!(parse(text), Some(ms), "{text}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        for text in [
            "",
            "2021-01-03",
            "2021-01-03T00:00:00",
            "2021-13-03T00:00:00Z",
            "2021-00-03T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2100-02-29T00:00:00Z",
            "2021-01-03T24:00:00Z",
            "2021-01-03T00:00:00.Z",
            "2021-01-03T00:00:00+0530",
            "2021-01-03T00:00:00Zx",
            "2021-01-03T00:00:00+24:00",
            "1969-12-31T23:59:59Z",
            "+021-01-03T00:00:00Z",
            "2021-01-03T00:00:0\u{e9}Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
