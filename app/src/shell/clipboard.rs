//! The clipboard.

use thiserror::Error;

use super::exception_text;

/// Puts text on the clipboard.
///
/// # Errors
/// [`ClipboardError`]: the visitor can still mark the text and copy it by hand.
pub(crate) async fn copy(text: &str) -> Result<(), ClipboardError> {
    let window = web_sys::window().ok_or(ClipboardError::Absent)?;
    let clipboard = window.navigator().clipboard();
    // Outside of secure contexts there is none, whatever its type says.
    if clipboard.is_undefined() {
        return Err(ClipboardError::Absent);
    }
    match clipboard.write_text(text).await {
        Ok(_) => Ok(()),
        Err(exception) => Err(ClipboardError::Refused(exception_text(&exception))),
    }
}

/// Why nothing was copied.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ClipboardError {
    /// There is no clipboard in this context.
    #[error("this browser offers no clipboard here: mark the text and copy it")]
    Absent,
    /// The browser or the visitor refused.
    #[error("the browser did not copy it ({0}): mark the text and copy it")]
    Refused(String),
}
