//! What the page asks, answered: one file per [`Area`].

mod accounts;
mod backup;
mod certificates;
pub(crate) mod files;
mod protection;
mod revocation;
mod settings;

use tabcert_engine_api::ask::{Area, Question};
use tabcert_engine_api::{EngineError, Notice};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use crate::{Engine, scope};

impl Engine {
    /// Answers a question, at once or later.
    ///
    /// # Errors
    /// Throws what is no question of that area: page and engine are parts of two versions.
    pub(crate) fn answer(&self, id: u32, area: Area, question: JsValue) -> Result<(), JsValue> {
        match area {
            Area::Export => self.answer_with(id, question, backup::export),
            Area::Import => self.answer_with(id, question, backup::import),
            Area::Files => self.answer_with(id, question, files::answer),
            Area::Protection => self.answer_with(id, question, protection::answer),
            Area::Settings => self.answer_with(id, question, settings::answer),
            Area::Accounts => self.answer_with(id, question, accounts::answer),
            Area::Revocation => self.answer_with(id, question, revocation::answer),
            Area::List => self.answer_with(id, question, certificates::list),
            Area::Show => self.answer_with(id, question, certificates::show),
            Area::Cover => self.answer_with(id, question, certificates::cover),
            Area::Change => self.answer_with(id, question, certificates::change),
            Area::Add => self.answer_with(id, question, certificates::add),
            Area::CheckRequest => self.answer_with(id, question, certificates::check_request),
            Area::Remind => self.answer_with(id, question, certificates::remind),
        }
    }

    fn answer_with<Q: Question>(
        &self,
        id: u32,
        question: JsValue,
        work: fn(&Self, Q) -> Answering<Q>,
    ) -> Result<(), JsValue> {
        let question = serde_wasm_bindgen::from_value(question)?;
        let answering = work(self, question);
        spawn_local(async move { tell(id, &answering.await) });
        Ok(())
    }
}

/// An answer on its way. What it needs of the engine it has taken along.
type Answering<Q> =
    futures::future::LocalBoxFuture<'static, Result<<Q as Question>::Answer, EngineError>>;

fn tell<T: serde::Serialize>(id: u32, answer: &Result<T, EngineError>) {
    match serde_wasm_bindgen::to_value(answer) {
        Ok(answer) => scope::tell(&Notice::Answered { id, answer }),
        // Every answer can be written; the page hears of it as of any uncaught error.
        Err(error) => wasm_bindgen::throw_val(error.into()),
    }
}
