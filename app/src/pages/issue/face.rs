//! The steps, and what is on the screen of a phase.

use tabcert_issuance::view::{Phase, Stage, Work};

/// The steps, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Names,
    Ca,
    Key,
    Prove,
    Certificate,
}

impl Step {
    pub(super) fn number(self) -> usize {
        self as usize + 1
    }

    /// For ids and tests.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::Ca => "ca",
            Self::Key => "key",
            Self::Prove => "prove",
            Self::Certificate => "certificate",
        }
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Names => "Names",
            Self::Ca => "Certificate authority",
            Self::Key => "Key",
            Self::Prove => "Prove control",
            Self::Certificate => "Certificate",
        }
    }
}

/// The phase of the issuance without its data: what to render, not what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    Unconnected,
    Connecting,
    Connected,
    Working,
    Proving,
    Issued,
    Failed,
}

/// What to render.
pub(super) fn face_of(phase: Option<&Phase>) -> Face {
    match phase {
        None => Face::Unconnected,
        Some(Phase::Connecting(_)) => Face::Connecting,
        Some(Phase::Connected) => Face::Connected,
        Some(Phase::Working(_)) => Face::Working,
        Some(Phase::Proving(_)) => Face::Proving,
        Some(Phase::Issued(_)) => Face::Issued,
        Some(Phase::Failed(_)) => Face::Failed,
    }
}

/// Whether the machine is past what the visitor has to prove.
pub(super) fn is_after_proof(work: &Option<Work>) -> bool {
    work.as_ref()
        .is_some_and(|work| work.stage >= Stage::MakingKey)
}
