//! The states of an issuance, one file each, in the order of the journey.
//!
//! Every event is offered to the current state, which consumes itself and returns the next one.
//! What a state does not mention it ignores: that is how late answers and second clicks end.

mod active_order;
mod authorizing;
mod checking;
mod connected;
mod connecting;
mod context;
mod csr;
mod diagnosing;
mod downloading;
mod failed;
mod finalizing;
mod issued;
mod journey;
mod kept;
mod ordering;
mod proving;
mod publishing;
mod recovering;
mod registering;
mod resuming;
mod validating;
mod waiting;

pub(crate) use connecting::Connecting;
pub(crate) use context::Context;

use tabcert_acme::http::Response;
use tabcert_acme::token::Token;

use crate::effect::{RequestId, TimerId};
use crate::event::{Application, CertificateSummary, CheckError, PublishError, TransportError};
use crate::failure::Failure;
use crate::gate::depends_on_storage;
use crate::saved::Saved;
use crate::session::{Reply, Session};
use crate::view::{CaView, Phase, Work};
use crate::{Effect, Event, Intent};
use authorizing::Authorizing;
use checking::Checking;
use connected::Connected;
use diagnosing::Diagnosing;
use downloading::Downloading;
use failed::{Failed, Unreached};
use finalizing::Finalizing;
use issued::Issued;
use journey::Journey;
use ordering::Ordering;
use proving::Proving;
use publishing::Publishing;
use recovering::Recovering;
use registering::Registering;
use resuming::Resuming;
use validating::Validating;

/// What a state can do. The defaults ignore: an event that a state does not expect is stale.
trait Behaviour: Sized + Into<State> {
    fn phase(&self) -> Phase;

    /// A raw answer, for states before there is a session.
    fn on_http(self, _id: RequestId, _result: Result<Response, TransportError>) -> State {
        self.into()
    }

    fn on_reply(self, _reply: Reply) -> State {
        self.into()
    }

    fn on_timer(self, _id: TimerId) -> State {
        self.into()
    }

    /// The key and CSR are there; the journey has them already.
    fn on_csr(self) -> State {
        self.into()
    }

    fn on_token(self, _token: &Token, _result: Result<(), PublishError>) -> State {
        self.into()
    }

    fn on_checked(self, _result: Result<CertificateSummary, CheckError>) -> State {
        self.into()
    }

    fn on_intent(self, _intent: Intent) -> State {
        self.into()
    }
}

macro_rules! states {
    (before the journey: $($early:ident),+; on the journey: $($state:ident),+;) => {
        /// Where an issuance stands.
        #[derive(Debug)]
        #[allow(clippy::large_enum_variant, reason = "an issuance has one at a time")]
        pub(crate) enum State {
            $($early($early),)+
            $($state($state),)+
        }

        $(impl From<$early> for State {
            fn from(state: $early) -> Self {
                Self::$early(state)
            }
        })+
        $(impl From<$state> for State {
            fn from(state: $state) -> Self {
                Self::$state(state)
            }
        })+

        macro_rules! each {
            ($value:expr, $name:ident => $body:expr) => {
                match $value {
                    $(State::$early($name) => $body,)+
                    $(State::$state($name) => $body,)+
                }
            };
        }

        impl State {
            pub(crate) fn context(&self) -> &Context {
                match self {
                    $(Self::$early(state) => &state.cx,)+
                    $(Self::$state(state) => &state.journey.cx,)+
                }
            }

            pub(crate) fn context_mut(&mut self) -> &mut Context {
                match self {
                    $(Self::$early(state) => &mut state.cx,)+
                    $(Self::$state(state) => &mut state.journey.cx,)+
                }
            }

            fn fail(self, failure: Failure) -> Self {
                match self {
                    $(Self::$early(state) => state.into(),)+
                    $(Self::$state(state) => state.journey.fail(failure),)+
                }
            }

            fn journey(&self) -> Option<&Journey> {
                match self {
                    $(Self::$early(_) => None,)+
                    $(Self::$state(state) => Some(&state.journey),)+
                }
            }

            fn journey_mut(&mut self) -> Option<&mut Journey> {
                match self {
                    $(Self::$early(_) => None,)+
                    $(Self::$state(state) => Some(&mut state.journey),)+
                }
            }
        }
    };
}

states! {
    before the journey: Connecting, Connected, Unreached;
    on the journey: Registering, Ordering, Recovering, Resuming, Authorizing, Proving, Publishing, Validating, Diagnosing,
        Finalizing, Downloading, Checking, Issued, Failed;
}

