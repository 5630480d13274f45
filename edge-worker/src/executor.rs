//! Runs what requests do, and goes on with it when JavaScript's promises are settled.
//!
//! `wasm-bindgen-futures` makes a promise for each task and two closures for each wait, registers
//! those for finalization, and goes on in microtasks, where the runtime does not say when WebAssembly
//! traps. Here a task and a wait are numbers, and every way in is a call of `runtime.js`.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use js_sys::Promise;
use wasm_bindgen::JsValue;

use crate::runtime;

/// How a promise ends.
type Outcome = Result<JsValue, JsValue>;

type Task = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    /// What waits, by the numbers of the requests.
    static TASKS: RefCell<BTreeMap<u32, Task>> = const { RefCell::new(BTreeMap::new()) };
    /// The numbers of those that need not wait any more.
    static READY: RefCell<VecDeque<u32>> = const { RefCell::new(VecDeque::new()) };
    static WAITS: RefCell<BTreeMap<u32, Wait>> = const { RefCell::new(BTreeMap::new()) };
    static LAST_WAIT: Cell<u32> = const { Cell::new(0) };
}

enum Wait {
    Waiting(Option<Waker>),
    Settled(Outcome),
}

/// Works on a task until it has to wait.
pub(crate) fn start(number: u32, task: impl Future<Output = ()> + 'static) {
    poll(number, Box::pin(task));
    run_ready();
}

/// Drops a task that nobody waits for.
pub(crate) fn forget(number: u32) {
    // Dropped when the list is free again: its waits end with it.
    let _dropped = TASKS.with_borrow_mut(|tasks| tasks.remove(&number));
}

/// Ends a wait, and works on the task that waited until it has to wait again.
pub(crate) fn settle(number: u32, outcome: Outcome) {
    let waker = WAITS.with_borrow_mut(|waits| match waits.get_mut(&number) {
        Some(wait @ Wait::Waiting(_)) => match std::mem::replace(wait, Wait::Settled(outcome)) {
            Wait::Waiting(waker) => waker,
            Wait::Settled(_) => None,
        },
        // Whoever waited was dropped.
        Some(Wait::Settled(_)) | None => None,
    });
    if let Some(waker) = waker {
        waker.wake();
    }
    run_ready();
}

/// Waits until the promise is settled.
pub(crate) fn settled(promise: &Promise) -> Settled {
    let wait = new_wait();
    runtime::wait(promise, wait.number);
    wait
}

/// Waits for what a function of `runtime.js` is told to settle by this wait's number.
pub(crate) fn settled_by(work: impl FnOnce(u32)) -> Settled {
    let wait = new_wait();
    work(wait.number);
    wait
}

fn new_wait() -> Settled {
    let number = LAST_WAIT.get().wrapping_add(1);
    LAST_WAIT.set(number);
    WAITS.with_borrow_mut(|waits| waits.insert(number, Wait::Waiting(None)));
    Settled { number }
}

/// A wait.
pub(crate) struct Settled {
    number: u32,
}

impl Future for Settled {
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        let outcome = WAITS.with_borrow_mut(|waits| match waits.get_mut(&self.number) {
            Some(Wait::Waiting(waker)) => {
                *waker = Some(context.waker().clone());
                None
            }
            _ => waits.remove(&self.number),
        });
        match outcome {
            Some(Wait::Settled(outcome)) => Poll::Ready(outcome),
            _ => Poll::Pending,
        }
    }
}

impl Drop for Settled {
    fn drop(&mut self) {
        let _dropped = WAITS.with_borrow_mut(|waits| waits.remove(&self.number));
    }
}

struct Ready(u32);

impl Wake for Ready {
    fn wake(self: Arc<Self>) {
        READY.with_borrow_mut(|ready| ready.push_back(self.0));
    }
}

fn run_ready() {
    while let Some(number) = READY.with_borrow_mut(VecDeque::pop_front) {
        if let Some(task) = TASKS.with_borrow_mut(|tasks| tasks.remove(&number)) {
            poll(number, task);
        }
    }
}

fn poll(number: u32, mut task: Task) {
    let waker = Waker::from(Arc::new(Ready(number)));
    if task
        .as_mut()
        .poll(&mut Context::from_waker(&waker))
        .is_pending()
    {
        TASKS.with_borrow_mut(|tasks| tasks.insert(number, task));
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use futures::future::join;

    use super::*;

    fn is_empty() -> bool {
        TASKS.with_borrow(BTreeMap::is_empty)
            && READY.with_borrow(VecDeque::is_empty)
            && WAITS.with_borrow(BTreeMap::is_empty)
    }

    #[test]
    fn a_task_goes_on_when_all_that_it_waits_for_is_settled() {
        let done = Rc::new(Cell::new(false));
        let waits = [new_wait(), new_wait()];
        let numbers = waits.each_ref().map(|wait| wait.number);
        let [first, second] = waits;
        let task_done = Rc::clone(&done);
        start(1, async move {
            let (first, second) = join(first, second).await;
            task_done.set(first.is_ok() && second.is_err());
        });
        settle(numbers[1], Err(JsValue::NULL));
        settle(numbers[1], Ok(JsValue::NULL));
        assert!(!done.get());
        settle(numbers[0], Ok(JsValue::NULL));
        assert!(done.get() && is_empty());
    }

    #[test]
    fn what_is_forgotten_leaves_nothing_and_is_not_woken() {
        let wait = new_wait();
        let number = wait.number;
        start(1, async move {
            let _ = wait.await;
            unreachable!("it was forgotten");
        });
        forget(1);
        assert!(is_empty());
        settle(number, Ok(JsValue::NULL));
        assert!(is_empty());
    }

    #[test]
    fn what_is_settled_before_it_is_waited_for_is_not_waited_for() {
        let wait = new_wait();
        settle(wait.number, Ok(JsValue::NULL));
        let done = Rc::new(Cell::new(false));
        let task_done = Rc::clone(&done);
        start(1, async move { task_done.set(wait.await.is_ok()) });
        assert!(done.get() && is_empty());
    }
}
