//! The CA looks at the proofs.
//!
//! All challenges are started, then the order is watched: it becomes ready when the last
//! authorization is valid, and invalid when one fails (RFC 8555 §7.1.6). Watching one order instead
//! of N authorizations saves requests. Not all CAs let the order fail, though: what the challenges'
//! answers say is listened to, and where the order stays pending, the authorizations are looked at
//! after a while, and then ever more seldom ([`looks`]).

mod looks;

use tabcert_acme::challenge::START_PAYLOAD;
use tabcert_acme::order::{Order, OrderStatus};

use super::active_order::ActiveOrder;
use super::waiting::Waiting;
use super::{Behaviour, Diagnosing, Finalizing, Journey, State};
use crate::Intent;
use crate::effect::TimerId;
use crate::explain::words;
use crate::failure::{Failure, ProofStanding, UnprovenName};
use crate::proof::{self, Proof};
use crate::session::{Purpose, Reply};
use crate::transcript::RequestKind;
use crate::view::{Phase, Stage, Undecided, Work};
use looks::{Look, Looks};

/// Starts the challenges, then watches the order.
#[derive(Debug)]
pub(crate) struct Validating {
    pub(crate) journey: Journey,
    order: ActiveOrder,
    proofs: Vec<Proof>,
    step: Step,
    /// What the CA said of the proofs when it was asked to look.
    said: Vec<UnprovenName>,
    looks: Looks,
    /// Whether the visitor wants it asked now: what is still pending is started again.
    is_urged: bool,
    undecided: Option<Undecided>,
    waiting: Waiting,
}

/// What is waited for.
#[derive(Debug)]
enum Step {
    /// For the answers to the challenges.
    Starting {
        answered: usize,
        of: usize,
        /// The first refusal to start one.
        refusal: Option<Failure>,
    },
    /// For the time, or the order.
    Watching,
    /// For the authorizations that are not valid yet.
    Looking(Look),
    /// For the answers to challenges that are started again.
    Restarting { left: usize },
}

impl Validating {
    pub(super) fn begin(journey: Journey, order: ActiveOrder, proofs: Vec<Proof>) -> State {
        let step = Step::Starting {
            answered: 0,
            of: proofs.len(),
            refusal: None,
        };
        let mut state = Self::new(journey, order, proofs, step);
        for index in 0..state.proofs.len() {
            state.start(index);
        }
        state.into()
    }

    /// All challenges are decided or under way already.
    pub(super) fn watch(journey: Journey, order: ActiveOrder) -> State {
        let mut state = Self::new(journey, order, Vec::new(), Step::Watching);
        state.ask();
        state.into()
    }

    fn new(mut journey: Journey, order: ActiveOrder, proofs: Vec<Proof>, step: Step) -> Self {
        journey.enter();
        let waiting = Waiting::new(journey.session.fastest_ms());
        Self {
            journey,
            order,
            proofs,
            step,
            said: Vec::new(),
            looks: Looks::default(),
            is_urged: false,
            undecided: None,
            waiting,
        }
    }

    /// RFC 8555 §7.5.1, §8.2: "Clients can explicitly request a retry by re-sending their response to a
    /// challenge in a new POST request".
    fn start(&mut self, index: usize) {
        let Some(proof) = self.proofs.get(index) else {
            return;
        };
        let purpose = Purpose {
            kind: RequestKind::Challenge,
            index,
        };
        let url = proof.challenge_url().clone();
        let payload = START_PAYLOAD.to_owned();
        let Journey { cx, session, .. } = &mut self.journey;
        session.post(cx, purpose, url, payload);
    }

    fn ask(&mut self) {
        self.journey
            .fetch(RequestKind::Order, 0, self.order.url.clone());
    }

    /// Waits until the order, or its authorizations, are to be looked at.
    fn wait(mut self) -> State {
        self.step = Step::Watching;
        let look_ms = match self.order.open.is_empty() {
            true => u64::MAX,
            false => self.looks.due_ms(),
        };
        self.waiting.wait_until(&mut self.journey.cx, look_ms);
        self.into()
    }

    fn challenge_answered(mut self, reply: Reply) -> State {
        let is_refused = matches!(reply.result, Err(Failure::Refused(_)));
        match reply.result {
            Ok(response) => self.listen(reply.purpose.index, &response.body),
            Err(failure) if !is_refused => return self.journey.fail(failure),
            Err(failure) => {
                if let Step::Starting { refusal, .. } = &mut self.step {
                    refusal.get_or_insert(failure);
                }
            }
        }
        match &mut self.step {
            Step::Starting {
                answered,
                of,
                refusal,
            } => {
                *answered += 1;
                if answered < of {
                    return self.into();
                }
                // A challenge that cannot be started has been decided already (an earlier attempt
                // arrived, only its answer did not), or never can be: the authorizations say which.
                if let Some(refusal) = refusal.take() {
                    return self.diagnose(refusal);
                }
            }
            Step::Restarting { left } => {
                *left -= 1;
                if *left > 0 {
                    return self.into();
                }
                self.looks.begin_again(self.waiting.waited_ms());
            }
            Step::Watching | Step::Looking(_) => return self.into(),
        }
        let has_failed = |name: &UnprovenName| name.standing == ProofStanding::Failed;
        if self.said.iter().any(has_failed) {
            return self.diagnose(Failure::OrderInvalid(None));
        }
        if !self.waiting.schedule(&self.journey.cx, None) {
            return self.diagnose(Failure::TookTooLong);
        }
        self.wait()
    }

