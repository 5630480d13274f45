//! One issuance at work: the flow in a loop with what it has in flight.
//!
//! All of it is one future. Dropping it drops the requests, timers and questions in flight, so that
//! nothing late can reach the next session.

use std::rc::Rc;

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::{AbortHandle, Fuse, FusedFuture, LocalBoxFuture, abortable};
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt, select_biased};
use gloo_timers::future::TimeoutFuture;
use leptos::task::spawn_local;
use tabcert_issuance::issuance::Start;
use tabcert_issuance::{Effect, Event, Intent, Issuance};

use crate::shell::keygen::KeyWorker;
use crate::shell::{clock, edge, http, timer};
use crate::store::screen::Screen;

/// What happens within this time is shown together: one frame at 60 Hz.
const FRAME_MS: u32 = 16;

/// A running session; dropping it ends it.
pub(super) struct Session {
    wishes: UnboundedSender<Wish>,
    task: AbortHandle,
}

enum Wish {
    Intent(Intent),
    KeySaved,
}

impl Session {
    /// Starts as soon as `start` is known.
    pub(super) fn start(
        start: impl Future<Output = Start> + 'static,
        key_worker: Rc<KeyWorker>,
        screen: Screen,
    ) -> Self {
        let (wishes, received) = unbounded();
        let (task, abort) = abortable(async move {
            let (issuance, effects) = Issuance::connect(start.await, clock::now_ms());
            run(issuance, effects, received, &key_worker, screen).await;
        });
        spawn_local(task.map(drop));
        Self {
            wishes,
            task: abort,
        }
    }

    pub(super) fn dispatch(&self, intent: Intent) {
        self.send(Wish::Intent(intent));
    }

    pub(super) fn key_saved(&self) {
        self.send(Wish::KeySaved);
    }

    fn send(&self, wish: Wish) {
        // Fails where the session has ended: there is nobody who could act on it.
        let _ = self.wishes.unbounded_send(wish);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn run(
    mut issuance: Issuance,
    effects: Vec<Effect>,
    mut wishes: UnboundedReceiver<Wish>,
    key_worker: &Rc<KeyWorker>,
    mut screen: Screen,
) {
    let mut in_flight = FuturesUnordered::new();
    in_flight.extend(
        effects
            .into_iter()
            .filter_map(|effect| perform(effect, key_worker)),
    );
    screen.show(issuance.view());
    let mut frame = Fuse::terminated();

    loop {
        let event = select_biased! {
            wish = wishes.select_next_some() => match wish {
                Wish::Intent(intent) => Event::Intent(intent),
                Wish::KeySaved => {
                    screen.key_saved();
                    continue;
                }
            },
            event = in_flight.select_next_some() => event,
            () = frame => {
                screen.show(issuance.view());
                continue;
            }
            () = screen.next_tick() => {
                screen.tick();
                continue;
            }
            complete => return,
        };
        let (next, effects) = issuance.handle(event, clock::now_ms());
        issuance = next;
        in_flight.extend(
            effects
                .into_iter()
                .filter_map(|effect| perform(effect, key_worker)),
        );
        if frame.is_terminated() {
            frame = TimeoutFuture::new(FRAME_MS).fuse();
        }
    }
}

/// Performs an effect; the future yields its answer. Nothing is answered where nobody waits.
fn perform(effect: Effect, key_worker: &Rc<KeyWorker>) -> Option<LocalBoxFuture<'static, Event>> {
    let key_worker = Rc::clone(key_worker);
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
            async move { Event::CsrPrepared(key_worker.prepare_csr(task).await) }.boxed_local()
        }
        Effect::CheckChain(task) => {
            async move { Event::Checked(key_worker.check_chain(task).await) }.boxed_local()
        }
        Effect::PublishToken(task) => async move {
            let result = edge::publish(&task).await;
            let token = task.token;
            Event::TokenPublished { token, result }
        }
        .boxed_local(),
        Effect::WithdrawToken(task) => {
            // Also after the session's end; what fails here expires at the edge.
            spawn_local(async move { drop(edge::withdraw(&task).await) });
            return None;
        }
    };
    Some(answer)
}
