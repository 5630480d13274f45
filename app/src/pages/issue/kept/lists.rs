//! Orders to go on with, and certificates.

use leptos::prelude::*;
use tabcert_engine_api::Command;
use tabcert_engine_api::certificates::RenewalKey;
use tabcert_engine_api::files::File;
use tabcert_engine_api::vault::{Asked, CertificateView, OrderView, Standing, Status, VaultView};

use super::super::journey::Journey;
use super::super::result::save;
use crate::pages::reminders;
use crate::pages::screen::{Place, Screen};
use crate::present;
use crate::task;

/// Those that there are.
#[component]
pub(in super::super) fn Lists() -> impl IntoView {
    let journey = expect_context::<Journey>();
    reminders::follow(journey.store);
    let vault = journey.store.vault();
    let orders = Memo::new(move |_| vault.with(|vault| vault.as_ref().map(|it| it.orders.clone())));
    let certificates = Memo::new(move |_| {
        let of = |vault: &Option<VaultView>| vault.as_ref().map(|it| it.certificates.clone());
        vault.with(of).unwrap_or_default()
    });
    let has_certificates = Memo::new(move |_| certificates.with(|all| !all.is_empty()));
    view! {
        {move || orders.get().filter(|orders| !orders.is_empty()).map(|orders| unfinished(journey, orders))}
        {move || has_certificates.get().then(|| issued(journey, certificates))}
    }
    .into_any()
}

fn unfinished(journey: Journey, orders: Vec<OrderView>) -> AnyView {
    let rows: Vec<_> = orders
        .into_iter()
        .map(|order| order_row(journey, order))
        .collect();
    view! {
        <section class="kept" aria-labelledby="unfinished" data-testid="unfinished">
            <h2 id="unfinished">"Not finished yet"</h2>
            <ul>{rows}</ul>
        </section>
    }
    .into_any()
}

fn order_row(journey: Journey, order: OrderView) -> AnyView {
    let OrderView {
        id,
        asked,
        updated_ms,
        standing,
    } = order;
    let names = present::names::summary(&asked.names);
    let says = match standing {
        Standing::Working => "was on its way".to_owned(),
        Standing::Proving => "waits for your proofs".to_owned(),
        Standing::Failed(sentence) => sentence,
    };
    let since = present::time::date_time(updated_ms);
    let discarded = id.clone();
    let question = format!("Forget the order for {names}, and its key?");
    view! {
        <li data-testid="unfinished-order">
            <div>
                <strong>{names.clone()}</strong>
                <p class="hint">{says} ", " {since}</p>
            </div>
            <div class="row-actions">
                <button
                    type="button"
                    class="primary"
                    data-testid="resume"
                    on:click=move |_| journey.resume(id.clone(), &asked)
                >
                    "Continue"
                    <span class="unseen">{format!(" with {names}")}</span>
                </button>
                <button
                    type="button"
                    class="secondary"
                    data-testid="discard"
                    on:click=move |_| confirmed(journey, &question, Command::Discard(discarded.clone()))
                >
                    "Forget"
                </button>
            </div>
        </li>
    }
    .into_any()
}

fn issued(journey: Journey, certificates: Memo<Vec<CertificateView>>) -> AnyView {
    // Rows are made anew when others are there, not when one of them changes.
    let ids = Memo::new(move |_| {
        certificates.with(|all| all.iter().map(|it| it.id.clone()).collect::<Vec<_>>())
    });
    let rows = move || {
        ids.track();
        let all = certificates.get_untracked();
        let rows = all.into_iter();
        rows.map(|it| certificate_row(journey, certificates, it))
            .collect::<Vec<_>>()
    };
    let kept = Memo::new(move |_| {
        let vault = journey.store.vault();
        vault.with(|vault| vault.as_ref().map_or((0, 0), |it| (it.kept, it.due)))
    });
    let all = move || match kept.get() {
        (1, _) => "The certificate, its history and labels".to_owned(),
        (kept, 0) => format!("All {kept} certificates"),
        (kept, due) => format!("All {kept} certificates, {due} to renew"),
    };
    view! {
        <section class="kept" aria-labelledby="kept-certificates" data-testid="certificates">
            <h2 id="kept-certificates">"Your certificates in this browser"</h2>
            <ul>{rows}</ul>
            <p class="kept-more">
                <a href="#certificates" data-testid="all-certificates">{all}</a>
                <button
                    type="button"
                    class="link"
                    data-testid="calendar"
                    on:click=move |_| save_calendar(journey)
                >
                    "Remind me: renewals as a calendar file"
                </button>
                <button
                    type="button"
                    class="link"
                    data-testid="forget-everything"
                    on:click=move |_| confirmed(
                        journey,
                        "Forget all certificates, orders, accounts and their keys in this browser? They cannot be had again.",
                        Command::ForgetEverything,
                    )
                >
                    "Forget everything that this page keeps"
                </button>
            </p>
        </section>
    }
    .into_any()
}