    /// Some CAs look at once, and say in their answer what they have found.
    fn listen(&mut self, index: usize, body: &[u8]) {
        let Some(proof) = self.proofs.get(index) else {
            return;
        };
        self.said.retain(|said| said.name != proof.name);
        self.said.extend(looks::said_of(proof, body));
        if !self.said.is_empty() {
            let names = self.said.iter().map(|said| said.name.clone()).collect();
            let words = self.said.iter().find_map(|said| words::of(&said.problem));
            self.is_undecided(names, words);
        }
    }

    fn is_undecided(&mut self, names: Vec<String>, words: Option<String>) {
        let thumbprint = self.journey.cx.account_key().thumbprint();
        let proofs: Vec<_> = self
            .proofs
            .iter()
            .filter(|proof| names.contains(&proof.name))
            .cloned()
            .collect();
        self.undecided = Some(Undecided {
            records: proof::txt_records(&proofs, thumbprint),
            files: proof::challenge_files(&proofs, thumbprint),
            names,
            words,
        });
    }

    fn diagnose(self, failure: Failure) -> State {
        Diagnosing::knowing(self.journey, self.order, failure, self.said)
    }

    fn order_arrived(mut self, reply: Reply) -> State {
        let response = match reply.result {
            Ok(response) => response,
            Err(failure) => return self.journey.fail(failure),
        };
        let order = match Order::parse(&response.body) {
            Ok(order) => order,
            Err(error) => return self.journey.fail(Failure::Protocol(error)),
        };
        match order.status {
            OrderStatus::Ready | OrderStatus::Processing | OrderStatus::Valid => {
                self.journey.withdraw();
                Finalizing::begin(self.journey, self.order)
            }
            OrderStatus::Invalid => {
                let failure = Failure::OrderInvalid(order.error.map(Box::new));
                self.diagnose(failure)
            }
            OrderStatus::Pending | OrderStatus::Unknown => {
                if !self.waiting.schedule(&self.journey.cx, Some(&response)) {
                    return self.diagnose(Failure::TookTooLong);
                }
                if self.is_urged || self.looks.due_ms() <= self.waiting.waited_ms() {
                    return self.look();
                }
                self.wait()
            }
        }
    }

    /// Reads the authorizations that are not valid yet.
    fn look(mut self) -> State {
        if self.order.open.is_empty() {
            return self.wait();
        }
        let urls = &self.order.order.authorizations;
        let open = self.order.open.iter();
        let open: Vec<_> = open
            .filter_map(|index| Some((*index, urls.get(*index)?.clone())))
            .collect();
        self.step = Step::Looking(Look::at(open.len()));
        for (index, url) in open {
            self.journey.fetch(RequestKind::Authorization, index, url);
        }
        self.into()
    }

    fn authorization_arrived(mut self, reply: Reply) -> State {
        let Step::Looking(look) = &mut self.step else {
            return self.into();
        };
        if !look.take(reply, &self.journey.application.names) {
            return self.into();
        }
        let Step::Looking(look) = std::mem::replace(&mut self.step, Step::Watching) else {
            return self.into();
        };
        self.looks.done(self.waiting.waited_ms());
        let is_urged = std::mem::take(&mut self.is_urged);
        self.order.open.retain(|index| !look.valid.contains(index));
        if look.has_ended() || (look.is_mendable() && !is_urged) {
            // What has to be mended is shown again before the CA is asked to look again.
            self.journey.kept.set_ready(false);
            let unproven = super::diagnosing::merge(look.unproven, self.said);
            return self.journey.fail(Failure::Unproven(unproven));
        }
        if !look.undecided.is_empty() {
            self.is_undecided(look.undecided, look.words);
        }
        let pending: Vec<_> = (0..self.proofs.len())
            .filter(|index| look.pending.contains(self.proofs[*index].challenge_url()))
            .collect();
        if !is_urged || pending.is_empty() {
            return self.wait();
        }
        self.step = Step::Restarting {
            left: pending.len(),
        };
        for index in pending {
            self.start(index);
        }
        self.into()
    }

    fn wait_is_over(mut self) -> State {
        if self.waiting.is_due() || self.is_urged {
            self.ask();
            self.into()
        } else {
            self.look()
        }
    }
}

impl Behaviour for Validating {
    fn phase(&self) -> Phase {
        let progress = match &self.step {
            Step::Starting { answered, of, .. } if answered < of => Some((*answered, *of)),
            _ => None,
        };
        Phase::Working(Work {
            progress,
            next_at_ms: self.waiting.next_at_ms(),
            undecided: self.undecided.clone(),
            ..self.journey.working(Stage::Validating)
        })
    }

    fn on_reply(self, reply: Reply) -> State {
        match reply.purpose.kind {
            RequestKind::Challenge => self.challenge_answered(reply),
            RequestKind::Order => self.order_arrived(reply),
            RequestKind::Authorization => self.authorization_arrived(reply),
            _ => self.into(),
        }
    }

    fn on_timer(mut self, id: TimerId) -> State {
        if self.waiting.ends_with(id) {
            self.wait_is_over()
        } else {
            self.into()
        }
    }

    fn on_intent(mut self, intent: Intent) -> State {
        match intent {
            Intent::AskNow if self.waiting.end() => {
                self.is_urged = true;
                self.wait_is_over()
            }
            Intent::Stop => self.journey.fail(Failure::Stopped),
            _ => self.into(),
        }
    }
}
