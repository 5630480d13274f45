//! The certificates that are kept.

use futures::FutureExt;
use tabcert_engine_api::certificates::{Add, Change, CheckRequest, Cover, List, Remind, Show};

use super::Answering;
use crate::Engine;

pub(super) fn list(engine: &Engine, list: List) -> Answering<List> {
    let keeper = engine.keeper();
    async move { Ok(keeper.list_certificates(&list).await) }.boxed_local()
}

pub(super) fn show(engine: &Engine, Show(id): Show) -> Answering<Show> {
    let keeper = engine.keeper();
    async move { Ok(keeper.show(&id).await?) }.boxed_local()
}

pub(super) fn cover(engine: &Engine, cover: Cover) -> Answering<Cover> {
    let keeper = engine.keeper();
    async move { Ok(keeper.cover(&cover).await) }.boxed_local()
}

pub(super) fn change(engine: &Engine, Change { id, what }: Change) -> Answering<Change> {
    let keeper = engine.keeper();
    async move { Ok(keeper.change_as_wanted(&id, what).await?) }.boxed_local()
}

pub(super) fn add(engine: &Engine, add: Add) -> Answering<Add> {
    let keeper = engine.keeper();
    async move { keeper.add(&add).await }.boxed_local()
}

pub(super) fn check_request(engine: &Engine, check: CheckRequest) -> Answering<CheckRequest> {
    let keeper = engine.keeper();
    async move { keeper.check_request(&check).await }.boxed_local()
}

pub(super) fn remind(engine: &Engine, Remind: Remind) -> Answering<Remind> {
    let keeper = engine.keeper();
    async move { Ok(keeper.remind().await) }.boxed_local()
}
