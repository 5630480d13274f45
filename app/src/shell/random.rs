//! Randomness.

/// Fills with bytes from the browser's `crypto.getRandomValues`.
///
/// # Errors
/// A sentence for the visitor, where the browser has none.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), &'static str> {
    let none = "This browser offers no secure random numbers.";
    let window = web_sys::window().ok_or(none)?;
    let crypto = window.crypto().map_err(|_| none)?;
    crypto
        .get_random_values_with_u8_array(bytes)
        .map(drop)
        .map_err(|_| none)
}
