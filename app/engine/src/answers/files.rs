//! Files of what was issued, and of all that is kept.

use futures::FutureExt;
use tabcert_engine_api::EngineError;
use tabcert_engine_api::files::{Content, File};

use super::Answering;
use crate::session::Session;
use crate::{Engine, files};

pub(super) fn answer(engine: &Engine, file: File) -> Answering<File> {
    if let File::Calendar {
        certificate,
        page_url,
    } = file
    {
        let keeper = engine.keeper();
        let calendar = async move { Ok(Content(keeper.calendar(certificate, &page_url).await)) };
        return calendar.boxed_local();
    }
    let made = make(engine, file);
    async move { made }.boxed_local()
}

fn make(engine: &Engine, file: File) -> Result<Content, EngineError> {
    let session = engine.session.borrow();
    let issued = session.as_ref().and_then(Session::issued);
    let issued = issued.ok_or(EngineError::NothingIssued)?;
    let mut issued = issued.borrow_mut();
    // Whose key is elsewhere is downloaded with any file of it.
    let is_downloaded = file.has_key() || !issued.has_key();
    let made = files::make(&mut issued, file)?;
    if is_downloaded {
        let certificate = issued.certificate();
        engine.keep(async move |keeper| keeper.downloaded(certificate).await);
    }
    Ok(made)
}
