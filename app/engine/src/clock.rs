//! The visitor's clock.

/// Milliseconds since the Unix epoch.
pub(crate) fn now_ms() -> u64 {
    // Whole and, this side of the year 287,396, exact; a clock before 1970 saturates to 0.
    js_sys::Date::now() as u64
}
