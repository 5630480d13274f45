//! `dist/page/`.
use super::Profile;
use crate::workspace::Workspace;
use anyhow::Result;
pub(super) fn build(_workspace: &Workspace, _profile: Profile) -> Result<()> {
    Ok(())
}
