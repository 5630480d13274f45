//! Renewal information (RFC 9773): CAs say when they want their certificates renewed.

use std::collections::HashMap;

use chacha20::rand_core::Rng;
use tabcert_acme::directory::Directory;
use tabcert_acme::http::{Method, Request, Response};
use tabcert_acme::renewal_info::{CHECK_AFTER_ERROR, CertId, RenewalInfo};
use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::effect::Route;
use tabcert_vault::certificate::{Certificate, Renewal};
use tabcert_vault::status::{Status, status};
use tabcert_vault::summary::Summary;

use super::Keeper;
use crate::{clock, http};

impl Keeper {
    /// Asks the CAs about those of their certificates whose turn it is, and tells the page what has
    /// changed. A CA that cannot be reached, or has no renewal information, is asked another time.
    pub(crate) async fn refresh_renewals(&self) {
        let now_ms = clock::now_ms();
        let mut services = HashMap::new();
        let mut has_changed = false;
        for certificate in self.summaries().await {
            let Some((directory_url, id)) = whose_turn_it_is(&certificate, now_ms) else {
                continue;
            };
            if !services.contains_key(&directory_url) {
                let service = renewal_info_of(&directory_url).await;
                services.insert(directory_url.clone(), service);
            }
            let Some(service) = services.get(&directory_url).and_then(Option::as_ref) else {
                continue;
            };
            let Ok(url) = id.url(service) else {
                continue;
            };
            let answer = get(url).await;
            let info = answer.and_then(|answer| RenewalInfo::parse(&answer, now_ms).ok());
            let dice = self.rng.borrow_mut().next_u64();
            self.change(certificate.id, |certificate| {
                note(certificate, info.as_ref(), dice, now_ms);
            })
            .await;
            has_changed = true;
        }
        if has_changed {
            self.tell().await;
        }
    }
}

/// RFC 9773 §4.3.3: "Clients MUST stop checking RenewalInfo after a certificate is expired. Clients MUST
/// stop checking RenewalInfo after they consider a certificate to be replaced".
fn whose_turn_it_is(certificate: &Summary, now_ms: u64) -> Option<(HttpsUrl, CertId)> {
    let stands = status(certificate, now_ms);
    let lives = matches!(stands, Status::Valid | Status::RenewNow);
    let renewal = certificate.renewal.as_ref();
    let is_due = renewal.is_none_or(|renewal| renewal.next_check_ms <= now_ms);
    (lives && is_due).then_some(())?;
    Some((
        certificate.directory_url.clone()?,
        certificate.facts.cert_id.clone()?,
    ))
}

/// What the CA said, or that it said nothing. A time that was chosen stays, as long as the window does:
/// choosing again and again would move it to the window's end.
fn note(certificate: &mut Certificate, info: Option<&RenewalInfo>, dice: u64, now_ms: u64) {
    let after = |wait: std::time::Duration| {
        let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        now_ms.saturating_add(wait_ms)
    };
    match (info, &mut certificate.renewal) {
        (None, None) => {}
        (None, Some(known)) => known.next_check_ms = after(CHECK_AFTER_ERROR),
        (Some(info), known) => {
            let chosen = known.as_ref().filter(|known| known.window == info.window);
            let selected_ms = chosen.map(|known| known.selected_ms);
            *known = Some(Renewal {
                window: info.window,
                selected_ms: selected_ms.unwrap_or_else(|| info.window.select(dice)),
                explanation_url: info.explanation_url.clone(),
                fetched_ms: now_ms,
                next_check_ms: after(info.check_again),
            });
        }
    }
}

/// Where a CA answers for renewal information, if it does.
async fn renewal_info_of(directory_url: &HttpsUrl) -> Option<HttpsUrl> {
    let answer = get(directory_url.clone()).await?;
    Directory::parse(&answer.body).ok()?.renewal_info
}

/// A plain GET: directly, or else by way of the edge.
async fn get(url: HttpsUrl) -> Option<Response> {
    let request = Request {
        method: Method::Get,
        url,
        body: None,
    };
    let answer = match http::send(Route::Direct, &request).await {
        Ok(answer) => Some(answer),
        Err(_) => http::send(Route::Edge, &request).await.ok(),
    };
    answer.filter(Response::is_success)
}
