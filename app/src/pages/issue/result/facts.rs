//! What was issued.

use leptos::prelude::*;
use tabcert_issuance::event::CertificateSummary;

use super::super::journey::Journey;
use crate::components::{CopyButton, ValidityBar};

/// Names, validity, issuer, fingerprint, key and chain.
#[component]
pub(super) fn Facts(summary: CertificateSummary) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let CertificateSummary {
        names,
        not_before,
        not_after,
        issuer,
        serial,
        fingerprint,
        key_type,
        chain,
        notes: _,
    } = summary;
    let names = names
        .into_iter()
        .map(|name| view! { <li>{name}</li> })
        .collect_view();
    let chain = chain
        .into_iter()
        .map(|subject| view! { <li>{subject}</li> })
        .collect_view();
    view! {
        <ValidityBar
            from_ms=not_before.saturating_mul(1000)
            until_ms=not_after.saturating_mul(1000)
            now_ms=journey.store.now_ms()
        />
        <dl class="facts" data-testid="facts">
            <div data-fact="names">
                <dt>"Names"</dt>
                <dd>
                    <ul class="plain">{names}</ul>
                </dd>
            </div>
            <div data-fact="issuer">
                <dt>"Issuer"</dt>
                <dd>{issuer}</dd>
            </div>
            <div data-fact="key">
                <dt>"Key"</dt>
                <dd>{key_type}</dd>
            </div>
            <div data-fact="chain">
                <dt>"Chain"</dt>
                <dd>
                    <ol class="plain chain">{chain}</ol>
                </dd>
            </div>
            <div data-fact="serial">
                <dt>"Serial number"</dt>
                <dd>
                    <code>{serial}</code>
                </dd>
            </div>
            <div data-fact="fingerprint">
                <dt>"SHA-256 fingerprint"</dt>
                <dd>
                    <code>{fingerprint.clone()}</code>
                    <CopyButton text=fingerprint what="the fingerprint" />
                </dd>
            </div>
        </dl>
    }
}
