//! A certificate in the list, on the time line of all.

use leptos::prelude::*;
use tabcert_engine_api::certificates::{Row, Status, Times};

use super::address;
use crate::present::timeline::{Axis, WIDTH};
use crate::present::{names, status, time};

/// The months above the rows.
#[component]
pub(super) fn AxisHead(axis: Memo<Axis>, now_ms: u64) -> impl IntoView {
    let percent = |at: u64| format!("{}%", at as f64 * 100.0 / WIDTH as f64);
    let ticks = move || {
        let ticks = axis.get().ticks().into_iter();
        ticks
            .map(|tick| {
                view! { <span class="tick" style:left=percent(tick.at)>{tick.label}</span> }
            })
            .collect_view()
    };
    view! {
        <div class="axis" aria-hidden="true" data-testid="axis">
            <span class="legend">"time to renew"</span>
            <div class="ticks">
                {ticks}
                <span class="now" style:left=move || percent(axis.get().position(now_ms))>
                    "today"
                </span>
            </div>
        </div>
    }
}

/// One row.
#[component]
pub(super) fn ListRow(row: Row, axis: Memo<Axis>, now_ms: u64) -> impl IntoView {
    let Row {
        id,
        title,
        names: first_names,
        name_count,
        ca,
        group,
        used_for,
        fallback,
        status: stands,
        times,
        has_key,
        downloaded,
    } = row;
    let (word, sign) = status::word(stands);
    let mut about = vec![ca];
    let listed = names_in_short(&first_names, name_count);
    if listed != title {
        about.insert(0, listed);
    }
    about.extend(
        [group, used_for]
            .into_iter()
            .filter(|text| !text.is_empty()),
    );
    if fallback {
        about.push("fallback".to_owned());
    }
    if has_key && !downloaded {
        about.push("key not downloaded yet".to_owned());
    }
    let sentence = status::sentence(stands, &times, now_ms);
    view! {
        <li
            data-testid="certificate-row"
            data-status=status::id(stands)
        >
            <div class="row-names">
                <a href=address(&id)>{title}</a>
                <p class="hint">{about.join(" · ")}</p>
            </div>
            <div class="row-time">
                <p class="standing-of" data-status=status::id(stands)>
                    <span class="sign" aria-hidden="true">{sign}</span>
                    <strong>{word}</strong>
                    <span class="hint">{sentence}</span>
                </p>
                <Bar times=times axis=axis now_ms=now_ms status=stands />
            </div>
        </li>
    }
}

/// Validity, renewal window and today.
#[component]
fn Bar(times: Times, axis: Memo<Axis>, now_ms: u64, status: Status) -> impl IntoView {
    let between = move |from_ms: u64, until_ms: u64| {
        let axis = axis.get();
        let from = axis.position(from_ms);
        let width = axis.position(until_ms).saturating_sub(from).max(3);
        (from.to_string(), width.to_string())
    };
    let valid = Memo::new(move |_| between(times.begins_ms, times.ends_ms));
    let window = Memo::new(move |_| {
        let ends = times.window_ms.1.min(times.ends_ms);
        between(times.window_ms.0, ends)
    });
    let wants_renewal = !matches!(status, Status::Revoked | Status::Replaced);
    let today = move || axis.get().position(now_ms).to_string();
    let says = format!(
        "Valid from {} to {}; renew from {}",
        time::date_time(times.begins_ms),
        time::date_time(times.ends_ms),
        time::date_time(times.due_ms)
    );
    view! {
        <svg class="bar" viewBox="0 0 1000 12" preserveAspectRatio="none" role="img" aria-label=says>
            <rect class="whole" x="0" y="5" width="1000" height="2" />
            <rect class="valid" x=move || valid.get().0 y="2" width=move || valid.get().1 height="8" />
            {wants_renewal
                .then(|| {
                    view! {
                        <rect
                            class="window"
                            x=move || window.get().0
                            y="2"
                            width=move || window.get().1
                            height="8"
                        />
                    }
                })}
            <line class="now" x1=today x2=today y1="0" y2="12" />
        </svg>
    }
}

fn names_in_short(first: &[String], count: usize) -> String {
    let listed = first.join(", ");
    match count.saturating_sub(first.len()) {
        0 => listed,
        more => format!("{listed} and {}", names::count(more, "more name")),
    }
}
