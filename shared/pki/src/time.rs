//! `Time` of a validity period (RFC 5280 section 4.1.2.5) as seconds.

use crate::asn1::{Element, Malformed};
use der::Tag;

/// Seconds since 1970-01-01 00:00 UTC; 0 for anything before. Seconds and minutes may be missing, and a
/// zone may be given in hours and minutes, as X.690 allows outside of DER.
pub(crate) fn parse_time(time: Element<'_>) -> Result<u64, Malformed> {
    let text = std::str::from_utf8(time.value).map_err(|_| Malformed)?;
    let digits = text.find(|c: char| !c.is_ascii_digit());
    let (digits, rest) = text.split_at(digits.unwrap_or(text.len()));
    let (year, rest_of_digits) = match time.tag {
        Some(Tag::UtcTime) => {
            let (year, rest) = take(digits, 2)?;
            // "Where YY is greater than or equal to 50, the year SHALL be interpreted as 19YY".
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        Some(Tag::GeneralizedTime) => take(digits, 4)?,
        _ => return Err(Malformed),
    };
    let (month, rest_of_digits) = take(rest_of_digits, 2)?;
    let (day, rest_of_digits) = take(rest_of_digits, 2)?;
    let (hour, rest_of_digits) = take(rest_of_digits, 2)?;
    let (minute, rest_of_digits) = take_or_zero(rest_of_digits)?;
    let (second, rest_of_digits) = take_or_zero(rest_of_digits)?;
    let in_range = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !in_range || !rest_of_digits.is_empty() {
        return Err(Malformed);
    }
    let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    let seconds = seconds - zone(rest)?;
    Ok(u64::try_from(seconds).unwrap_or(0))
}

fn take(digits: &str, count: usize) -> Result<(i64, &str), Malformed> {
    let (number, rest) = digits.split_at_checked(count).ok_or(Malformed)?;
    Ok((number.parse().map_err(|_| Malformed)?, rest))
}

fn take_or_zero(digits: &str) -> Result<(i64, &str), Malformed> {
    match digits {
        "" => Ok((0, "")),
        digits => take(digits, 2),
    }
}

/// Seconds that the zone is ahead of UTC. Fractions of a second before it are left out.
fn zone(rest: &str) -> Result<i64, Malformed> {
    let zone = match rest.strip_prefix(['.', ',']) {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    let (sign, offset) = match zone.split_at_checked(1) {
        None | Some(("Z", "")) => return Ok(0),
        Some(("+", offset)) => (1, offset),
        Some(("-", offset)) => (-1, offset),
        Some(_) => return Err(Malformed),
    };
    let (hours, rest) = take(offset, 2)?;
    let (minutes, rest) = take_or_zero(rest)?;
    match rest {
        "" => Ok(sign * (hours * 3_600 + minutes * 60)),
        _ => Err(Malformed),
    }
}

/// The days of the Gregorian calendar, counted in years that begin in March.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::asn1::element;

    fn read(tag: Tag, text: &str) -> Option<u64> {
        let der = element(tag, &[text.as_bytes()]).unwrap();
        parse_time(Element::parse(&der).unwrap()).ok()
    }

    #[test]
    fn every_form_of_a_time_is_read() {
        for (tag, text, seconds) in [
            (Tag::UtcTime, "700101000000Z", Some(0)),
            (Tag::UtcTime, "000229120000Z", Some(951_825_600)),
            (Tag::UtcTime, "491231235959Z", Some(2_524_607_999)),
            (Tag::UtcTime, "500101000000Z", Some(0)),
            (Tag::UtcTime, "2611281618Z", Some(1_795_882_680)),
            (Tag::UtcTime, "2611281718+0100", Some(1_795_882_680)),
            (Tag::GeneralizedTime, "20500101000000Z", Some(2_524_608_000)),
            (
                Tag::GeneralizedTime,
                "99991231235959Z",
                Some(253_402_300_799),
            ),
            (Tag::GeneralizedTime, "00010101000000Z", Some(0)),
            (Tag::GeneralizedTime, "19700101000001.5Z", Some(1)),
            (Tag::GeneralizedTime, "1970010101-0130", Some(9_000)),
            (Tag::GeneralizedTime, "19701301000000Z", None),
            (Tag::GeneralizedTime, "19700101000000X", None),
            (Tag::GeneralizedTime, "1970010100000Z", None),
            (Tag::GeneralizedTime, "", None),
            (Tag::UtcTime, "7001Z", None),
            (Tag::Utf8String, "700101000000Z", None),
        ] {
            assert_eq!(read(tag, text), seconds, "{text}");
        }
    }
}
