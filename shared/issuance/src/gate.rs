//! Stored before used: what depends on something that cannot be made again waits until that is
//! stored.

use tabcert_acme::http::Method;

use crate::Effect;
use crate::saved::Saved;

/// Lets effects through when what they depend on is stored.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    /// The revision that is stored.
    stored: u64,
    /// The revision that the shell is storing.
    storing: Option<u64>,
    /// Each with the revision that it depends on, oldest first.
    held: Vec<(u64, Effect)>,
}

impl Gate {
    /// What may be done now of `effects`, that were had at `revision` of what is to be stored.
    pub(crate) fn pass(
        &mut self,
        effects: Vec<Effect>,
        revision: u64,
        saved: impl FnOnce() -> Option<Saved>,
    ) -> Vec<Effect> {
        let mut through = Vec::with_capacity(effects.len() + 1);
        for effect in effects {
            if depends_on_storage(&effect) && revision > self.stored {
                self.held.push((revision, effect));
            } else {
                through.push(effect);
            }
        }
        if self.storing.is_none()
            && revision > self.stored
            && let Some(saved) = saved()
        {
            self.storing = Some(revision);
            through.insert(0, Effect::Store(Box::new(saved)));
        }
        through
    }

    /// What is held back shall not be done any more. Returns it.
    pub(crate) fn drop_held(&mut self) -> Vec<Effect> {
        self.held.drain(..).map(|(_, effect)| effect).collect()
    }

    /// The shell has stored what it was given; returns what was waiting for that.
    pub(crate) fn stored(&mut self) -> Vec<Effect> {
        let Some(revision) = self.storing.take() else {
            return Vec::new();
        };
        self.stored = revision;
        let free = self
            .held
            .iter()
            .take_while(|(needed, _)| *needed <= revision)
            .count();
        self.held.drain(..free).map(|(_, effect)| effect).collect()
    }
}

/// What leaves a trace at the CA or the edge depends on what was stored before; reading a directory
/// or a nonce, and what stays in the browser, does not.
pub(crate) fn depends_on_storage(effect: &Effect) -> bool {
    match effect {
        Effect::Http { request, .. } => request.method == Method::Post,
        Effect::PublishToken(_) => true,
        Effect::Wait { .. }
        | Effect::PrepareCsr(_)
        | Effect::WithdrawToken(_)
        | Effect::CheckChain(_)
        | Effect::Store(_) => false,
    }
}
