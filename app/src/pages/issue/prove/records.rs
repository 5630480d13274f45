//! TXT records for the visitor's DNS, grouped by record name.

use leptos::prelude::*;
use tabcert_issuance::proof::TxtRecord;

use super::super::journey::Journey;
use crate::components::{CopyButton, Copyable};
use crate::present;

/// Every record that has to be there.
#[component]
pub(super) fn Records() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let records = Memo::new(move |_| {
        journey.proving.with(|proving| {
            proving
                .as_ref()
                .map(|proving| proving.records.clone())
                .unwrap_or_default()
        })
    });
    let heading = move || {
        let values = records.with(|records| records.iter().map(|record| record.values.len()).sum());
        format!(
            "Add {} to your DNS",
            present::names::count(values, "TXT record")
        )
    };
    view! {
        <Show when=move || records.with(|records| !records.is_empty())>
            <section class="proofs" data-testid="dns-proofs">
                <h3>{heading}</h3>
                <ul class="records">
                    <For
                        each=move || records.get()
                        key=|record| (record.name.clone(), record.values.clone())
                        children=|record| view! { <Record record=record /> }
                    />
                </ul>
                <p class="hint">
                    "Choose the shortest time to live that your provider offers ("
                    {present::record::TTL_SECONDS}
                    " seconds is plenty), and wait until the provider has published the records: who looks too early may see the old state for minutes. Afterwards you can remove them."
                </p>
                {move || {
                    view! {
                        <CopyButton
                            text=records.with(|records| present::record::zone_file(records))
                            what="for a zone file"
                            label="Copy all as zone file lines"
                        />
                    }
                }}
            </section>
        </Show>
    }
}

#[component]
fn Record(record: TxtRecord) -> impl IntoView {
    let TxtRecord {
        name,
        relative_name,
        zone,
        values,
        proves,
    } = record;
    let instruction = present::record::instruction(values.len());
    let record_name = name.clone();
    let value = |value: String| {
        let record_value = value.clone();
        view! {
            <div data-testid="record-value" data-record-value=record_value>
                <Copyable term="Value" text=value what="the value" />
            </div>
        }
    };
    view! {
        <li class="record" data-testid="record" data-record-name=record_name>
            <p class="proves">"for " {proves.join(" and ")}</p>
            {instruction
                .map(|instruction| {
                    view! {
                        <p class="instruction" data-testid="instruction">
                            {instruction}
                        </p>
                    }
                })}
            <dl>
                <Copyable term="Name" text=name what="the record’s name" />
                <Copyable
                    term="Short name"
                    text=relative_name
                    what="the record’s short name"
                    note=format!("where your provider adds .{zone} by itself")
                    testid="relative-name"
                />
                <div class="line">
                    <dt>"Type"</dt>
                    <dd>
                        <code>"TXT"</code>
                    </dd>
                </div>
                {values.into_iter().map(value).collect_view()}
            </dl>
        </li>
    }
}
