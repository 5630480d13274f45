//! Randomness.

use zeroize::Zeroizing;

/// Letters and digits that nobody takes for one another; 32, so that every byte counts the same.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Five bits each: 100 bits, more than the slow guessing of the oldest encoding needs.
const PASSWORD_CHARACTERS: usize = 20;

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

/// A password to propose.
///
/// # Errors
/// Those of [`fill`].
pub(crate) fn password() -> Result<String, &'static str> {
    let mut bytes = Zeroizing::new([0; PASSWORD_CHARACTERS]);
    fill(bytes.as_mut())?;
    Ok(bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect())
}
