//! Files that the visitor brings, from a file dialog or by dragging them here.

use js_sys::{ArrayBuffer, Uint8Array};
use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{File, FileList, HtmlInputElement};
use zeroize::Zeroizing;

use super::exception_text;

/// Reads what was chosen in an `<input type="file">`; nothing where nothing was.
///
/// # Errors
/// Those of [`read_all`].
pub(crate) async fn chosen(
    input: &HtmlInputElement,
    max_bytes: usize,
) -> Result<Vec<(String, Zeroizing<Vec<u8>>)>, ReadError> {
    match input.files() {
        Some(files) => read_all(&files, max_bytes).await,
        None => Ok(Vec::new()),
    }
}

/// Reads them all. What is larger than `max_bytes` is not even opened.
///
/// # Errors
/// [`ReadError`] says which file is at fault.
pub(crate) async fn read_all(
    files: &FileList,
    max_bytes: usize,
) -> Result<Vec<(String, Zeroizing<Vec<u8>>)>, ReadError> {
    let mut read = Vec::new();
    for index in 0..files.length() {
        let Some(file) = files.item(index) else {
            continue;
        };
        let name = file.name();
        #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
        if file.size() > max_bytes as f64 {
            return Err(ReadError::TooLarge(name));
        }
        match bytes(&file).await {
            Ok(bytes) => read.push((name, bytes)),
            Err(exception) => return Err(ReadError::Unreadable(name, exception_text(&exception))),
        }
    }
    Ok(read)
}

async fn bytes(file: &File) -> Result<Zeroizing<Vec<u8>>, JsValue> {
    let buffer: ArrayBuffer = file.array_buffer().await?.dyn_into()?;
    Ok(Zeroizing::new(Uint8Array::new(&buffer).to_vec()))
}

/// Why a file was not read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ReadError {
    /// Nothing that is asked for is as large.
    #[error("{0} is too large. Choose another file.")]
    TooLarge(String),
    /// The browser would not.
    #[error("{0} could not be read: {1}. Choose it again.")]
    Unreadable(String, String),
}
