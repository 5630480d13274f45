//! What the visitor says of a certificate, changed in place.

use leptos::prelude::*;
use tabcert_engine_api::certificates::{Change, Details, Label, What};

use crate::pages::issue::Journey;
use crate::task;

/// Longest text of a line.
const LINE: &str = "200";
/// Longest description.
const TEXT: &str = "2000";

/// Name, use, group, description, and whether it is a fallback. Each is saved for itself when it is left
/// or Enter is pressed.
#[component]
pub(super) fn Labels(id: String, details: Memo<Option<Details>>) -> impl IntoView {
    let label = Memo::new(move |_| {
        details.with(|it| {
            it.as_ref()
                .map(|it| it.summary.label.clone())
                .unwrap_or_default()
        })
    });
    let line = |field: &'static str,
                words: &'static str,
                hint: &'static str,
                of: fn(&Label) -> &String,
                what: fn(String) -> What| {
        let saved = Memo::new(move |_| label.with(|label| of(label).clone()));
        view! {
            <TextLabel id=id.clone() field=field words=words hint=hint saved=saved what=what />
        }
    };
    view! {
        <section class="labels" aria-labelledby="labels">
            <h3 id="labels">"Your notes"</h3>
            {line("name", "Name", "What lists and reminders call it.", |it| &it.name, What::Name)}
            {line("used-for", "Used for", "Where it is installed.", |it| &it.used_for, What::UsedFor)}
            {line("group", "Group", "What it belongs to, such as a customer or a project.", |it| &it.group, What::Group)}
            {line("description", "Description", "", |it| &it.description, What::Description)}
            <FallbackLabel id=id.clone() saved=Memo::new(move |_| label.with(|it| it.fallback)) />
        </section>
    }
}

/// Whether what was changed is kept.
#[derive(Clone, PartialEq)]
enum Saving {
    Nothing,
    Saved,
    Failed(String),
}

/// Saves, and says how that went.
fn save(journey: Journey, id: String, what: What, saving: RwSignal<Saving>) {
    let saved = journey.store.ask(Change { id, what });
    task::spawn(async move {
        saving.set(match saved.await {
            Ok(()) => Saving::Saved,
            Err(error) => Saving::Failed(error.to_string()),
        });
    });
}

#[component]
fn Outcome(saving: RwSignal<Saving>) -> impl IntoView {
    let failed = move || match saving.get() {
        Saving::Failed(why) => Some(why),
        _ => None,
    };
    view! {
        <span class="saved" role="status">
            {move || (saving.get() == Saving::Saved).then_some("Saved")}
        </span>
        <p class="error" role="alert">{failed}</p>
    }
}

#[component]
fn TextLabel(
    id: String,
    field: &'static str,
    words: &'static str,
    hint: &'static str,
    saved: Memo<String>,
    what: fn(String) -> What,
) -> impl IntoView {
    let journey = expect_context::<Journey>();
    // A field that is taken off the screen is left at that very moment, when this part has gone already:
    // what is kept then is not this part's.
    let stored = ArcRwSignal::new(saved.get_untracked());
    let typed = ArcRwSignal::new(saved.get_untracked());
    let saving = RwSignal::new(Saving::Nothing);
    // What another tab writes is shown, unless something is being typed here.
    Effect::new({
        let (typed, stored) = (typed.clone(), stored.clone());
        move |_| {
            let now = saved.get();
            if typed.get_untracked() == stored.get_untracked() {
                typed.set(now.clone());
            }
            stored.set(now);
        }
    });
    let value = typed.split();
    let keep = move || {
        let text = typed.get_untracked().trim().to_owned();
        if text != stored.get_untracked() {
            save(journey, id.clone(), what(text), saving);
        }
    };
    let input_id = format!("label-{field}");
    let hint_id = format!("{input_id}-hint");
    let is_long = field == "description";
    let on_enter = {
        let keep = keep.clone();
        move |event: web_sys::KeyboardEvent| {
            if event.key() == "Enter" && !is_long {
                event.prevent_default();
                keep();
            }
        }
    };
    let rows = if is_long { "3" } else { "1" };
    let longest = if is_long { TEXT } else { LINE };
    view! {
        <div class="label-field" data-field=field>
            <label for=input_id.clone()>{words}</label>
            <textarea
                id=input_id
                rows=rows
                maxlength=longest
                aria-describedby=hint_id.clone()
                bind:value=value
                on:input=move |_| saving.set(Saving::Nothing)
                on:keydown=on_enter
                on:blur=move |_| keep()
            ></textarea>
            <p class="hint" id=hint_id>
                {hint}
            </p>
            <Outcome saving=saving />
        </div>
    }
}

#[component]
fn FallbackLabel(id: String, saved: Memo<bool>) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let saving = RwSignal::new(Saving::Nothing);
    let set = move |event| {
        let wanted = event_target_checked(&event);
        save(journey, id.clone(), What::Fallback(wanted), saving);
    };
    view! {
        <div class="label-field" data-field="fallback">
            <label class="check" for="label-fallback">
                <input id="label-fallback" type="checkbox" prop:checked=saved on:change=set />
                "Fallback: servers present it for hosts that no other certificate is for"
            </label>
            <Outcome saving=saving />
        </div>
    }
}
