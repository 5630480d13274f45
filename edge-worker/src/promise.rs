//! Waiting for JavaScript's promises.
//!
//! `JsFuture` makes two closures for each promise and registers both for finalization, which costs
//! the garbage collector more than everything else that a request does. Here two closures serve all
//! promises: JavaScript binds them to the number of the slot that waits.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use slab::Slab;
use worker::js_sys::Promise;
use worker::wasm_bindgen::closure::Closure;
use worker::wasm_bindgen::{self, JsCast, JsValue, prelude::wasm_bindgen};

/// How a promise ends.
type Outcome = Result<JsValue, JsValue>;

/// Waits until the promise is settled.
pub(crate) fn settled(promise: &Promise) -> Settled {
    let slot = SLOTS.with_borrow_mut(|slots| slots.insert(Slot::Waiting(None)));
    // A WebAssembly memory has no room for 2^32 slots.
    let number = slot as u32;
    CALLBACKS.with(|[fulfilled, rejected]| {
        let undefined = &JsValue::UNDEFINED;
        promise.unchecked_ref::<Thenable>().then(
            &fulfilled.bind(undefined, number),
            &rejected.bind(undefined, number),
        );
    });
    Settled { slot: Some(slot) }
}

/// The wait for a promise.
pub(crate) struct Settled {
    /// `None` once the outcome was given out.
    slot: Option<usize>,
}

impl Future for Settled {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        let Some(slot) = self.slot else {
            return Poll::Pending;
        };
        let outcome = SLOTS.with_borrow_mut(|slots| match slots.get_mut(slot) {
            Some(Slot::Waiting(waker)) => {
                *waker = Some(context.waker().clone());
                None
            }
            _ => slots.try_remove(slot),
        });
        match outcome {
            Some(Slot::Settled(outcome)) => {
                self.slot = None;
                Poll::Ready(outcome)
            }
            _ => Poll::Pending,
        }
    }
}

impl Drop for Settled {
    fn drop(&mut self) {
        let Some(slot) = self.slot else { return };
        // What was waited for is dropped after the slots are free again: it may be waiting itself.
        let _dropped = SLOTS.with_borrow_mut(|slots| match slots.get_mut(slot) {
            // The promise still knows the number, so it must not be given to another.
            Some(waiting @ Slot::Waiting(_)) => Some(std::mem::replace(waiting, Slot::Abandoned)),
            _ => slots.try_remove(slot),
        });
    }
}

enum Slot {
    Waiting(Option<Waker>),
    Settled(Outcome),
    /// Nobody waits any more, but the promise is still to be settled.
    Abandoned,
}

thread_local! {
    static SLOTS: RefCell<Slab<Slot>> = const { RefCell::new(Slab::new()) };
    static CALLBACKS: [Callback; 2] = [callback(Ok), callback(Err)];
}

/// A function that takes a slot's number and a value; it lives as long as the instance.
fn callback(outcome: fn(JsValue) -> Outcome) -> Callback {
    Closure::<dyn Fn(u32, JsValue)>::new(move |slot, value| settle(slot, outcome(value)))
        .into_js_value()
        .unchecked_into()
}

fn settle(slot: u32, outcome: Outcome) {
    let slot = slot as usize;
    let waker = SLOTS.with_borrow_mut(|slots| match slots.get_mut(slot) {
        Some(Slot::Waiting(waker)) => {
            let waker = waker.take();
            slots[slot] = Slot::Settled(outcome);
            waker
        }
        Some(Slot::Abandoned) => {
            slots.remove(slot);
            None
        }
        Some(Slot::Settled(_)) | None => None,
    });
    if let Some(waker) = waker {
        waker.wake();
    }
}

#[wasm_bindgen]
extern "C" {
    type Callback;

    /// `Function.prototype.bind`: `js_sys` has it for other types of functions only.
    #[wasm_bindgen(method)]
    fn bind(this: &Callback, receiver: &JsValue, slot: u32) -> Callback;

    type Thenable;

    #[wasm_bindgen(method)]
    fn then(this: &Thenable, fulfilled: &Callback, rejected: &Callback);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// As [`settled`], for a promise that only this test settles.
    fn wait() -> Settled {
        let slot = SLOTS.with_borrow_mut(|slots| slots.insert(Slot::Waiting(None)));
        Settled { slot: Some(slot) }
    }

    fn number(wait: &Settled) -> u32 {
        wait.slot.expect("a slot") as u32
    }

    fn free() -> bool {
        SLOTS.with_borrow(Slab::is_empty)
    }

    #[test]
    fn whoever_waits_is_woken_once_and_leaves_nothing() {
        let count = Arc::new(Count::default());
        let waker = Waker::from(Arc::clone(&count));
        let mut context = Context::from_waker(&waker);
        let mut wait = wait();
        assert!(Pin::new(&mut wait).poll(&mut context).is_pending());
        let slot = number(&wait);
        settle(slot, Ok(JsValue::NULL));
        settle(slot, Err(JsValue::NULL));
        assert_eq!(count.0.load(Ordering::Relaxed), 1);
        assert!(matches!(
            Pin::new(&mut wait).poll(&mut context),
            Poll::Ready(Ok(_))
        ));
        drop(wait);
        assert!(free());
    }

    #[test]
    fn a_number_is_not_given_out_again_before_its_promise_is_settled() {
        let abandoned = wait();
        let slot = number(&abandoned);
        drop(abandoned);
        let next = wait();
        assert_ne!(number(&next), slot);
        settle(slot, Ok(JsValue::NULL));
        settle(number(&next), Ok(JsValue::NULL));
        drop(next);
        assert!(free());
    }
}
