//! `GET …/health`: what the page asks first, and what operators watch.

use tabcert_edge_api::check::edge_mark::edge_mark;
use tabcert_edge_api::health::{Health, Limits};
use tabcert_edge_api::path::API_VERSION;

use super::{json, require_read};
use crate::config::Config;
use crate::error::EdgeError;
use crate::reply::Reply;
use crate::{Call, VERSION};

/// Answers with [`Health`]; settings that cannot be used make it fail.
pub(crate) fn answer(call: &Call<'_>) -> Result<Reply, EdgeError> {
    require_read(call)?;
    let config = &call.config;
    config.ties()?;
    config.resolver()?;
    config.page_origins()?;
    config.edge_origin()?;
    config.check_network()?;
    json(&describe(config)?)
}

/// What tells this edge from others, for checks; see [`edge_mark`].
pub(super) fn mark(config: &Config<'_>) -> Result<String, EdgeError> {
    let origin = config.edge_origin()?;
    Ok(edge_mark(&describe(config)?, origin))
}

fn describe(config: &Config<'_>) -> Result<Health, EdgeError> {
    Ok(Health {
        version: VERSION.to_owned(),
        api: API_VERSION,
        ca_hosts: config.ca_hosts()?.iter().map(str::to_owned).collect(),
        token_storage: config.tokens().is_some(),
        local_ca: config.local_ca()?,
        limits: Limits::with_token_ttl(config.token_ttl_seconds()?),
    })
}
