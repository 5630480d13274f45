//! Everything else: the page and its files, from the runtime's store of static assets.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::Response;

use super::require_read;
use crate::Call;
use crate::error::EdgeError;
use crate::executor::settled;
use crate::headers::Kind;
use crate::reply::Reply;

/// Files whose names change with their content.
const HASHED_PREFIX: &str = "/assets/";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Kept, but asked for each time (RFC 9111 §5.2.2.4).
const REVALIDATED: &str = "no-cache";

/// Answers with the file, or 404: a missing script must not look like the page.
pub(crate) async fn answer(call: &Call<'_>) -> Result<Reply, EdgeError> {
    require_read(call)?;
    let assets = call.config.assets().ok_or(EdgeError::NotFound)?;
    let file: Response = settled(&assets.fetch(call.request)?)
        .await?
        .unchecked_into();
    let status = file.status();
    Ok(Reply::new(status, Kind::Page)
        .passing(file.headers())
        .with("cache-control", cache_control(call.target.path, status))
        .body(file.body().map_or(JsValue::NULL, JsValue::from)))
}

fn cache_control(path: &str, status: u16) -> &'static str {
    if path.starts_with(HASHED_PREFIX) && matches!(status, 200 | 304) {
        IMMUTABLE
    } else {
        REVALIDATED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_that_exist_under_a_hash_are_kept() {
        assert_eq!(cache_control("/assets/app-1a2b.wasm", 200), IMMUTABLE);
        assert_eq!(cache_control("/assets/app-1a2b.wasm", 304), IMMUTABLE);
        assert_eq!(cache_control("/assets/app-1a2b.wasm", 404), REVALIDATED);
        assert_eq!(cache_control("/", 200), REVALIDATED);
        assert_eq!(cache_control("/index.html", 200), REVALIDATED);
    }
}
