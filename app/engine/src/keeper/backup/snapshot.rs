//! What the flow goes on from, out of a file: as it would have been written here.

use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::explain::Explanation;
use tabcert_issuance::saved::Saved;
use tabcert_vault::VaultError;
use tabcert_vault::schema::Kind;
use tabcert_vault::secret::SecretText;
use tabcert_vault::vetted::MAX_TEXT_CHARACTERS;
use zeroize::Zeroizing;

/// Most names whose failure is told one by one.
const MAX_FAILED_NAMES: usize = 100;

/// The snapshot, read and written again: links are https, texts have an end.
///
/// # Errors
/// [`VaultError::MalformedRecord`] where it is none.
pub(super) fn vetted(snapshot: &SecretText) -> Result<SecretText, VaultError> {
    let malformed = VaultError::MalformedRecord { kind: Kind::Order };
    let mut saved: Saved =
        serde_json::from_str(snapshot.as_str()).map_err(|_| malformed.clone())?;
    if let Some(failed) = &mut saved.failed {
        failed.names.truncate(MAX_FAILED_NAMES);
        vet(&mut failed.explanation);
        for name in &mut failed.names {
            vet(&mut name.explanation);
        }
    }
    let text = serde_json::to_string(&saved).map_err(|_| malformed)?;
    Ok(SecretText::new(Zeroizing::new(text)))
}

fn vet(explanation: &mut Explanation) {
    let is_https = |link: &String| HttpsUrl::parse(link).is_ok();
    explanation.link = explanation.link.take().filter(is_https);
    let texts = [&mut explanation.sentence, &mut explanation.next_step];
    for text in texts.into_iter().chain(&mut explanation.detail) {
        if let Some((at, _)) = text.char_indices().nth(MAX_TEXT_CHARACTERS) {
            text.truncate(at);
        }
    }
}
