//! What the visitor has set for everything.

use tabcert_vault::schema::Kind;
use tabcert_vault::settings::Settings;

use super::{Keeper, place, read, written};
use crate::clock;
use crate::vault::StorageError;

/// There is one record of them.
pub(super) const ID: &str = "all";

impl Keeper {
    /// The settings; those of the beginning where nothing was set yet.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(crate) async fn settings(&self) -> Result<Settings, StorageError> {
        let place = place(Kind::Settings, ID);
        let plain = self.with_vault(async |vault| vault.read(&place).await);
        match plain.await? {
            Some(plain) => read(&plain),
            None => Ok(Settings::default()),
        }
    }

    /// Changes the settings, and returns what they are then. What another tab sets meanwhile stays.
    ///
    /// # Errors
    /// [`StorageError`]: nothing has changed.
    pub(crate) async fn change_settings(
        &self,
        change: impl Fn(&mut Settings),
    ) -> Result<Settings, StorageError> {
        let changed = std::cell::RefCell::new(Settings::default());
        let record = |plain: Option<_>| {
            let mut settings = match plain {
                Some(plain) => read(&plain)?,
                None => Settings::default(),
            };
            change(&mut settings);
            settings.updated_ms = clock::now_ms();
            changed.replace(settings.clone());
            Ok(written(ID, &settings)?.1)
        };
        let place = place(Kind::Settings, ID);
        self.with_vault(async |vault| vault.change(&place, record).await)
            .await?;
        Ok(changed.into_inner())
    }
}
