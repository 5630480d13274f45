//! One issuance at work: the flow in a loop with what it has in flight.
//!
//! All of it is one future. Dropping it drops the requests, timers and questions in flight, so that
//! nothing late can reach the next session.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::{AbortHandle, Fuse, FusedFuture, LocalBoxFuture, abortable};
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt, select_biased};
use gloo_timers::future::TimeoutFuture;
use tabcert_acme::jwk::Thumbprint;
use tabcert_acme::url::HttpsUrl;
use tabcert_engine_api::certificates::RenewalKey;
use tabcert_engine_api::{Gone, Notice, SessionId};
use tabcert_issuance::issuance::Start;
use tabcert_issuance::saved::Saved;
use tabcert_issuance::view::{Phase, View};
use tabcert_issuance::{Effect, Event, Intent, Issuance};
use tabcert_vault::id::OrderId;
use wasm_bindgen_futures::spawn_local;

use crate::files::{Issued, Parts};
use crate::keeper::{Case, Keeper, NotThere};
use crate::{clock, edge, http, keys, scope, timer};

/// What the machine does within this time is shown together: often enough to be watched, and seldom
/// enough not to take the processor from what is being watched.
const FRAME_MS: u32 = 100;

/// A running session; dropping it ends it.
pub(crate) struct Session {
    id: SessionId,
    intents: UnboundedSender<Intent>,
    known: Rc<Known>,
    /// How to begin it again, as long as nothing has been asked of the CA that counts.
    idle: RefCell<Option<(SessionId, Begin)>>,
    task: AbortHandle,
}

/// What is known of a session from outside.
#[derive(Default)]
struct Known {
    /// What was issued, once it is.
    issued: RefCell<Option<Rc<RefCell<Issued>>>>,
    order: Cell<Option<OrderId>>,
    thumbprint: RefCell<Option<Thumbprint>>,
}

impl Session {
    /// Turns to a CA, or back to an order.
    pub(crate) fn start(id: SessionId, keeper: Rc<Keeper>, begin: Begin) -> Self {
        let idle = matches!(begin, Begin::New { .. }).then(|| (id, begin.clone()));
        let session = Self::spawn(id, async move |received, known| {
            if let Some((case, start)) = begin.prepare(id, &keeper).await {
                run(id, keeper, Rc::new(case), start, received, known).await;
            }
        });
        session.idle.replace(idle);
        session
    }

    /// Shows a certificate that was issued earlier.
    pub(crate) fn open(id: SessionId, keeper: Rc<Keeper>, certificate: String) -> Self {
        Self::spawn(id, async move |_, known: Rc<Known>| {
            match keeper.open(&certificate).await {
                Ok((certificate, parts, issued)) => {
                    let delivered = Issued::new(certificate, parts);
                    known.deliver(delivered);
                    scope::tell(&Notice::Opened {
                        session: id,
                        issued: Box::new(issued),
                    });
                }
                Err(why) => tell_gone(id, &keeper, &why).await,
            }
        })
    }

    fn spawn(
        id: SessionId,
        work: impl AsyncFnOnce(UnboundedReceiver<Intent>, Rc<Known>) + 'static,
    ) -> Self {
        let (intents, received) = unbounded();
        let known = Rc::<Known>::default();
        let told = Rc::clone(&known);
        let (task, abort) = abortable(async move { work(received, told).await });
        spawn_local(task.map(drop));
        Self {
            id,
            intents,
            known,
            idle: RefCell::default(),
            task: abort,
        }
    }

    /// States what the visitor wants.
    pub(crate) fn dispatch(&self, intent: Intent) {
        if matches!(intent, Intent::Begin(_)) {
            self.idle.replace(None);
        }
        // Fails where the session has ended: there is nobody who could act on it.
        let _ = self.intents.unbounded_send(intent);
    }

    /// What was issued, once it is.
    pub(crate) fn issued(&self) -> Option<Rc<RefCell<Issued>>> {
        self.known.issued.borrow().clone()
    }

    /// Its number.
    pub(crate) fn id(&self) -> SessionId {
        self.id
    }

    /// Whether it works on this order.
    pub(crate) fn is_about(&self, order: &str) -> bool {
        let known = self.known.order.get();
        known.is_some_and(|known| known.to_string() == order)
    }

    /// How to begin it again, where nothing is lost by that. Until then the page sees it connecting, so
    /// that nobody orders.
    pub(crate) fn pause(&self) -> Option<(SessionId, Begin)> {
        let (id, begin) = self.idle.take()?;
        if let Some(thumbprint) = self.known.thumbprint.take() {
            let view = Box::new(View {
                phase: Phase::Connecting(None),
                ca: None,
                thumbprint,
                transcript: Vec::new(),
            });
            scope::tell(&Notice::View { session: id, view });
        }
        Some((id, begin))
    }
}

