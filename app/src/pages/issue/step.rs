//! The frame of a step: number, title, summary, and the way back to it.

use leptos::html;
use leptos::prelude::*;

use super::journey::{Face, Journey, Step};
use crate::task;

/// A step. What is in it is rendered while it is open; moving on moves the focus to its title.
///
/// `index.html` holds the same markup for what is on the screen before the program has arrived.
#[component]
pub(super) fn StepSection(
    step: Step,
    /// What is shown of it when it is done.
    #[prop(into)]
    summary: Signal<String>,
    children: ChildrenFn,
) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let title: NodeRef<html::H2> = NodeRef::new();
    let is_open = Memo::new(move |_| journey.open.get() == step);
    let state = move || match (is_open.get(), journey.is_done(step)) {
        (true, _) => "open",
        (false, true) => "done",
        (false, false) => "todo",
    };
    Effect::new(move |was_open: Option<bool>| {
        let is_open = is_open.get();
        if is_open
            && was_open == Some(false)
            && let Some(title) = title.get_untracked()
        {
            // With the frame: moving the focus makes the browser lay out everything at once.
            task::next_frame(move || {
                // An element that cannot take the focus is none that could be missed.
                let _ = title.focus();
            });
        }
        is_open
    });
    keep_focus(is_open, title);
    let title_id = format!("step-{}", step.id());
    let labelled_by = title_id.clone();
    view! {
        <li
            class="step"
            data-step=step.id()
            data-state=state
            data-trouble=move || {
                (is_open.get() && journey.face.get() == Face::Failed).then_some("true")
            }
            aria-current=move || is_open.get().then_some("step")
        >
            <section aria-labelledby=labelled_by>
                <div class="step-head">
                    <span class="step-number" aria-hidden="true">
                        {step.number()}
                    </span>
                    <h2 id=title_id tabindex="-1" node_ref=title>
                        {step.title()}
                    </h2>
                    <Show when=move || journey.is_done(step)>
                        <p class="step-summary" data-testid="step-summary">
                            {summary}
                        </p>
                    </Show>
                    <Show when=move || journey.is_changeable(step)>
                        <button
                            type="button"
                            class="link"
                            data-testid="change"
                            on:click=move |_| journey.edit(step)
                        >
                            "Change"
                            <span class="unseen">{format!(" {}", step.title().to_lowercase())}</span>
                        </button>
                    </Show>
                </div>
                <Show when=move || is_open.get()>
                    <div class="step-body">{children()}</div>
                </Show>
            </section>
        </li>
    }
}

/// What is in an open step changes by itself, perhaps under the visitor's hands: a focus that was
/// lost with it goes to the step's title.
fn keep_focus(is_open: Memo<bool>, title: NodeRef<html::H2>) {
    let journey = expect_context::<Journey>();
    Effect::new(move |before: Option<Face>| {
        let face = journey.face.get();
        if before.is_some_and(|before| before != face) && is_open.get_untracked() {
            task::next_frame(move || {
                let body = document().body();
                let lost = document().active_element() == body.map(Into::into);
                if let (true, Some(title)) = (lost, title.get_untracked()) {
                    let _ = title.focus();
                }
            });
        }
        face
    });
}
