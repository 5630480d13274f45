//! Web Locks: one tab at a time works on an order, and nobody changes the key of an account meanwhile.

use std::cell::RefCell;

use futures::channel::oneshot;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{future_to_promise, spawn_local};

use crate::scope;

/// A lock that is held; dropping it gives it back, as does the end of the tab.
pub(crate) struct Lock {
    _release: oneshot::Sender<()>,
}

/// Takes a lock; nothing where another tab has it.
///
/// A browser without Web Locks has the lock always: then only the visitor keeps two tabs apart.
pub(crate) async fn take(name: &str) -> Option<Lock> {
    take_as(name, "exclusive").await
}

/// Takes a lock that others may have in the same way at the same time; nothing where somebody has it
/// alone.
pub(crate) async fn share(name: &str) -> Option<Lock> {
    take_as(name, "shared").await
}

async fn take_as(name: &str, mode: &str) -> Option<Lock> {
    let (release, released) = oneshot::channel();
    let lock = Lock { _release: release };
    let (sender, granted) = oneshot::channel();
    let once = RefCell::new(Some((sender, released)));
    let callback = Closure::once_into_js(move |granted: JsValue| -> JsValue {
        let Some((sender, released)) = once.borrow_mut().take() else {
            return JsValue::UNDEFINED;
        };
        let is_ours = !granted.is_null();
        // Fails where nobody waits any more: then nothing is held either.
        if sender.send(is_ours).is_err() || !is_ours {
            return JsValue::UNDEFINED;
        }
        // The browser holds the lock until this promise is settled.
        future_to_promise(async move {
            let _ = released.await;
            Ok(JsValue::UNDEFINED)
        })
        .into()
    });
    let Some(request) = request(name, mode, &callback) else {
        return Some(lock);
    };
    // Nobody else listens to how it ends: it ends with the lock.
    spawn_local(async move {
        let _ = request.await;
    });
    granted.await.ok()?.then_some(lock)
}

/// Called by its names: the bindings count it as unstable.
fn request(name: &str, mode: &str, callback: &JsValue) -> Option<Promise> {
    let navigator = Reflect::get(&scope::get(), &"navigator".into()).ok()?;
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let method: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let options = Object::new();
    Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE).ok()?;
    Reflect::set(&options, &"mode".into(), &mode.into()).ok()?;
    let asked = method
        .call3(&locks, &name.into(), &options, callback)
        .ok()?;
    asked.dyn_into().ok()
}
