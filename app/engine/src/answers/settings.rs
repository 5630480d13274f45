//! What the visitor has set for everything.

use futures::FutureExt;
use tabcert_engine_api::settings::{Settings, SettingsView};
use tabcert_vault::settings::Settings as Record;

use super::Answering;
use crate::Engine;

pub(super) fn answer(engine: &Engine, question: Settings) -> Answering<Settings> {
    let keeper = engine.keeper();
    async move {
        let settings = match question {
            Settings::Read => keeper.settings().await,
            Settings::Remind(reminders) => {
                let set = move |settings: &mut Record| settings.reminders = reminders;
                keeper.change_settings(set).await
            }
            Settings::DeleteReplacedKeys(delete) => {
                let set = move |settings: &mut Record| settings.delete_replaced_keys = delete;
                keeper.change_settings(set).await
            }
        }?;
        Ok(SettingsView {
            reminders: settings.reminders,
            delete_replaced_keys: settings.delete_replaced_keys,
        })
    }
    .boxed_local()
}
