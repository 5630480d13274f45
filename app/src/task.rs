//! Work that goes on after the click or the redraw that began it.
//!
//! Signals, memos, stored values and references to elements belong to the part of the screen that made
//! them (its [`Owner`]). To read one after that part has gone is a panic, which ends the program. So what
//! runs later than its caller is begun here and nowhere else, and ends with the part that began it;
//! `clippy.toml` refuses the ways around it.
//!
//! - [`spawn`]: a future; [`next_frame`]: a function; [`hold`]: listeners and timers
//! - [`Scope`]: the part that something belongs to which others begin work for
//! - [`to_the_end`]: work that knows nothing of the screen, and is done whatever becomes of it

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::channel::oneshot;
use futures::future::abortable;
use leptos::prelude::{
    GetValue, Owner, StoredValue, on_cleanup, request_animation_frame_with_handle,
};
use leptos::reactive::owner::WeakOwner;

/// Does work for the part of the screen that is being made, or whose event is being handled: it is
/// dropped with that part, or when an effect that began it runs again. Begun by the page itself, it ends
/// with the page.
pub(crate) fn spawn(work: impl Future<Output = ()> + 'static) {
    let (work, abort) = abortable(work);
    on_cleanup(move || abort.abort());
    let owner = Owner::current().map(|owner| owner.downgrade());
    let mut work = Box::pin(work);
    detach(poll_fn(move |context| {
        let work = work.as_mut();
        match owner.as_ref().map(WeakOwner::upgrade) {
            Some(Some(owner)) => owner.with(|| work.poll(context)).map(drop),
            Some(None) => Poll::Ready(()),
            None => work.poll(context).map(drop),
        }
    }));
}

/// Does something with the next frame, if what is being made is still there then.
pub(crate) fn next_frame(work: impl FnOnce() + 'static) {
    // Where the browser has no frames, there is nothing to be seen.
    if let Ok(frame) = request_animation_frame_with_handle(work) {
        on_cleanup(move || frame.cancel());
    }
}

/// Keeps a listener or a timer for as long as what is being made is there.
pub(crate) fn hold<T: 'static>(held: T) {
    StoredValue::new_local(held);
}

/// Does work to its end. It must not be given anything of a part of the screen: what is to be shown of
/// its outcome is awaited by a task of that part.
pub(crate) fn to_the_end<T: 'static>(work: impl Future<Output = T> + 'static) -> Outcome<T> {
    let (sender, outcome) = oneshot::channel();
    detach(sending(work, sender));
    Outcome(outcome)
}

async fn sending<T>(work: impl Future<Output = T>, sender: oneshot::Sender<T>) {
    // Fails where nobody waits for it.
    let _ = sender.send(work.await);
}

#[allow(
    clippy::disallowed_methods,
    reason = "everything else goes through here"
)]
fn detach(work: impl Future<Output = ()> + 'static) {
    leptos::task::spawn_local(work);
}

/// What comes of work. It goes on where this is dropped, and this never ends where the work is dropped.
pub(crate) struct Outcome<T>(oneshot::Receiver<T>);

impl<T> Future for Outcome<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        match Pin::new(&mut self.0).poll(context) {
            Poll::Ready(Ok(outcome)) => Poll::Ready(outcome),
            Poll::Ready(Err(oneshot::Canceled)) | Poll::Pending => Poll::Pending,
        }
    }
}

/// The part of the screen that something belongs to.
#[derive(Clone, Copy)]
pub(crate) struct Scope(StoredValue<Option<WeakOwner>>);

impl Scope {
    /// The part that is being made.
    pub(crate) fn here() -> Self {
        Self(StoredValue::new(
            Owner::current().map(|owner| owner.downgrade()),
        ))
    }

    /// Does work that ends with this part, whoever began it; none where it has gone.
    pub(crate) fn spawn<T: 'static>(self, work: impl Future<Output = T> + 'static) -> Outcome<T> {
        let (sender, outcome) = oneshot::channel();
        let owner = self.0.try_get_value().flatten();
        if let Some(owner) = owner.and_then(|owner| owner.upgrade()) {
            owner.with(|| spawn(sending(work, sender)));
        }
        Outcome(outcome)
    }
}
