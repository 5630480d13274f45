//! IndexedDB's requests and transactions as futures.

use std::cell::Cell;
use std::rc::Rc;

use futures::channel::oneshot;
use gloo::events::EventListener;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DomException, IdbRequest, IdbTransaction};

use super::StorageError;

/// Waits for a request's result.
///
/// What is asked of the same transaction next has to be asked at once: a transaction that nobody
/// asks anything of ends.
///
/// # Errors
/// [`StorageError`]
pub(super) async fn result(request: &IdbRequest) -> Result<JsValue, StorageError> {
    let (_listeners, ended) = listen(request, &["success"], &["error"]);
    match ended.await {
        Ok(true) => Ok(request.result()?),
        _ => Err(request.error()?.map_or(StorageError::Gone, Into::into)),
    }
}

/// Waits until a transaction is on disk.
///
/// # Errors
/// [`StorageError`]: nothing of it has happened.
pub(super) async fn committed(transaction: &IdbTransaction) -> Result<(), StorageError> {
    let (_listeners, ended) = listen(transaction, &["complete"], &["abort", "error"]);
    match ended.await {
        Ok(true) => Ok(()),
        _ => Err(transaction.error().map_or(StorageError::Gone, Into::into)),
    }
}

type Ended = oneshot::Receiver<bool>;

/// Listens until the first of these events; the good ones are `true`.
fn listen(
    target: &web_sys::EventTarget,
    good: &[&'static str],
    bad: &[&'static str],
) -> (Vec<EventListener>, Ended) {
    let (sender, ended) = oneshot::channel();
    let sender = Rc::new(Cell::new(Some(sender)));
    let on = |name: &'static str, is_good: bool| {
        let sender = Rc::clone(&sender);
        EventListener::once(target, name, move |_| {
            if let Some(sender) = sender.take() {
                // Fails where nobody waits any more.
                let _ = sender.send(is_good);
            }
        })
    };
    let good = good.iter().map(|name| on(name, true));
    let bad = bad.iter().map(|name| on(name, false));
    (good.chain(bad).collect(), ended)
}

impl From<DomException> for StorageError {
    fn from(exception: DomException) -> Self {
        let words = exception.message();
        match exception.name().as_str() {
            "QuotaExceededError" => Self::Full,
            "VersionError" => Self::Newer,
            // What private windows and blocked cookies meet.
            "SecurityError" | "InvalidStateError" | "NotAllowedError" => Self::Denied(words),
            _ => Self::Failed(words),
        }
    }
}

impl From<JsValue> for StorageError {
    fn from(exception: JsValue) -> Self {
        match exception.dyn_into::<DomException>() {
            Ok(exception) => exception.into(),
            Err(exception) => Self::Failed(crate::exception::text(&exception)),
        }
    }
}
