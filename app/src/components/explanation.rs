//! What went wrong, in human words and the CA's own.

use leptos::prelude::*;
use tabcert_issuance::explain::Explanation;

/// Sentence, quotation, next step, link.
#[component]
pub(crate) fn ExplanationText(explanation: Explanation) -> impl IntoView {
    let Explanation {
        sentence,
        detail,
        next_step,
        link,
    } = explanation;
    // The link comes from the CA: only what is a plain https URL may be clicked.
    let link = link.filter(|link| tabcert_acme::url::HttpsUrl::parse(link).is_ok());
    view! {
        <p class="sentence" data-testid="failure-sentence">{sentence}</p>
        {detail.map(|detail| view! { <blockquote data-testid="failure-detail">{detail}</blockquote> })}
        <p class="next-step">{next_step}</p>
        {link
            .map(|link| {
                view! {
                    <p>
                        <a href=link target="_blank" rel="noopener noreferrer">
                            "What the CA says about it"
                        </a>
                    </p>
                }
            })}
    }
}
