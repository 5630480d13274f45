//! The CSR is handed in and the CA makes the certificate.

use tabcert_acme::csr::finalize_payload;
use tabcert_acme::order::{Order, OrderStatus};
use tabcert_acme::problem::{Problem, ProblemKind};

use super::active_order::ActiveOrder;
use super::waiting::Waiting;
use super::{Behaviour, Downloading, Journey, State};
use crate::Intent;
use crate::effect::TimerId;
use crate::failure::{Failure, Refusal};
use crate::session::Reply;
use crate::transcript::RequestKind;
use crate::view::{Phase, Stage, Work};

/// Waits for the CSR, then for the certificate.
#[derive(Debug)]
pub(crate) struct Finalizing {
    pub(crate) journey: Journey,
    order: ActiveOrder,
    submitted: bool,
    /// The refusal to finalize.
    refusal: Option<Box<Refusal>>,
    /// What the CA said when it first had a fault of its own: what follows from it says less.
    first_fault: Option<Box<Problem>>,
    next: Next,
    waiting: Waiting,
}

/// What is asked when a wait ends.
#[derive(Debug)]
enum Next {
    /// How the order stands.
    Look,
    /// To finalize, once more.
    Submit,
}

impl Finalizing {
    /// Takes an order that is `ready`, or further.
    pub(super) fn begin(mut journey: Journey, order: ActiveOrder) -> State {
        journey.session.expect_calls(0);
        journey.enter();
        let waiting = Waiting::new(journey.session.fastest_ms());
        Self {
            journey,
            order,
            submitted: false,
            refusal: None,
            first_fault: None,
            next: Next::Look,
            waiting,
        }
        .submit()
    }

    /// The CSR was handed in before: the certificate is being made.
    pub(super) fn watch(mut journey: Journey, order: ActiveOrder) -> State {
        journey.session.expect_calls(0);
        journey.enter();
        let mut waiting = Waiting::new(journey.session.fastest_ms());
        waiting.pause(&mut journey.cx, None);
        Self {
            journey,
            order,
            submitted: true,
            refusal: None,
            first_fault: None,
            next: Next::Look,
            waiting,
        }
        .into()
    }

    /// RFC 8555 §7.4: "Once the client believes it has fulfilled the server's requirements, it
    /// should send a POST request to the order resource's finalize URL."
    fn submit(mut self) -> State {
        let Some(csr_der) = self.journey.csr_der() else {
            return self.into();
        };
        let payload = finalize_payload(csr_der);
        let Some(url) = self.order.order.finalize.clone() else {
            // Left out of the answer: the next look at the order may bring it.
            self.next = Next::Look;
            return if self.waiting.pause(&mut self.journey.cx, None) {
                self.into()
            } else {
                self.journey.fail(Failure::TookTooLong)
            };
        };
        self.submitted = true;
        self.journey.call(RequestKind::Finalize, url, payload);
        self.into()
    }

    fn look(mut self) -> State {
        self.journey
            .fetch(RequestKind::Order, 0, self.order.url.clone());
        self.into()
    }

    fn wait_is_over(self) -> State {
        match self.next {
            Next::Look => self.look(),
            Next::Submit => self.submit(),
        }
    }
}

impl Behaviour for Finalizing {
    fn phase(&self) -> Phase {
        let stage = if self.submitted {
            Stage::Finalizing
        } else {
            Stage::MakingKey
        };
        let next_at_ms = self.waiting.next_at_ms();
        Phase::Working(Work {
            next_at_ms,
            ..self.journey.working(stage)
        })
    }

    fn on_csr(self) -> State {
        if self.submitted {
            self.into()
        } else {
            self.submit()
        }
    }

    fn on_reply(mut self, reply: Reply) -> State {
        let response = match reply.result {
            Ok(response) => response,
            Err(Failure::Refused(refusal)) if is_about_the_order(&refusal) => {
                if self.first_fault.is_none() {
                    self.first_fault = reply.first_fault;
                }
                if self.refusal.as_deref().is_none_or(|first| !is_final(first)) {
                    self.refusal = Some(refusal);
                }
                return self.look();
            }
            Err(failure) => return self.journey.fail(failure),
        };
        let order = match Order::parse(&response.body) {
            Ok(order) => order,
            Err(error) => return self.journey.fail(Failure::Protocol(error)),
        };
        if order.finalize.is_some() {
            self.order.order.finalize.clone_from(&order.finalize);
        }
        if order.status == OrderStatus::Valid {
            self.journey.order_is_valid();
        }
        // RFC 8555 §7.4, of "ready": "Submit a finalization request." But not at once: a CA that
        // refused one just now contradicts itself.
        let asked_the_order = reply.purpose.kind == RequestKind::Order;
        self.next = if asked_the_order && order.status == OrderStatus::Ready {
            Next::Submit
        } else {
            Next::Look
        };
        match (order.status, order.certificate) {
            (OrderStatus::Valid, Some(url)) => Downloading::begin(self.journey, url),
            (OrderStatus::Invalid, _) => {
                let refused = self.refusal.map(|refusal| Box::new(refusal.problem));
                let said_before = self.first_fault.or(refused);
                let problem = order.error.map(Box::new).or(said_before);
                self.journey.fail(Failure::OrderInvalid(problem))
            }
            // The refusal was meant: the order waits for another request.
            (OrderStatus::Pending | OrderStatus::Ready | OrderStatus::Unknown, _)
                if self.refusal.as_deref().is_some_and(is_final) =>
            {
                match self.refusal {
                    Some(refusal) => self.journey.fail(Failure::Refused(refusal)),
                    None => self.into(),
                }
            }
            _ if self.waiting.pause(&mut self.journey.cx, Some(&response)) => self.into(),
            _ => self.journey.fail(Failure::TookTooLong),
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
            Intent::AskNow if self.waiting.end() => self.wait_is_over(),
            Intent::Stop if self.submitted => self.journey.fail(Failure::Stopped),
            _ => self.into(),
        }
    }
}

/// Whether the order says what has become of a refused finalization: an earlier attempt may have
/// arrived, only its answer did not, or the order has not survived the refusal. A limit says nothing
/// about it.
fn is_about_the_order(refusal: &Refusal) -> bool {
    refusal.kind == RequestKind::Finalize && !refusal.is_limit()
}

/// Whether the same request would be refused again.
fn is_final(refusal: &Refusal) -> bool {
    refusal.problem.kind() != ProblemKind::OrderNotReady
}
