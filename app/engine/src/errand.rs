//! One errand at a CA, from the first request to its end.

use futures::future::LocalBoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use tabcert_issuance::errand::{Ended, Errand, Start};
use tabcert_issuance::{Effect, Event};

use crate::{clock, http, timer};

/// Does it.
///
/// # Errors
/// [`tabcert_issuance::errand::Undone`] says what the CA or the network had against it.
pub(crate) async fn run(start: Start) -> Ended {
    let (mut errand, effects) = Errand::begin(start, clock::now_ms());
    let mut in_flight = FuturesUnordered::new();
    in_flight.extend(effects.into_iter().filter_map(perform));
    loop {
        if let Some(ended) = errand.ended() {
            return ended.clone();
        }
        // An errand that has not ended waits for something.
        let event = in_flight.select_next_some().await;
        let (next, effects) = errand.handle(event, clock::now_ms());
        errand = next;
        in_flight.extend(effects.into_iter().filter_map(perform));
    }
}

fn perform(effect: Effect) -> Option<LocalBoxFuture<'static, Event>> {
    match effect {
        Effect::Http {
            id, route, request, ..
        } => Some(
            async move {
                let result = http::send(route, &request).await;
                Event::Http { id, result }
            }
            .boxed_local(),
        ),
        Effect::Wait { id, milliseconds } => Some(
            async move {
                timer::sleep(milliseconds).await;
                Event::TimerFired(id)
            }
            .boxed_local(),
        ),
        // Those of issuing.
        _ => None,
    }
}
