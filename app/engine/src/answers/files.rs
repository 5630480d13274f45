//! Files of what was issued, and of all that is kept.

use futures::FutureExt;
use tabcert_engine_api::files::{Content, File};
use tabcert_engine_api::{EngineError, SessionId};

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
    files::make(&mut issued.borrow_mut(), file)
}

/// The page has handed a file to the browser, which does not say what became of it.
pub(crate) fn handed_over(engine: &Engine, session: SessionId, with_key: bool) {
    let running = engine.session.borrow();
    let its = running.as_ref().filter(|running| running.id() == session);
    if let Some(issued) = its.and_then(Session::issued) {
        let issued = issued.borrow();
        // Whose key is elsewhere is downloaded with any file of it.
        if (with_key || !issued.has_key())
            && let Some(certificate) = issued.certificate()
        {
            engine.keep(async move |keeper| keeper.downloaded(certificate).await);
        }
    }
}
