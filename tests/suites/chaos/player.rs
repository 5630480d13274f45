//! Browser, visitor and clock: plays the flow against the CA, with a clock of its own.

use std::collections::VecDeque;
use std::time::Duration;

use tabcert_acme::domain::DomainName;
use tabcert_acme::key::AccountKey;
use tabcert_harness::Challtestsrv;
use tabcert_issuance::effect::TimerId;
use tabcert_issuance::event::{Application, Delivery, KeyError, PublishError};
use tabcert_issuance::issuance::Start;
use tabcert_issuance::view::{Phase, Proving};
use tabcert_issuance::{Effect, Event, Intent, Issuance};
use tabcert_pki::KeyType;
use tabcert_tests::native::{self, NativeShell};

use crate::ca::BadCa;
use crate::fault::{Outcome, Plan};

/// Longest that a seed may take by the suite's clock.
pub(crate) const MAX_MS: u64 = 30 * 60 * 1000;

/// So often the visitor tries again with an honest CA.
const MAX_TRIES: usize = 3;

/// So many events belong to a journey that goes in circles.
const MAX_EVENTS: usize = 4000;

/// How long Pebble, which works by the real clock, is given whenever the flow waits.
const PEBBLE_WORKS: Duration = Duration::from_millis(25);

const BEGIN_MS: u64 = 1_790_000_000_000;

/// What came of a seed.
pub(crate) struct Played {
    pub(crate) outcome: Outcome,
    pub(crate) delivery: Delivery,
    pub(crate) took_ms: u64,
}

pub(crate) struct Player<'a, 'b> {
    ca: &'b mut BadCa<'a>,
    dns: &'b Challtestsrv,
    key: AccountKey,
    name: String,
    now_ms: u64,
    events: VecDeque<Event>,
    timers: Vec<(TimerId, u64)>,
    /// What outlives the tab, as the text that it is stored as.
    stored: Option<String>,
    dies_after: Option<usize>,
    tries: usize,
}

impl<'a, 'b> Player<'a, 'b> {
    pub(crate) fn new(
        ca: &'b mut BadCa<'a>,
        dns: &'b Challtestsrv,
        plan: &Plan,
        name: &str,
    ) -> Self {
        Self {
            ca,
            dns,
            key: NativeShell::account_key(),
            name: name.to_owned(),
            now_ms: BEGIN_MS,
            events: VecDeque::new(),
            timers: Vec::new(),
            stored: None,
            dies_after: plan.dies_after,
            tries: 0,
        }
    }

    /// Opens the tab: with what was stored, if anything was.
    fn open(&mut self) -> Issuance {
        self.events.clear();
        self.timers.clear();
        let saved = self.stored.as_deref();
        let start = Start {
            directory_url: self.ca.directory.clone(),
            account_key: self.key.clone(),
            edge_available: true,
            redirected: Vec::new(),
            account_url: None,
            other_orders: Vec::new(),
            saved: saved.map(|text| serde_json::from_str(text).expect("what was stored")),
        };
        let (issuance, effects) = Issuance::connect(start, self.now_ms);
        self.perform(effects);
        issuance
    }

    /// Plays, and tells how many requests there were and which foreign hosts were asked.
    pub(crate) fn play_to_the_end(
        mut self,
        stats: &mut (usize, Vec<String>),
    ) -> Result<Played, String> {
        let played = self.play();
        *stats = (self.ca.requests, self.ca.foreign.clone());
        played
    }

    /// Plays until there is a certificate; says what is wrong where there is none.
    fn play(&mut self) -> Result<Played, String> {
        let mut issuance = self.open();
        for _ in 0..MAX_EVENTS {
            if self
                .dies_after
                .is_some_and(|after| self.ca.requests >= after)
            {
                self.dies_after = None;
                issuance = self.open();
            }
            let event = match self.events.pop_front() {
                Some(event) => event,
                None => match self.next_event(&issuance)? {
                    Some(event) => event,
                    None => {
                        let delivery = issuance.delivery().cloned();
                        return Ok(Played {
                            outcome: match self.tries {
                                0 => Outcome::Issued,
                                _ => Outcome::IssuedAfterTrying,
                            },
                            delivery: delivery.ok_or("issued, and nothing is delivered")?,
                            took_ms: self.now_ms - BEGIN_MS,
                        });
                    }
                },
            };
            let (next, effects) = issuance.handle(event, self.now_ms);
            issuance = next;
            self.perform(effects);
        }
        Err(format!("goes in circles: {:?}", issuance.view().phase))
    }

    /// What happens where nothing is under way: the visitor acts, or time passes. `None` at the end.
    fn next_event(&mut self, issuance: &Issuance) -> Result<Option<Event>, String> {
        let intent = match issuance.view().phase {
            Phase::Connected => Intent::Begin(self.application()),
            Phase::Proving(proving) => {
                self.prove(&proving);
                Intent::Ready
            }
            Phase::Issued(_) => return Ok(None),
            Phase::Failed(failed) => {
                self.tries += 1;
                if self.ca.faults_are_over() && self.tries > MAX_TRIES {
                    return Err(format!("an honest CA, and: {failed:?}"));
                }
                self.ca.turn_honest();
                self.now_ms = self.now_ms.max(failed.not_before_ms.unwrap_or_default());
                Intent::TryAgain
            }
            phase => {
                let first = (0..self.timers.len()).min_by_key(|index| self.timers[*index].1);
                let first = first.ok_or_else(|| format!("stuck in {phase:?}"))?;
                let (id, due_ms) = self.timers.remove(first);
                self.now_ms = self.now_ms.max(due_ms);
                std::thread::sleep(PEBBLE_WORKS);
                return Ok(Some(Event::TimerFired(id)));
            }
        };
        Ok(Some(Event::Intent(intent)))
    }

    fn application(&self) -> Application {
        Application {
            names: vec![DomainName::parse_a_labels(&self.name).expect("a name")],
            key_type: KeyType::P256,
            contact: Vec::new(),
            terms_agreed: true,
        }
    }

    fn prove(&self, proving: &Proving) {
        for record in &proving.records {
            self.dns.clear_txt(&record.name).expect("the DNS answers");
            for value in &record.values {
                // A proof that fails is the visitor's mistake, made as long as the CA hides it.
                let value = match self.ca.hides_failures() {
                    true => "not-this-one",
                    false => value,
                };
                self.dns.add_txt(&record.name, value).expect("a TXT record");
            }
        }
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let event = match effect {
                Effect::Http {
                    id,
                    kind,
                    route,
                    request,
                } => {
                    let (result, took_ms) = self.ca.answer(kind, route, request);
                    self.now_ms += took_ms;
                    Event::Http { id, result }
                }
                Effect::Wait { id, milliseconds } => {
                    self.timers
                        .push((id, self.now_ms.saturating_add(milliseconds)));
                    continue;
                }
                Effect::PrepareCsr(task) => Event::CsrPrepared(
                    native::prepare_csr(&task).map_err(|error| KeyError(error.to_string())),
                ),
                Effect::CheckChain(task) => Event::Checked(native::check_chain(&task)),
                Effect::PublishToken(task) => Event::TokenPublished {
                    token: task.token,
                    result: Err(PublishError {
                        detail: "there is no edge for challenges here".to_owned(),
                        not_tied: false,
                    }),
                },
                Effect::WithdrawToken(_) => continue,
                Effect::Store(saved) => {
                    self.stored = Some(serde_json::to_string(&saved).expect("JSON"));
                    Event::Stored
                }
            };
            self.events.push_back(event);
        }
    }
}
