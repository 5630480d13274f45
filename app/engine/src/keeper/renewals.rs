//! Renewal information (RFC 9773): CAs say when they want their certificates renewed.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use chacha20::rand_core::Rng;
use futures::future::join_all;
use tabcert_acme::directory::Directory;
use tabcert_acme::http::{Method, Request, Response};
use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::effect::Route;
use tabcert_vault::certificate::Certificate;
use tabcert_vault::id::CertificateId;
use tabcert_vault::renewal::{Answer, is_check_due};
use tabcert_vault::schema::Kind;
use tabcert_vault::summary::Summary;

use super::{Keeper, place, read, written};
use crate::news::Written;
use crate::vault::{Records, StorageError, Writes};
use crate::{clock, http, lock};

/// Held by the tab that asks: those that are opened at the same time leave it to this one.
const LOCK: &str = "tabcert renewal information";

impl Keeper {
    /// Asks the CAs about those of their certificates whose turn it is, and tells the page what has
    /// changed. Each CA is asked for itself: one that cannot be reached holds up nobody.
    pub(crate) async fn refresh_renewals(&self) {
        let Ok(_lock) = lock::take(LOCK).await else {
            return;
        };
        let now_ms = clock::now_ms();
        let mut by_ca: BTreeMap<String, (HttpsUrl, Vec<Rc<Summary>>)> = BTreeMap::new();
        for certificate in self.summaries().await {
            if let Some(url) = certificate.directory_url.clone()
                && is_check_due(&certificate, now_ms)
            {
                let (_, due) = by_ca
                    .entry(url.to_string())
                    .or_insert_with(|| (url, Vec::new()));
                due.push(certificate);
            }
        }
        let asking = by_ca.values().map(|(url, due)| self.ask_ca(url, due));
        if join_all(asking).await.contains(&true) {
            self.tell().await;
        }
    }

    /// Asks a CA about its certificates, one after the other, and says whether it told anything.
    async fn ask_ca(&self, directory_url: &HttpsUrl, due: &[Rc<Summary>]) -> bool {
        let now_ms = clock::now_ms();
        let service = match renewal_info_of(directory_url, now_ms).await {
            Ok(service) => service,
            Err(answer) => {
                self.note_answer(due, &answer).await;
                return false;
            }
        };
        let mut was_told = false;
        for (at, certificate) in due.iter().enumerate() {
            // Another tab may have asked, or it may have been replaced.
            let now: Option<Certificate> = self.one(certificate.id).await;
            let now = now.map(|now| Summary::from(&now));
            let Some(now) = now.filter(|now| is_check_due(now, clock::now_ms())) else {
                continue;
            };
            let url = now.facts.cert_id.as_ref().map(|id| id.url(&service));
            let answer = match url {
                Some(Ok(url)) => Answer::of(get(url).await.as_ref(), clock::now_ms()),
                _ => Answer::Nothing,
            };
            was_told |= matches!(answer, Answer::Told(_));
            if answer.is_of_all() {
                self.note_answer(due.get(at..).unwrap_or_default(), &answer)
                    .await;
                break;
            }
            self.note_answer(std::slice::from_ref(certificate), &answer)
                .await;
        }
        was_told
    }

    /// Remembers an answer in these certificates, all in one transaction.
    async fn note_answer(&self, certificates: &[Rc<Summary>], answer: &Answer) {
        let now_ms = clock::now_ms();
        let dice = self.rng.borrow_mut().next_u64();
        let ids: Vec<CertificateId> = certificates.iter().map(|it| it.id).collect();
        let noted = match *ids {
            [id] => {
                let noted = self.try_change(id, |it| answer.note(it, dice, now_ms));
                noted.await.map(drop)
            }
            _ => self.note_in_all(&ids, answer, dice, now_ms).await,
        };
        self.noting(noted);
    }

    async fn note_in_all(
        &self,
        ids: &[CertificateId],
        answer: &Answer,
        dice: u64,
        now_ms: u64,
    ) -> Result<(), StorageError> {
        let places: BTreeSet<String> = ids.iter().map(|id| place(Kind::Certificate, id)).collect();
        let change = |records: Records| {
            let mut writes = Writes::new();
            for (place, plain) in records {
                let Some(Ok(mut certificate)) = places
                    .contains(&place)
                    .then(|| read::<Certificate>(&plain?))
                else {
                    continue;
                };
                answer.note(&mut certificate, dice, now_ms);
                certificate.updated_ms = now_ms;
                writes.push(written(certificate.id, &certificate)?);
            }
            Ok((writes, ()))
        };
        self.with_vault(async |vault| vault.change_all(&change).await)
            .await?;
        self.has_written(&Written::Places(places.into_iter().collect()));
        Ok(())
    }
}

/// Where a CA answers for renewal information.
///
/// # Errors
/// The answer for all of its certificates, where it does not.
async fn renewal_info_of(directory_url: &HttpsUrl, now_ms: u64) -> Result<HttpsUrl, Answer> {
    let Some(response) = get(directory_url.clone()).await else {
        return Err(Answer::Silent(None));
    };
    let directory = response
        .is_success()
        .then(|| Directory::parse(&response.body).ok());
    match directory {
        Some(directory) => directory
            .and_then(|directory| directory.renewal_info)
            .ok_or(Answer::Silent(None)),
        None => Err(match Answer::of(Some(&response), now_ms) {
            silent @ Answer::Silent(_) => silent,
            _ => Answer::Silent(None),
        }),
    }
}

/// A plain GET: directly, or else by way of the edge.
async fn get(url: HttpsUrl) -> Option<Response> {
    let request = Request {
        method: Method::Get,
        url,
        body: None,
    };
    match http::send(Route::Direct, &request).await {
        Ok(answer) => Some(answer),
        Err(_) => http::send(Route::Edge, &request).await.ok(),
    }
}
