//! What opens the vault.

use futures::FutureExt;
use tabcert_engine_api::EngineError;
use tabcert_engine_api::protection::{PasskeyView, Protection, ProtectionView, Unlock};
use tabcert_vault::protection::{NewPasskey, Passkey};

use super::Answering;
use crate::keeper::Keeper;
use crate::{Engine, clock, vault};

pub(super) fn answer(engine: &Engine, question: Protection) -> Answering<Protection> {
    if matches!(question, Protection::Lock) {
        // It has keys.
        engine.session.replace(None);
    }
    let keeper = engine.keeper();
    async move {
        work(&keeper, question).await?;
        view(&keeper).await
    }
    .boxed_local()
}

async fn work(keeper: &Keeper, question: Protection) -> Result<(), EngineError> {
    match question {
        Protection::Read => {}
        Protection::Unlock(Unlock::Passphrase(passphrase)) => {
            let by = vault::Unlock::Passphrase(&passphrase.0);
            keeper.unlock(&by).await?;
        }
        Protection::Unlock(Unlock::Passkey(passkey)) => {
            let by = vault::Unlock::Passkey {
                id: &passkey.id,
                prf_output: &passkey.prf_output,
            };
            keeper.unlock(&by).await?;
        }
        Protection::Lock => keeper.lock().await,
        Protection::UsePassphrase(passphrase) => keeper.protect(Some(&passphrase.0)).await?,
        Protection::UseBrowser => keeper.protect(None).await?,
        Protection::AddPasskey {
            passphrase,
            label,
            passkey,
        } => {
            let new = NewPasskey {
                id: &passkey.id,
                label: &label,
                prf_output: &passkey.prf_output,
                now_ms: clock::now_ms(),
            };
            keeper.add_passkey(&passphrase.0, new).await?;
        }
        Protection::RemovePasskey { passphrase, id } => {
            keeper.remove_passkey(&passphrase.0, &id).await?;
        }
    }
    Ok(())
}

async fn view(keeper: &Keeper) -> Result<ProtectionView, EngineError> {
    Ok(match keeper.protection().await? {
        None => ProtectionView::Browser,
        Some(protection) => ProtectionView::Passphrase {
            passkeys: protection.passkeys().iter().map(passkey_view).collect(),
            prf_input: protection.prf_input().to_vec(),
        },
    })
}

fn passkey_view(passkey: &Passkey) -> PasskeyView {
    PasskeyView {
        id: passkey.id.clone(),
        label: passkey.label.clone(),
        added_ms: passkey.added_ms,
    }
}
