//! Whether this browser has kept anything here before, and that it keeps it.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::task;

/// The database's name: see the engine's vault.
const DATABASE: &str = "tabcert";

/// Whether there may be something to come back to. Where the browser does not say, there may.
pub(crate) async fn may_have_been_here() -> bool {
    databases().await.is_none_or(|databases| {
        databases.iter().any(|database| {
            Reflect::get(&database, &"name".into()).is_ok_and(|name| name == DATABASE)
        })
    })
}

/// Called by its names: the bindings lack it, and so do some browsers.
async fn databases() -> Option<Array> {
    let factory = Reflect::get(&js_sys::global(), &"indexedDB".into()).ok()?;
    let list: Function = method(&factory, "databases")?;
    let asked: Promise = list.call0(&factory).ok()?.dyn_into().ok()?;
    asked.await.ok()?.dyn_into().ok()
}

/// Asks the browser not to clear what is kept here when space runs low. It decides by itself, or asks
/// the visitor.
pub(crate) fn ask_to_persist() {
    let asked = || {
        let navigator: JsValue = web_sys::window()?.navigator().into();
        let storage = Reflect::get(&navigator, &"storage".into()).ok()?;
        method(&storage, "persist")?.call0(&storage).ok()
    };
    if let Some(asked) = asked().and_then(|asked| asked.dyn_into::<Promise>().ok()) {
        // A browser that refuses keeps it as long as there is space.
        task::to_the_end(async move { drop(asked.await) });
    }
}

fn method(of: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(of, &name.into()).ok()?.dyn_into().ok()
}