fn certificate_row(
    journey: Journey,
    certificates: Memo<Vec<CertificateView>>,
    certificate: CertificateView,
) -> AnyView {
    let CertificateView {
        id,
        asked,
        not_after,
        ..
    } = certificate.clone();
    let names = present::names::summary(&asked.names);
    let validity = validity(not_after.saturating_mul(1000), journey.store.now_ms());
    let (renewed, renewed_as) = (id.clone(), asked.clone());
    // What changes while the list is looked at, which must not move the buttons away.
    let now = Memo::new(move |_| {
        let is_it = |other: &&CertificateView| other.id == certificate.id;
        let now = certificates.with(|all| all.iter().find(is_it).cloned());
        now.unwrap_or_else(|| certificate.clone())
    });
    let missing = move || now.with(|it| (!it.downloaded).then_some(", key not downloaded yet"));
    let standing = move || now.with(|it| standing(it.status, it.due_ms));
    let wants_renewal =
        move || now.with(|it| matches!(it.status, Status::RenewNow | Status::Expired));
    let deleted = id.clone();
    let question = format!("Forget the certificate for {names}, and its key? It stays valid.");
    view! {
        <li data-testid="kept-certificate">
            <div>
                <strong>{names.clone()}</strong>
                <p class="hint">{validity} {missing}</p>
                <p class=move || if wants_renewal() { "due" } else { "hint" } data-testid="status">
                    {standing}
                </p>
            </div>
            <div class="row-actions">
                <button
                    type="button"
                    class=move || if wants_renewal() { "primary" } else { "secondary" }
                    data-testid="renew"
                    on:click=move |_| journey.renew_certificate(renewed.clone(), RenewalKey::New, &renewed_as)
                >
                    "Renew"
                    <span class="unseen">{format!(" {names}")}</span>
                </button>
                <button
                    type="button"
                    class="secondary"
                    data-testid="open"
                    on:click=move |_| journey.open_certificate(id.clone(), &asked)
                >
                    "Open"
                    <span class="unseen">{format!(" {names}")}</span>
                </button>
                <button
                    type="button"
                    class="secondary"
                    data-testid="delete"
                    on:click=move |_| confirmed(journey, &question, Command::Delete(deleted.clone()))
                >
                    "Forget"
                </button>
            </div>
        </li>
    }
    .into_any()
}

fn standing(status: Status, due_ms: u64) -> String {
    let date = present::time::date_time(due_ms);
    match status {
        Status::Valid => format!("Renew from {date} on"),
        Status::RenewNow => format!("Renew now: it is due since {date}"),
        Status::Expired => "Expired: renew it, or forget it".to_owned(),
        Status::Revoked => "Revoked".to_owned(),
        Status::Replaced => "Replaced by a newer one".to_owned(),
    }
}

fn validity(until_ms: u64, now_ms: u64) -> String {
    let date = present::time::date_time(until_ms);
    match until_ms.checked_sub(now_ms) {
        Some(left) => format!("valid until {date}, {} left", present::time::days(left)),
        None => format!("expired on {date}"),
    }
}

fn save_calendar(journey: Journey) {
    task::spawn(async move {
        let page_url = window().location().href().unwrap_or_default();
        let certificate = None;
        let file = File::Calendar {
            certificate,
            page_url,
        };
        if let Err(error) = save(journey, file, "certificates.ics", "text/calendar").await {
            let _ = window().alert_with_message(&error);
        }
    });
}

fn confirmed(journey: Journey, question: &str, command: Command) {
    if window().confirm_with_message(question).unwrap_or(false) {
        journey.store.tell(&command);
    }
}

impl Journey {
    /// Goes on with an unfinished order.
    pub(crate) fn resume(&self, order: String, asked: &Asked) {
        self.take_over(asked);
        self.store.resume(order);
        Place::go(Screen::Issue);
    }

    /// Orders the same again, with this key.
    pub(crate) fn renew_certificate(&self, certificate: String, key: RenewalKey, asked: &Asked) {
        self.take_over(asked);
        self.store.renew(certificate, key);
        Place::go(Screen::Issue);
    }

    /// Shows a certificate that was issued earlier.
    pub(crate) fn open_certificate(&self, certificate: String, asked: &Asked) {
        self.take_over(asked);
        self.store.open(certificate);
        Place::go(Screen::Issue);
    }
}
