//! The points of the journey, and how a conversation gets there when everybody does well.

use tabcert_issuance::Intent;
use tabcert_issuance::event::TransportError;
use tabcert_issuance::proof::Method;
use tabcert_issuance::transcript::RequestKind;
use tabcert_issuance::view::{Phase, Stage};

use crate::answers::Answer;
use crate::conversation::Conversation;

/// Longer than any journey of these tests.
const MAX_STEPS: usize = 1_000;

/// Where the machine waits for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// For the directory.
    Connecting,
    /// For the first nonce.
    ProbingNonce,
    /// For the visitor, because the CA was never reached.
    Unreached,
    /// For the visitor, who wants a certificate or not.
    Connected,
    Registering,
    Ordering,
    Authorizing,
    /// For the visitor's proofs.
    Proving,
    /// For the edge.
    Publishing,
    /// For the answers to the challenges that are started.
    Starting,
    /// For the time to look at the order.
    AwaitingLook,
    /// For the order.
    Looking,
    Diagnosing,
    /// For the key.
    MakingKey,
    /// For the answer to finalize.
    Finalizing,
    /// For the time to look whether the certificate is made.
    AwaitingCertificate,
    Downloading,
    Checking,
    Issued,
    /// For the visitor, after a failure.
    Failed,
}

impl Point {
    pub(crate) const ALL: [Self; 20] = [
        Self::Connecting,
        Self::ProbingNonce,
        Self::Unreached,
        Self::Connected,
        Self::Registering,
        Self::Ordering,
        Self::Authorizing,
        Self::Proving,
        Self::Publishing,
        Self::Starting,
        Self::AwaitingLook,
        Self::Looking,
        Self::Diagnosing,
        Self::MakingKey,
        Self::Finalizing,
        Self::AwaitingCertificate,
        Self::Downloading,
        Self::Checking,
        Self::Issued,
        Self::Failed,
    ];

    fn is_reached(self, talk: &Conversation) -> bool {
        let stage = |wanted| talk.stage() == Some(wanted) && talk.csr_tasks.is_empty();
        let asking = |kind| talk.waiting().contains(&kind);
        let pausing = !talk.timers.is_empty();
        match self {
            Self::Connecting => asking(RequestKind::Directory),
            Self::ProbingNonce => {
                matches!(talk.phase(), Phase::Connecting(_)) && asking(RequestKind::NewNonce)
            }
            Self::Connected => matches!(talk.phase(), Phase::Connected),
            Self::Registering => stage(Stage::Registering),
            Self::Ordering => stage(Stage::Ordering),
            Self::Authorizing => stage(Stage::Authorizing),
            Self::Proving => matches!(talk.phase(), Phase::Proving(_)),
            Self::Publishing => stage(Stage::Publishing),
            Self::Starting => stage(Stage::Validating) && asking(RequestKind::Challenge),
            Self::AwaitingLook => stage(Stage::Validating) && pausing,
            Self::Looking => stage(Stage::Validating) && asking(RequestKind::Order),
            Self::Diagnosing => stage(Stage::Diagnosing),
            Self::MakingKey => talk.stage() == Some(Stage::MakingKey),
            Self::Finalizing => stage(Stage::Finalizing) && asking(RequestKind::Finalize),
            Self::AwaitingCertificate => stage(Stage::Finalizing) && pausing,
            Self::Downloading => stage(Stage::Downloading),
            Self::Checking => stage(Stage::Checking),
            Self::Issued => matches!(talk.phase(), Phase::Issued(_)),
            Self::Unreached | Self::Failed => matches!(talk.phase(), Phase::Failed(_)),
        }
    }
}

