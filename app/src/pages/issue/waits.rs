//! Why it takes longer than usual: the CA's words, and what can be checked meanwhile.

use leptos::prelude::*;
use tabcert_issuance::explain::words;
use tabcert_issuance::proof::{ChallengeFile, TxtRecord};
use tabcert_issuance::view::{Hold, Undecided};

use super::journey::Journey;
use crate::components::Copyable;
use crate::present;

/// Nothing, as long as all is as usual.
#[component]
pub(super) fn Waits() -> impl IntoView {
    let journey = expect_context::<Journey>();
    // The time is told elsewhere: what is announced changes rarely.
    let hold = Memo::new(move |_| {
        let hold = journey.work.with(|work| work.as_ref()?.hold.clone())?;
        Some(Hold {
            until_ms: 0,
            ..hold
        })
    });
    let undecided = Memo::new(move |_| journey.work.with(|work| work.as_ref()?.undecided.clone()));
    view! {
        <div class="waits" aria-live="polite">
            {move || hold.get().map(held)}
            {move || undecided.get().map(not_decided)}
        </div>
    }
}

fn held(hold: Hold) -> impl IntoView {
    let said = hold.problem.as_ref().and_then(words::of);
    view! {
        <div class="notice" data-testid="hold" data-reason=present::wait::id(hold.reason)>
            <p>{present::wait::why(hold.reason)}</p>
            {said.map(|said| view! { <blockquote>{said}</blockquote> })}
        </div>
    }
}

fn not_decided(undecided: Undecided) -> impl IntoView {
    let Undecided {
        names,
        words,
        records,
        files,
    } = undecided;
    let names = names.join(", ");
    let is_silent = words.is_none();
    let sentence = if is_silent {
        format!("The CA has said nothing about {names} yet.")
    } else {
        format!("The CA did not find the proof for {names}, and may look again.")
    };
    view! {
        <div
            class="notice"
            data-testid="undecided"
            data-silent=if is_silent { "true" } else { "false" }
        >
            <p>{sentence}</p>
            {words.map(|words| view! { <blockquote>{words}</blockquote> })}
            <p>
                "Check meanwhile that this is in place, and can be seen from the Internet. “Ask now” has the CA look once more."
            </p>
            <ul class="records">
                {records.into_iter().map(record).collect_view()}
                {files.into_iter().map(file).collect_view()}
            </ul>
        </div>
    }
}

fn record(record: TxtRecord) -> impl IntoView {
    let value = |value: String| view! { <Copyable term="Value" text=value what="the value" /> };
    view! {
        <li class="record" data-testid="undecided-record">
            <dl>
                <Copyable term="Name" text=record.name what="the record’s name" />
                {record.values.into_iter().map(value).collect_view()}
            </dl>
        </li>
    }
}

fn file(file: ChallengeFile) -> impl IntoView {
    view! {
        <li class="record" data-testid="undecided-file">
            <dl>
                <Copyable term="Address" text=file.url what="the address" />
                <Copyable term="Content" text=file.content what="the content" />
            </dl>
        </li>
    }
}
