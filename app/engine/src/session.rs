//! One issuance at work: the flow in a loop with what it has in flight.
//!
//! All of it is one future. Dropping it drops the requests, timers and questions in flight, so that
//! nothing late can reach the next session.

use std::cell::RefCell;
use std::rc::Rc;

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::{AbortHandle, Fuse, FusedFuture, LocalBoxFuture, abortable};
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt, select_biased};
use gloo_timers::future::TimeoutFuture;
use tabcert_engine_api::{Notice, SessionId};
use tabcert_issuance::issuance::Start;
use tabcert_issuance::{Effect, Event, Intent, Issuance};
use wasm_bindgen_futures::spawn_local;

use crate::files::Issued;
use crate::{clock, edge, http, keys, scope, timer};

/// What the machine does within this time is shown together: often enough to be watched, and seldom
/// enough not to take the processor from what is being watched.
const FRAME_MS: u32 = 100;

/// A running session; dropping it ends it.
pub(crate) struct Session {
    intents: UnboundedSender<Intent>,
    issued: Outcome,
    task: AbortHandle,
}

/// What was issued, once it is.
type Outcome = Rc<RefCell<Option<Rc<RefCell<Issued>>>>>;

impl Session {
    /// Turns to the CA.
    pub(crate) fn start(id: SessionId, start: Start) -> Self {
        let (intents, received) = unbounded();
        let issued = Outcome::default();
        let (issuance, effects) = Issuance::connect(start, clock::now_ms());
        let work = run(id, issuance, effects, received, Rc::clone(&issued));
        let (task, abort) = abortable(work);
        spawn_local(task.map(drop));
        Self {
            intents,
            issued,
            task: abort,
        }
    }

    /// States what the visitor wants.
    pub(crate) fn dispatch(&self, intent: Intent) {
        // Fails where the session has ended: there is nobody who could act on it.
        let _ = self.intents.unbounded_send(intent);
    }

    /// What was issued, once it is.
    pub(crate) fn issued(&self) -> Option<Rc<RefCell<Issued>>> {
        self.issued.borrow().clone()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn run(
    id: SessionId,
    mut issuance: Issuance,
    effects: Vec<Effect>,
    mut intents: UnboundedReceiver<Intent>,
    issued: Outcome,
) {
    let mut in_flight = FuturesUnordered::new();
    in_flight.extend(effects.into_iter().filter_map(perform));
    show(id, &issuance);
    let mut frame = Fuse::terminated();

    loop {
        let event = select_biased! {
            intent = intents.select_next_some() => Event::Intent(intent),
            event = in_flight.select_next_some() => event,
            () = frame => {
                show(id, &issuance);
                continue;
            }
            complete => return,
        };
        let (next, effects) = issuance.handle(event, clock::now_ms());
        issuance = next;
        in_flight.extend(effects.into_iter().filter_map(perform));
        // Before the page can ask for its files.
        if issued.borrow().is_none()
            && let Some(delivery) = issuance.delivery()
        {
            issued.replace(Some(Rc::new(RefCell::new(Issued::new(delivery.clone())))));
        }
        if !issuance.is_working() {
            // The visitor's turn: at once.
            frame = Fuse::terminated();
            show(id, &issuance);
        } else if frame.is_terminated() {
            frame = TimeoutFuture::new(FRAME_MS).fuse();
        }
    }
}

fn show(session: SessionId, issuance: &Issuance) {
    let view = Box::new(issuance.view());
    scope::tell(&Notice::View { session, view });
}

/// Performs an effect; the future yields its answer. Nothing is answered where nobody waits.
fn perform(effect: Effect) -> Option<LocalBoxFuture<'static, Event>> {
    let answer = match effect {
        Effect::Http {
            id, route, request, ..
        } => async move {
            let result = http::send(route, &request).await;
            Event::Http { id, result }
        }
        .boxed_local(),
        Effect::Wait { id, milliseconds } => async move {
            timer::sleep(milliseconds).await;
            Event::TimerFired(id)
        }
        .boxed_local(),
        Effect::PrepareCsr(task) => {
            async move { Event::CsrPrepared(keys::prepare_csr(task).await) }.boxed_local()
        }
        Effect::CheckChain(task) => {
            async move { Event::Checked(keys::check_chain(&task)) }.boxed_local()
        }
        Effect::PublishToken(task) => async move {
            let result = edge::publish(&task).await;
            let token = task.token;
            Event::TokenPublished { token, result }
        }
        .boxed_local(),
        Effect::Store(_) => std::future::ready(Event::Stored).boxed_local(),
        Effect::WithdrawToken(task) => {
            // Also after the session's end; what fails here expires at the edge.
            spawn_local(async move { drop(edge::withdraw(&task).await) });
            return None;
        }
    };
    Some(answer)
}
