//! `Retry-After` (RFC 9110 §10.2.3): how long a server asks to be left alone.

use std::time::{Duration, UNIX_EPOCH};

/// Longest wait that is believed; some CAs ask for a day.
pub const MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// Reads a `Retry-After` value, either seconds or an HTTP date, as the time left from `now_ms`
/// (milliseconds since the Unix epoch), at most [`MAX`]. `None` where it is neither.
#[must_use]
pub fn parse(value: &str, now_ms: u64) -> Option<Duration> {
    let value = value.trim();
    let wait = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than u64 holds is still a number of seconds, just a silly one.
        Duration::from_secs(value.parse().unwrap_or(u64::MAX))
    } else {
        let date = httpdate::parse_http_date(value).ok()?;
        let since_epoch = date.duration_since(UNIX_EPOCH).unwrap_or_default();
        since_epoch.saturating_sub(Duration::from_millis(now_ms))
    };
    Some(wait.min(MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1994-11-06 08:49:00 UTC, 37 seconds before the date in RFC 9110 §5.6.7.
    const NOW_MS: u64 = 784_111_740_000;

    #[test]
    fn reads_seconds_and_dates() {
        assert_eq!(parse("120", 0), Some(Duration::from_secs(120)));
        assert_eq!(parse(" 0 ", 0), Some(Duration::ZERO));
        let left = parse("Sun, 06 Nov 1994 08:49:37 GMT", NOW_MS);
        assert_eq!(left, Some(Duration::from_secs(37)));
    }

    #[test]
    fn a_date_in_the_past_means_now() {
        assert_eq!(
            parse("Sun, 06 Nov 1994 08:49:37 GMT", NOW_MS + 60_000),
            Some(Duration::ZERO)
        );
    }

    #[test]
    fn caps_and_refuses() {
        assert_eq!(parse("99999999999999999999999", 0), Some(MAX));
        assert_eq!(parse("Fri, 31 Dec 9999 23:59:59 GMT", 0), Some(MAX));
        for value in ["", "soon", "-1", "1.5", "2026-11-22T00:00:00Z"] {
            assert_eq!(parse(value, 0), None, "{value}");
        }
    }
}
