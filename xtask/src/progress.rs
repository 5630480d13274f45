//! What is being done, and how long it took: one line each, on standard error.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Announces `what`, does it, and says how long it took if a person would have noticed.
pub(crate) fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    const NOTICEABLE: Duration = Duration::from_millis(500);

    note(what);
    let start = Instant::now();
    let done = work().with_context(|| format!("while {what}"))?;
    let elapsed = start.elapsed();
    if elapsed >= NOTICEABLE {
        note(&format!("{what}: {:.1} s", elapsed.as_secs_f32()));
    }
    Ok(done)
}

/// Says something that takes no time.
pub(crate) fn note(what: &str) {
    eprintln!("· {what}");
}
