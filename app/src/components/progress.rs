//! Work that is going on.

use leptos::prelude::*;

/// What is going on, for how long, how far, and what comes next.
#[component]
pub(crate) fn Progress(
    /// What is going on.
    #[prop(into)]
    doing: Signal<&'static str>,
    /// What comes next.
    #[prop(into)]
    next: Signal<&'static str>,
    /// How long it has been going on.
    #[prop(into)]
    elapsed: Signal<String>,
    /// Parts done and parts in all.
    #[prop(into)]
    parts: Signal<Option<(usize, usize)>>,
    /// What the parts are.
    #[prop(into)]
    part: Signal<&'static str>,
    /// Whether it has only just begun.
    #[prop(into)]
    brief: Signal<bool>,
) -> impl IntoView {
    let known = move || parts.get().filter(|(_, all)| *all > 1);
    view! {
        <div class="progress" data-testid="progress">
            // Only what changes rarely is announced; seconds are not.
            <p class="doing" role="status" data-testid="stage">{doing}</p>
            <p class="elapsed" aria-hidden="true">{elapsed}</p>
            <progress
                aria-label=doing
                prop:max=move || known().map_or(1.0, |(_, all)| count(all))
                // Without a value the bar moves by itself: nobody knows how far it is.
                value=move || match known() {
                    Some((done, _)) => Some(done.to_string()),
                    None => brief.get().then(|| "0".to_owned()),
                }
            ></progress>
            <p class="parts">
                {move || known().map(|(done, all)| format!("{done} of {all} {}", part.get()))}
            </p>
            <p class="next">{next}</p>
        </div>
    }
}

#[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
fn count(parts: usize) -> f64 {
    parts as f64
}
