//! How much of a certificate's life has passed.

use leptos::prelude::*;

use crate::present::time;

/// A bar from the start to the end of validity. Times in milliseconds since the Unix epoch.
#[component]
pub(crate) fn ValidityBar(from_ms: u64, until_ms: u64, now_ms: u64) -> impl IntoView {
    let whole = until_ms.saturating_sub(from_ms).max(1);
    let elapsed = now_ms.clamp(from_ms, until_ms.max(from_ms)) - from_ms;
    let percent = (elapsed.saturating_mul(100) / whole).min(100);
    let left = until_ms.saturating_sub(now_ms);
    let says = if left == 0 {
        "Expired".to_owned()
    } else {
        format!("{} left of {}", time::days(left), time::days(whole))
    };
    view! {
        <figure class="validity" data-testid="validity">
            <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                <rect class="whole" width="100" height="6" />
                <rect class="elapsed" width=percent.to_string() height="6" />
            </svg>
            <figcaption>
                <span>
                    "From "
                    <time datetime=time::iso(from_ms)>{time::date_time(from_ms)}</time>
                </span>
                <strong>{says}</strong>
                <span>
                    "to "
                    <time datetime=time::iso(until_ms)>{time::date_time(until_ms)}</time>
                </span>
            </figcaption>
        </figure>
    }
}