impl Conversation {
    /// A conversation about these names that has come to a point of the journey.
    pub(crate) fn at(point: Point, names: &[&str]) -> Self {
        let mut talk = Self::new(names, true);
        match point {
            Point::Unreached => {
                let error = TransportError::TimedOut;
                for _ in 0..2 {
                    talk.lose(RequestKind::Directory, error.clone());
                    talk.lose(RequestKind::Directory, error.clone());
                    if !talk.timers.is_empty() {
                        talk.tick();
                    }
                }
            }
            Point::Publishing => talk.method = Method::HttpEdge,
            Point::MakingKey => talk.slow_key = true,
            Point::AwaitingCertificate => talk.ca.looks_before_valid = 1,
            Point::Diagnosing | Point::Failed => {
                let words = "not what was asked for".to_owned();
                talk.ca.failing.insert(names[0].to_owned(), words);
            }
            _ => {}
        }
        talk.go_to(point);
        talk
    }

    /// Everybody does what is expected until a point is reached.
    pub(crate) fn go_to(&mut self, point: Point) {
        for _ in 0..MAX_STEPS {
            if point.is_reached(self) {
                return;
            }
            self.step();
        }
        panic!("{point:?} is not reached from {:?}", self.phase());
    }

    /// One of those who owe an answer gives it. Only when nobody else does, time passes, and only
    /// when there is nothing to wait for, the visitor acts.
    pub(crate) fn step(&mut self) {
        if self.to_store.is_some() {
            self.store();
        } else if !self.csr_tasks.is_empty() && !self.slow_key {
            self.make_csr();
        } else if !self.requests.is_empty() {
            let asked = self.requests.remove(0);
            let answer = self.ca.answer(&asked);
            self.reply(&asked, answer);
        } else if !self.to_publish.is_empty() {
            self.publish(Ok(()));
        } else if !self.checks.is_empty() {
            self.check();
        } else if !self.timers.is_empty() {
            self.tick();
        } else {
            self.visitor_acts();
        }
    }

    /// A kind of request gets this answer and no other, until the machine gives up. Returns how long it
    /// waited of its own accord, in milliseconds.
    pub(crate) fn insist(&mut self, kind: RequestKind, answer: &Answer) -> u64 {
        self.answer_always(kind, |talk| {
            talk.answer(kind, answer.clone());
        })
    }

    /// The same, where no answer comes.
    pub(crate) fn lose_always(&mut self, kind: RequestKind, error: &TransportError) -> u64 {
        self.answer_always(kind, |talk| talk.lose(kind, error.clone()))
    }

    fn answer_always(&mut self, kind: RequestKind, answer: impl Fn(&mut Self)) -> u64 {
        let mut waited_ms = 0;
        for _ in 0..MAX_STEPS {
            if matches!(self.phase(), Phase::Failed(_)) {
                return waited_ms;
            }
            if self.waiting().contains(&kind) {
                answer(self);
            } else if self.requests.is_empty() && !self.timers.is_empty() {
                waited_ms += self.tick();
            } else {
                self.step();
            }
        }
        panic!("{kind:?} is asked for ever");
    }

    /// Time passes until the order is asked about; returns how many authorizations were read meanwhile.
    pub(crate) fn waited_for_authorizations(&mut self) -> u32 {
        let mut read = 0;
        while !self.waiting().contains(&RequestKind::Order) {
            if self.requests.is_empty() {
                self.tick();
            } else {
                read += u32::from(self.waiting()[0] == RequestKind::Authorization);
                self.step();
            }
        }
        read
    }

    /// The CA answers every newNonce that waits.
    pub(crate) fn answer_nonces(&mut self) {
        while self.waiting().contains(&RequestKind::NewNonce) {
            self.answer(RequestKind::NewNonce, crate::answers::text(200, ""));
        }
    }

    fn visitor_acts(&mut self) {
        match self.phase() {
            Phase::Connected => {
                self.want(Intent::Begin(self.application.clone()));
            }
            Phase::Proving(proving) => {
                for proof in proving.names {
                    let (name, method) = (proof.name, self.method);
                    self.want(Intent::ChooseMethod { name, method });
                }
                self.want(Intent::Ready);
            }
            other => panic!("nobody owes anything: {other:?}"),
        }
    }
}