/// What came of the search for a way to the CA.
pub(crate) enum Connection {
    /// It goes on.
    Sought(Box<State>),
    /// The CA answers.
    Found(Box<Context>, Box<Session>),
    /// There is none.
    None(Failure),
}

impl State {
    /// What came of the search for a way to the CA, for those who want nothing else of the flow.
    pub(crate) fn connection(self) -> Connection {
        match self {
            Self::Connected(Connected { cx, session }) => {
                Connection::Found(Box::new(cx), Box::new(session))
            }
            Self::Unreached(unreached) => Connection::None(unreached.failure),
            state => Connection::Sought(Box::new(state)),
        }
    }

    pub(crate) fn on(mut self, event: Event) -> Self {
        match event {
            Event::Http { id, result } => match self.journey_mut() {
                None => each!(self, state => state.on_http(id, result)),
                Some(journey) => match journey.session.receive(&mut journey.cx, id, result) {
                    None => self,
                    Some(reply) => each!(self, state => state.on_reply(reply)),
                },
            },
            Event::TimerFired(id) => {
                let taken = self
                    .journey_mut()
                    .is_some_and(|journey| journey.session.timer_fired(&mut journey.cx, id));
                if taken {
                    self
                } else {
                    each!(self, state => state.on_timer(id))
                }
            }
            Event::CsrPrepared(result) => match self
                .journey_mut()
                .map(|journey| journey.csr_prepared(result))
            {
                None => self,
                Some(Ok(())) => each!(self, state => state.on_csr()),
                // What stopped the order stays in view; the next attempt makes the key again.
                Some(Err(_)) if matches!(self, Self::Failed(_)) => self,
                Some(Err(error)) => self.fail(Failure::Key(error)),
            },
            Event::TokenPublished { token, result } => {
                each!(self, state => state.on_token(&token, result))
            }
            // The gate's alone.
            Event::Stored => self,
            Event::Checked(result) => each!(self, state => state.on_checked(result)),
            Event::Intent(intent) => self.on_intent(intent),
        }
    }

    /// A request that waits to be repeated is nobody's but the session's.
    fn on_intent(mut self, intent: Intent) -> Self {
        if let Some(journey) = self.journey_mut() {
            match intent {
                Intent::AskNow if journey.session.hurry(&mut journey.cx) => return self,
                Intent::Stop => {
                    if let Some(failure) = journey.session.stop() {
                        return self.fail(failure);
                    }
                }
                _ => {}
            }
        }
        each!(self, state => state.on_intent(intent))
    }

    pub(crate) fn phase(&self) -> Phase {
        let phase = each!(self, state => state.phase());
        let hold = self.journey().and_then(|journey| journey.session.hold());
        match (phase, hold) {
            (Phase::Working(work), Some(hold)) => Phase::Working(Work {
                next_at_ms: Some(hold.until_ms),
                hold: Some(hold.clone()),
                ..work
            }),
            (phase, _) => phase,
        }
    }

    /// Whether it waits for the visitor after a failure.
    pub(crate) fn has_failed(&self) -> bool {
        matches!(self, Self::Failed(_))
    }

    /// What was to be sent when the failure came is not sent any more.
    pub(crate) fn drop_requests(&mut self) {
        let context = self.context_mut();
        let effects = context.take_effects().into_iter();
        let (dropped, kept): (Vec<_>, Vec<_>) = effects.partition(depends_on_storage);
        context.effects(kept);
        self.never_sent(dropped);
    }

    /// These effects were not handed out, and will not be: nobody waits for what comes of them.
    pub(crate) fn never_sent(&mut self, effects: Vec<Effect>) {
        let Some(journey) = self.journey_mut() else {
            return;
        };
        for effect in effects {
            if let Effect::Http { id, .. } = effect {
                journey.session.forget_request(id);
                journey.cx.forget(id);
            }
        }
    }

    pub(crate) fn application(&self) -> Option<&Application> {
        self.journey().map(|journey| &journey.application)
    }

    /// How often what has to be stored has changed.
    pub(crate) fn revision(&self) -> u64 {
        self.journey().map_or(0, |journey| journey.kept.revision())
    }

    /// What has to be stored.
    pub(crate) fn saved(&self) -> Option<Saved> {
        self.journey().map(Journey::saved)
    }

    pub(crate) fn ca(&self) -> Option<CaView> {
        match self {
            Self::Connecting(_) | Self::Unreached(_) => None,
            Self::Connected(state) => Some(journey::ca_view(&state.cx, &state.session)),
            other => other
                .journey()
                .map(|journey| journey::ca_view(&journey.cx, &journey.session)),
        }
    }
}
