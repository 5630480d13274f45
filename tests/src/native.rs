//! The flow's native shell: performs effects with tokio and reqwest, as the page does with fetch.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use getrandom::SysRng;
use rand_core::UnwrapErr;
use tabcert_acme::http::{MAX_RESPONSE_BYTES, Method, Request, Response};
use tabcert_acme::jws;
use tabcert_acme::key::AccountKey;
use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::effect::{CheckTask, CsrTask, Route};
use tabcert_issuance::errand::{self, Errand};
use tabcert_issuance::event::{
    CertificateKey, CertificateSummary, CheckError, Delivery, KeyError, PreparedCsr, PublishError,
    TransportError,
};
use tabcert_issuance::issuance::Start;
use tabcert_issuance::view::Phase;
use tabcert_issuance::{Effect, Event, Intent, Issuance, View};
use tabcert_pki::{CertificationRequest, Delivered, PrivateKey, SubjectName, check_issued_for};
use tokio::sync::mpsc;

/// Nothing that a test waits for takes longer.
const PATIENCE: Duration = Duration::from_secs(120);

/// Decides what the visitor would decide: looks at a phase that waits for the visitor; no intent
/// means to leave here.
pub type Visitor<'a> = dyn FnMut(&Phase) -> Vec<Intent> + 'a;

/// What a run came to.
#[derive(Debug)]
pub struct Run {
    /// What the visitor saw last.
    pub view: View,
    /// What was issued, if anything was.
    pub delivery: Option<Delivery>,
    /// Requests by kind, from the flow's own effects.
    pub requests: BTreeMap<&'static str, usize>,
    /// From the first request sent to the last one answered.
    pub elapsed: Duration,
}

impl Run {
    /// All requests together.
    #[must_use]
    pub fn all_requests(&self) -> usize {
        self.requests.values().sum()
    }
}

/// Runs the flow natively.
#[derive(Debug, Clone)]
pub struct NativeShell {
    client: reqwest::Client,
}

impl NativeShell {
    /// A shell that trusts this CA certificate (PEM) for the ACME server's own https.
    ///
    /// # Errors
    /// Where the certificate or the client cannot be made.
    pub fn new(trusted_ca_pem: &str) -> Result<Self, reqwest::Error> {
        // Only the first call can install it; the others find the same provider in place.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .tls_certs_only([reqwest::Certificate::from_pem(trusted_ca_pem.as_bytes())?])
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("tabcert-tests")
            .timeout(Duration::from_secs(30))
            .build()?;
        Ok(Self { client })
    }

    /// A new account key.
    #[must_use]
    pub fn account_key() -> AccountKey {
        AccountKey::generate(&mut UnwrapErr(SysRng))
    }

    /// Runs one issuance until it is issued, or until the visitor leaves.
    ///
    /// # Panics
    /// Where nothing happens for two minutes: the flow is stuck, which is a bug.
    pub async fn run(
        &self,
        directory_url: HttpsUrl,
        account_key: AccountKey,
        visitor: &mut Visitor<'_>,
    ) -> Run {
        let start = Start {
            directory_url,
            account_key,
            edge_available: false,
            redirected: Vec::new(),
            other_orders: Vec::new(),
            account_url: None,
            saved: None,
        };
        let (events, mut inbox) = mpsc::unbounded_channel();
        let began = Instant::now();
        let mut last_answer = began;
        let mut requests = BTreeMap::new();
        let (mut issuance, mut effects) = Issuance::connect(start, now_ms());
        loop {
            for effect in effects.drain(..) {
                if let Effect::Http { kind, .. } = &effect {
                    *requests.entry(kind.as_str()).or_default() += 1;
                }
                self.perform(effect, events.clone());
            }
            let view = issuance.view();
            let event = match &view.phase {
                Phase::Connected | Phase::Proving(_) | Phase::Failed(_) | Phase::Issued(_) => {
                    let intents = visitor(&view.phase);
                    if intents.is_empty() {
                        let elapsed = last_answer.duration_since(began);
                        return Run {
                            view,
                            delivery: issuance.delivery().cloned(),
                            requests,
                            elapsed,
                        };
                    }
                    for intent in intents {
                        let (next, more) = issuance.handle(Event::Intent(intent), now_ms());
                        issuance = next;
                        effects.extend(more);
                    }
                    continue;
                }
                Phase::Connecting(_) | Phase::Working(_) => {
                    let event = tokio::time::timeout(PATIENCE, inbox.recv()).await;
                    event
                        .ok()
                        .flatten()
                        .unwrap_or_else(|| panic!("stuck in {:?}", view.phase))
                }
            };
            if matches!(event, Event::Http { .. }) {
                last_answer = Instant::now();
            }
            (issuance, effects) = issuance.handle(event, now_ms());
        }
    }

