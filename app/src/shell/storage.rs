//! What the browser promises about what is kept, and how much room there is.

use web_sys::{StorageEstimate, StorageManager};

/// Whether the browser has promised to keep it when space runs low; nothing where it does not say.
pub(crate) async fn is_persisted() -> Option<bool> {
    manager()?.persisted().ok()?.await.ok()?.as_bool()
}

/// Asks the browser for that promise. It decides by itself, or asks the visitor.
pub(crate) async fn persist() -> Option<bool> {
    manager()?.persist().ok()?.await.ok()?.as_bool()
}

/// Bytes in use, and bytes that there may be.
pub(crate) async fn estimate() -> Option<(f64, f64)> {
    let estimate = manager()?.estimate().ok()?.await.ok()?;
    let estimate: StorageEstimate = wasm_bindgen::JsCast::unchecked_into(estimate);
    Some((estimate.get_usage()?, estimate.get_quota()?))
}

fn manager() -> Option<StorageManager> {
    let manager = web_sys::window()?.navigator().storage();
    // Missing in some browsers, whatever its type says.
    (!manager.is_undefined()).then_some(manager)
}
