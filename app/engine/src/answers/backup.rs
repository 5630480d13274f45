//! Encrypted files of what is kept.

use futures::FutureExt;
use tabcert_engine_api::backup::{Export, Import, ImportView};

use super::Answering;
use crate::Engine;

pub(super) fn export(engine: &Engine, question: Export) -> Answering<Export> {
    let keeper = engine.keeper();
    async move {
        let Export {
            certificate,
            passphrase,
        } = question;
        Ok(keeper.export(certificate.as_deref(), &passphrase.0).await?)
    }
    .boxed_local()
}

pub(super) fn import(engine: &Engine, question: Import) -> Answering<Import> {
    let keeper = engine.keeper();
    let overwrites = matches!(question, Import::Apply(_));
    let paused = overwrites.then(|| engine.pause_idle_session());
    async move {
        let _paused = paused;
        Ok(match question {
            Import::Open { file, passphrase } => keeper.open_backup(&file, &passphrase.0).await?,
            Import::Apply(choices) => keeper.import(&choices).await?,
            Import::Cancel => {
                keeper.close_backup();
                ImportView::Nothing
            }
        })
    }
    .boxed_local()
}
