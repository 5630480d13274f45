//! Web Locks: one tab at a time works on an order, and nobody changes the key of an account meanwhile.
//!
//! A lock that somebody else has is waited for a little: an engine that has just ended gives its locks
//! back some time after the next one has begun. A browser that has no Web Locks, or refuses them as it
//! does where site data is blocked, has every lock: then only the visitor keeps two tabs apart, and where
//! nothing can be stored they have nothing in common.

use std::cell::RefCell;
use std::pin::pin;

use futures::FutureExt;
use futures::channel::oneshot;
use futures::select_biased;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::AbortController;

use crate::{scope, timer};

/// A lock that is held; dropping it gives it back, as does the end of the tab.
pub(crate) struct Lock {
    _release: oneshot::Sender<()>,
}

/// Somebody else has the lock, in this tab or another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Exclusive,
    Shared,
}

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Self::Exclusive => "exclusive",
            Self::Shared => "shared",
        }
    }

    /// How long the lock is waited for. Whoever wants to share it waits longer: whoever wants it alone
    /// stands before them in the browser's queue, and has to have given up by then.
    fn wait_ms(self) -> u64 {
        match self {
            Self::Exclusive => 1_500,
            Self::Shared => 3_000,
        }
    }
}

/// Takes a lock.
///
/// # Errors
/// [`Held`]
pub(crate) async fn take(name: &str) -> Result<Lock, Held> {
    take_as(name, Mode::Exclusive).await
}

/// Takes a lock that others may have in the same way at the same time.
///
/// # Errors
/// [`Held`], where somebody has it alone.
pub(crate) async fn share(name: &str) -> Result<Lock, Held> {
    take_as(name, Mode::Shared).await
}

async fn take_as(name: &str, mode: Mode) -> Result<Lock, Held> {
    let (release, released) = oneshot::channel();
    let lock = Lock { _release: release };
    let (sender, mut granted) = oneshot::channel();
    let once = RefCell::new(Some((sender, released)));
    let callback = Closure::once_into_js(move |_: JsValue| -> JsValue {
        let Some((sender, released)) = once.borrow_mut().take() else {
            return JsValue::UNDEFINED;
        };
        // Fails where nobody waits any more: then nothing is held either.
        if sender.send(()).is_err() {
            return JsValue::UNDEFINED;
        }
        // The browser holds the lock until this promise is settled.
        future_to_promise(async move {
            let _ = released.await;
            Ok(JsValue::UNDEFINED)
        })
        .into()
    });
    let Ok((waiting, request)) = request(name, mode, &callback) else {
        return Ok(lock);
    };
    // Apart from this: it is settled when the lock is given back, and nobody else hears a rejection.
    let (ended_sender, mut ended) = oneshot::channel::<()>();
    spawn_local(async move {
        let _ = JsFuture::from(request).await;
        // Sent, not dropped: `select` passes over a receiver whose sender has gone. Fails where nobody
        // waits any more.
        let _ = ended_sender.send(());
    });
    let mut patience = pin!(timer::sleep(mode.wait_ms()).fuse());
    select_biased! {
        _ = granted => Ok(lock),
        // Without having been granted: the browser refuses.
        _ = ended => Ok(lock),
        () = patience => {
            waiting.abort();
            Err(Held)
        }
    }
}

/// Called by its names: the bindings count it as unstable.
fn request(
    name: &str,
    mode: Mode,
    callback: &JsValue,
) -> Result<(AbortController, Promise), JsValue> {
    let waiting = AbortController::new()?;
    let navigator = Reflect::get(&scope::get(), &"navigator".into())?;
    let locks = Reflect::get(&navigator, &"locks".into())?;
    let method: Function = Reflect::get(&locks, &"request".into())?.dyn_into()?;
    let options = Object::new();
    Reflect::set(&options, &"signal".into(), &waiting.signal())?;
    Reflect::set(&options, &"mode".into(), &mode.name().into())?;
    let asked = method.call3(&locks, &name.into(), &options, callback)?;
    Ok((waiting, asked.dyn_into()?))
}
