//! What a CA, or what stands before it, may do wrong, and what has to come of it.

use tabcert_issuance::transcript::RequestKind;

use crate::dice::Dice;

/// One way to misbehave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// The request never arrives.
    Dropped,
    /// The request arrives; its answer does not.
    Lost,
    /// The answer takes half a minute.
    Delayed,
    /// Half the body is missing.
    Cut,
    /// The request arrives twice.
    Doubled,
    /// 503 with the page of a balancer.
    BusyPage,
    /// 503 with a problem and Retry-After.
    Busy,
    /// 429 with a problem and Retry-After.
    Limited,
    /// 403 with a page of a firewall.
    Firewall,
    /// 200 with bytes that mean nothing.
    Garbage,
    /// 200 with the page of a captive portal, and no header of the CA's.
    Portal,
    /// 10 MB.
    Large,
    /// What is optional is null.
    Nulls,
    /// What is optional is missing.
    Missing,
    /// Texts that reorder, break out, or never end.
    HostileText,
    /// A replica does not know yet what another one handed out.
    Replica,
    /// The nonce is refused.
    BadNonce,
    /// The preflight of a POST is refused, so that it is not sent (Fetch standard, CORS-preflight fetch).
    NoPreflight,
    /// A POST is answered without Access-Control-Allow-Origin.
    NoCorsOnPost,
    /// Access-Control-Expose-Headers leaves out Location.
    HiddenLocation,
    /// A proof fails, and neither order nor authorization says so.
    SilentFailure,
}

/// What a seed may come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// A certificate, without a further wish of the visitor's.
    Issued,
    /// A certificate, after "Try again" with a CA that had turned honest.
    IssuedAfterTrying,
}

/// A fault, at which requests, and how often.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Planned {
    pub(crate) fault: Fault,
    /// The requests that it concerns; every kind, where there is none.
    pub(crate) kind: Option<RequestKind>,
    pub(crate) times: usize,
}

/// The requests of a journey, each of which may go wrong.
const KINDS: [RequestKind; 8] = [
    RequestKind::Directory,
    RequestKind::NewAccount,
    RequestKind::NewOrder,
    RequestKind::Authorization,
    RequestKind::Challenge,
    RequestKind::Order,
    RequestKind::Finalize,
    RequestKind::Certificate,
];

/// What passes where it does not last.
const PASSING: [Fault; 18] = [
    Fault::Dropped,
    Fault::Lost,
    Fault::Delayed,
    Fault::Cut,
    Fault::Doubled,
    Fault::BusyPage,
    Fault::Busy,
    Fault::Limited,
    Fault::Firewall,
    Fault::Garbage,
    Fault::Portal,
    Fault::Nulls,
    Fault::Missing,
    Fault::Replica,
    Fault::BadNonce,
    Fault::NoPreflight,
    Fault::NoCorsOnPost,
    Fault::HiddenLocation,
];

/// What needs the visitor, where it lasts.
const LASTING: [Fault; 8] = [
    Fault::Lost,
    Fault::BusyPage,
    Fault::Firewall,
    Fault::Garbage,
    Fault::Portal,
    Fault::Large,
    Fault::HostileText,
    Fault::SilentFailure,
];

/// How often something lasting happens: until the CA turns honest.
const ALWAYS: usize = usize::MAX;

impl Fault {
    /// Whether it is a policy of the CA's, and no mishap of a single request.
    fn is_policy(self) -> bool {
        matches!(
            self,
            Self::NoPreflight
                | Self::NoCorsOnPost
                | Self::HiddenLocation
                | Self::Nulls
                | Self::Missing
        )
    }

    /// What it may come to, and nothing else.
    pub(crate) fn right(self, lasts: bool) -> &'static [Outcome] {
        if lasts && !self.is_policy() {
            &[Outcome::Issued, Outcome::IssuedAfterTrying]
        } else {
            &[Outcome::Issued]
        }
    }

    /// Whether a request of this kind can meet it.
    fn can_meet(self, kind: RequestKind) -> bool {
        match self {
            Self::Replica => matches!(
                kind,
                RequestKind::Authorization | RequestKind::Order | RequestKind::Certificate
            ),
            Self::BadNonce => kind != RequestKind::Directory,
            // What an order costs is the visitor's to decide: it is told at once.
            Self::Limited | Self::Firewall => {
                !matches!(kind, RequestKind::NewOrder | RequestKind::Directory)
            }
            _ => true,
        }
    }
}

/// What goes wrong with a seed, and whether it passes by itself.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) faults: Vec<Planned>,
    pub(crate) passes: bool,
    /// After so many requests the tab ends, and is opened again.
    pub(crate) dies_after: Option<usize>,
}

impl Plan {
    /// Two seeds of three have faults that pass.
    pub(crate) fn of(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let passes = seed % 3 != 2;
        let count = 1 + dice.roll(2);
        let faults = (0..if passes { count } else { 1 })
            .map(|_| planned(&mut dice, passes))
            .collect();
        let dies_after = dice.chance(33).then(|| 1 + dice.roll(12));
        Self {
            faults,
            passes,
            dies_after,
        }
    }

    /// A CA that keeps to the book.
    pub(crate) fn honest() -> Self {
        Self {
            faults: Vec::new(),
            passes: true,
            dies_after: None,
        }
    }
}

fn planned(dice: &mut Dice, passes: bool) -> Planned {
    let fault = dice.pick(if passes { &PASSING } else { &LASTING });
    if fault.is_policy() || fault == Fault::SilentFailure {
        let (kind, times) = (None, ALWAYS);
        return Planned { fault, kind, times };
    }
    let kinds: Vec<_> = KINDS
        .into_iter()
        .filter(|kind| fault.can_meet(*kind))
        .collect();
    Planned {
        fault,
        kind: Some(dice.pick(&kinds)),
        times: if passes { 1 } else { ALWAYS },
    }
}