    /// Sends one request to the CA.
    ///
    /// # Errors
    /// Where no answer comes.
    pub async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        send(&self.client, request).await
    }

    /// Does one errand.
    ///
    /// # Errors
    /// [`tabcert_issuance::errand::Undone`] says why it was not done.
    ///
    /// # Panics
    /// Where nothing happens for two minutes: the errand is stuck, which is a bug.
    pub async fn errand(&self, start: errand::Start) -> errand::Ended {
        let (events, mut inbox) = mpsc::unbounded_channel();
        let (mut errand, mut effects) = Errand::begin(start, now_ms());
        loop {
            for effect in effects.drain(..) {
                self.perform(effect, events.clone());
            }
            if let Some(ended) = errand.ended() {
                return ended.clone();
            }
            let event = tokio::time::timeout(PATIENCE, inbox.recv()).await;
            let event = event.ok().flatten();
            let event = event.unwrap_or_else(|| panic!("stuck in {errand:?}"));
            (errand, effects) = errand.handle(event, now_ms());
        }
    }

    fn perform(&self, effect: Effect, events: mpsc::UnboundedSender<Event>) {
        let client = self.client.clone();
        // A receiver that is gone means that the run is over: nobody waits for this event.
        match effect {
            Effect::Http {
                id, route, request, ..
            } => {
                tokio::spawn(async move {
                    let result = match route {
                        Route::Direct => send(&client, request).await,
                        Route::Edge => {
                            Err(TransportError::Edge("there is no edge here".to_owned()))
                        }
                    };
                    let _ = events.send(Event::Http { id, result });
                });
            }
            Effect::Wait { id, milliseconds } => {
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                    let _ = events.send(Event::TimerFired(id));
                });
            }
            Effect::PrepareCsr(task) => {
                tokio::task::spawn_blocking(move || {
                    let result = prepare_csr(&task).map_err(|error| KeyError(error.to_string()));
                    let _ = events.send(Event::CsrPrepared(result));
                });
            }
            Effect::CheckChain(task) => {
                tokio::task::spawn_blocking(move || {
                    let result = check_chain(&task);
                    let _ = events.send(Event::Checked(result));
                });
            }
            Effect::PublishToken(task) => {
                let detail = "there is no edge here".to_owned();
                let result = Err(PublishError {
                    detail,
                    not_tied: false,
                });
                let _ = events.send(Event::TokenPublished {
                    token: task.token,
                    result,
                });
            }
            Effect::WithdrawToken(_) => {}
            // A run is as long as its process: nothing is to outlive it.
            Effect::Store(_) => {
                let _ = events.send(Event::Stored);
            }
        }
    }
}

async fn send(client: &reqwest::Client, request: Request) -> Result<Response, TransportError> {
    let failed = |error: reqwest::Error| match error.is_timeout() {
        true => TransportError::TimedOut,
        false => TransportError::Network(format!("{error:?}")),
    };
    let method = match request.method {
        Method::Head => reqwest::Method::HEAD,
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
    };
    let mut builder = client.request(method, request.url.as_str());
    if let Some(body) = request.body {
        builder = builder.header("content-type", jws::CONTENT_TYPE).body(body);
    }
    let mut answer = builder.send().await.map_err(failed)?;
    let header = |name: &str| {
        let values: Vec<_> = answer
            .headers()
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    };
    let mut response = Response {
        status: answer.status().as_u16(),
        replay_nonce: header("replay-nonce"),
        location: header("location"),
        link: header("link"),
        retry_after: header("retry-after"),
        ..Response::default()
    };
    while let Some(chunk) = answer.chunk().await.map_err(failed)? {
        if response.body.len() + chunk.len() > MAX_RESPONSE_BYTES {
            return Err(TransportError::TooLarge);
        }
        response.body.extend_from_slice(&chunk);
    }
    Ok(response)
}

/// Makes the key, where there is none, and the CSR.
///
/// # Errors
/// Where a name or the key is not usable.
pub fn prepare_csr(task: &CsrTask) -> Result<PreparedCsr, tabcert_pki::Error> {
    let mut rng = UnwrapErr(SysRng);
    let key = match &task.key {
        Some(key) => PrivateKey::from_pkcs8_der(key.pkcs8_der())?,
        None => PrivateKey::generate(task.key_type, &mut rng)?,
    };
    let csr = CertificationRequest::build(&key, &subject_names(&task.names)?, &mut rng)?;
    let key = CertificateKey::from_pkcs8_der(key.to_pkcs8_der()?);
    Ok(PreparedCsr {
        key,
        csr_der: csr.as_der().to_vec(),
    })
}

/// Checks that key, names and chain belong together.
///
/// # Errors
/// What does not.
pub fn check_chain(task: &CheckTask) -> Result<CertificateSummary, CheckError> {
    let (public_key_der, names) =
        wanted(task).map_err(|error| CheckError::NoKey(error.to_string()))?;
    let delivered = Delivered::read(task.answer.as_bytes());
    let checked = check_issued_for(public_key_der, &names, &delivered)?;
    Ok(CertificateSummary::of(&checked, task.now_ms))
}

/// The key and the names that the certificate has to be for.
fn wanted(task: &CheckTask) -> Result<(Vec<u8>, Vec<SubjectName>), tabcert_pki::Error> {
    let public_key_der = match &task.key {
        Some(key) => PrivateKey::from_pkcs8_der(key.pkcs8_der())?.public_key_der()?,
        None => {
            let request = CertificationRequest::from_der(&task.csr_der)?;
            request.facts()?.public_key_der
        }
    };
    Ok((public_key_der, subject_names(&task.names)?))
}

fn subject_names(
    names: &[tabcert_acme::domain::DomainName],
) -> Result<Vec<SubjectName>, tabcert_pki::Error> {
    names
        .iter()
        .map(|name| SubjectName::dns(name.as_str()))
        .collect()
}

fn now_ms() -> u64 {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
}