impl Known {
    fn deliver(&self, issued: Issued) {
        self.issued.replace(Some(Rc::new(RefCell::new(issued))));
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What a session begins with.
#[derive(Clone)]
pub(crate) enum Begin {
    /// A CA.
    New {
        directory_url: HttpsUrl,
        edge_available: bool,
        redirected: Vec<String>,
    },
    /// An order that is not finished.
    Resumed { order: String, edge_available: bool },
    /// A certificate that is to be renewed.
    Renewal {
        certificate: String,
        key: RenewalKey,
        edge_available: bool,
    },
}

impl Begin {
    /// Nothing where there is nothing to do: the page has been told why.
    async fn prepare(self, id: SessionId, keeper: &Keeper) -> Option<(Case, Start)> {
        match self {
            Self::New {
                directory_url,
                edge_available,
                redirected,
            } => {
                let begun = keeper
                    .begin(directory_url, edge_available, redirected)
                    .await;
                prepared(id, keeper, begun).await
            }
            Self::Resumed {
                order,
                edge_available,
            } => prepared(id, keeper, keeper.resume(&order, edge_available).await).await,
            Self::Renewal {
                certificate,
                key,
                edge_available,
            } => {
                let renewed = keeper.renew(&certificate, key, edge_available).await;
                prepared(id, keeper, renewed).await
            }
        }
    }
}

async fn prepared(
    id: SessionId,
    keeper: &Keeper,
    prepared: Result<(Case, Start), NotThere>,
) -> Option<(Case, Start)> {
    match prepared {
        Ok(prepared) => return Some(prepared),
        Err(NotThere::Elsewhere) => scope::tell(&Notice::Elsewhere(id)),
        Err(why) => tell_gone(id, keeper, &why).await,
    }
    None
}

/// Says why there is nothing to show, and then what is kept.
async fn tell_gone(session: SessionId, keeper: &Keeper, why: &NotThere) {
    scope::tell(&Notice::Gone {
        session,
        why: Gone {
            missing: why.missing(),
            words: why.to_string(),
        },
    });
    keeper.tell().await;
}

async fn run(
    id: SessionId,
    keeper: Rc<Keeper>,
    case: Rc<Case>,
    start: Start,
    mut intents: UnboundedReceiver<Intent>,
    known: Rc<Known>,
) {
    known.order.set(Some(case.order()));
    let thumbprint = start.account_key.thumbprint().clone();
    known.thumbprint.replace(Some(thumbprint));
    let (mut issuance, effects) = Issuance::connect(start, clock::now_ms());
    let store = |saved| {
        let (keeper, case) = (Rc::clone(&keeper), Rc::clone(&case));
        let storing = async move {
            let kept_as = case.kept_as(&saved);
            keeper.store(&case, saved).await;
            scope::tell(&Notice::Kept {
                session: id,
                kept_as,
            });
            Event::Stored
        };
        storing.boxed_local()
    };
    let mut in_flight = FuturesUnordered::new();
    let performed = |effect| perform(effect, &store);
    in_flight.extend(effects.into_iter().filter_map(performed));
    show(id, &issuance);
    let mut frame = Fuse::terminated();

    loop {
        let event = select_biased! {
            intent = intents.select_next_some() => Event::Intent(intent),
            event = in_flight.select_next_some() => event,
            () = frame => {
                show(id, &issuance);
                continue;
            }
            complete => return,
        };
        let (next, effects) = issuance.handle(event, clock::now_ms());
        issuance = next;
        in_flight.extend(effects.into_iter().filter_map(performed));
        // Before the page can ask for its files.
        take(&issuance, &case, &known);
        if !issuance.is_working() {
            // The visitor's turn: at once.
            frame = Fuse::terminated();
            show(id, &issuance);
        } else if frame.is_terminated() {
            frame = TimeoutFuture::new(FRAME_MS).fuse();
        }
    }
}

/// Takes what files can be made of, as soon as it is there.
fn take(issuance: &Issuance, case: &Case, known: &Known) {
    let is_checked = |issued: &Rc<RefCell<Issued>>| issued.borrow().certificate().is_some();
    if known.issued.borrow().as_ref().is_some_and(is_checked) {
        return;
    }
    // Names that were ordered can be written in a certificate.
    let delivered = match (issuance.delivery(), issuance.misdelivery()) {
        (Some(delivery), _) => {
            let parts = Parts::try_from(delivery.clone());
            parts.map(|parts| Issued::new(case.certificate(), parts))
        }
        (None, Some(delivery)) => Parts::try_from(delivery).map(Issued::misdelivered),
        (None, None) => return,
    };
    if let Ok(issued) = delivered {
        known.deliver(issued);
    }
}

fn show(session: SessionId, issuance: &Issuance) {
    let view = Box::new(issuance.view());
    scope::tell(&Notice::View { session, view });
}

/// Performs an effect; the future yields its answer. Nothing is answered where nobody waits.
fn perform(
    effect: Effect,
    store: &impl Fn(Saved) -> LocalBoxFuture<'static, Event>,
) -> Option<LocalBoxFuture<'static, Event>> {
    let answer = match effect {
        Effect::Http {
            id, route, request, ..
        } => async move {
            let result = http::send(route, &request).await;
            Event::Http { id, result }
        }
        .boxed_local(),
        Effect::Wait { id, milliseconds } => async move {
            timer::sleep(milliseconds).await;
            Event::TimerFired(id)
        }
        .boxed_local(),
        Effect::PrepareCsr(task) => {
            async move { Event::CsrPrepared(keys::prepare_csr(task).await) }.boxed_local()
        }
        Effect::CheckChain(task) => {
            async move { Event::Checked(keys::check_chain(&task)) }.boxed_local()
        }
        Effect::PublishToken(task) => async move {
            let result = edge::publish(&task).await;
            let token = task.token;
            Event::TokenPublished { token, result }
        }
        .boxed_local(),
        Effect::Store(saved) => store(*saved),
        Effect::WithdrawToken(task) => {
            // Also after the session's end; what fails here expires at the edge.
            spawn_local(async move { drop(edge::withdraw(&task).await) });
            return None;
        }
    };
    Some(answer)
}
