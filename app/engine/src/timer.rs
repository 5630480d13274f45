//! Waiting.

use gloo_timers::future::TimeoutFuture;

/// Longest time that `setTimeout` understands: 24.8 days. More would fire at once.
const LONGEST_MS: u64 = i32::MAX as u64;

/// Waits for this many milliseconds; dropping the future cancels the timer.
pub(crate) async fn sleep(milliseconds: u64) {
    // No timer at all for "at once": browsers stretch nested ones to 4 ms.
    if milliseconds > 0 {
        TimeoutFuture::new(milliseconds.min(LONGEST_MS) as u32).await;
    }
}
