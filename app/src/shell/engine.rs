//! The page's half of the engine: starts it, hands it commands, and notices when it ends.

mod ends;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use futures::channel::oneshot;
use gloo::events::EventListener;
use serde::Serialize;
use tabcert_engine_api::ask::{Area, Question};
use tabcert_engine_api::vault::{KeptAs, VaultView};
use tabcert_engine_api::{Command, EngineError, Gone, Notice, SessionId};
use tabcert_issuance::View;
use tabcert_issuance::view::Issued;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::{clock, exception_text};
use ends::Ends;

/// The engine, started by the first command and again after it has ended.
pub(crate) struct Engine {
    script_url: String,
    heard: Rc<dyn Fn(Heard)>,
    ends: Rc<RefCell<Ends>>,
    last_id: Cell<u32>,
    running: RefCell<Option<Running>>,
}

/// What comes from an engine by itself.
pub(crate) enum Heard {
    /// How a session stands.
    View(SessionId, Box<View>),
    /// A certificate that was issued earlier.
    Opened(SessionId, Box<Issued>),
    /// What is kept.
    Vault(VaultView),
    /// The order that was to be gone on with is being worked on in another tab.
    Elsewhere(SessionId),
    /// Where what a session is at is kept.
    Kept(SessionId, KeptAs),
    /// An order that was to be forgotten is being worked on in another tab.
    NotDiscarded,
    /// What was to be shown, begun or gone on with is gone, damaged or in use.
    Gone(SessionId, Gone),
    /// It has ended; the next command starts another.
    Ended,
    /// It has ended, and so would another.
    Stopped(EngineError),
}

impl Engine {
    /// An engine that is not started yet; `script_url` is where `engine.js` is. Whatever it says by
    /// itself goes to `heard`.
    pub(crate) fn new(script_url: String, heard: impl Fn(Heard) + 'static) -> Self {
        Self {
            script_url,
            heard: Rc::new(heard),
            ends: Rc::default(),
            last_id: Cell::new(0),
            running: RefCell::new(None),
        }
    }

    /// Hands it a command. Where that fails, the engine is heard to have stopped.
    pub(crate) fn tell(&self, command: &Command) {
        let told = to_message(command)
            .and_then(|message| self.running(|running| running.worker.post_message(&message)));
        if let Err(error) = told {
            (self.heard)(Heard::Stopped(error));
        }
    }

    /// Starts it, so that the first command does not wait for it. That it failed shows with the first
    /// command.
    pub(crate) fn warm_up(&self) {
        let _ = self.running(|_| Ok(()));
    }

    /// Asks it something, at once, whether or not anybody waits for the answer.
    ///
    /// # Errors
    /// [`EngineError`], in words for the visitor.
    pub(crate) fn ask<Q: Question>(
        self: Rc<Self>,
        question: &Q,
    ) -> impl Future<Output = Result<Q::Answer, EngineError>> + use<Q> {
        let message = to_message(question);
        let asked = message.clone().and_then(|it| self.ask_raw(Q::AREA, it));
        let only_reads = question.only_reads();
        async move {
            let mut answer = answered(asked?).await;
            if only_reads && answer == Err(EngineError::Interrupted) {
                answer = answered(self.ask_raw(Q::AREA, message?)?).await;
            }
            let answer: Result<_, _> = serde_wasm_bindgen::from_value(answer?).map_err(garbled)?;
            answer
        }
    }

    /// The part that is the same for all questions.
    fn ask_raw(
        &self,
        area: Area,
        question: JsValue,
    ) -> Result<oneshot::Receiver<Answered>, EngineError> {
        let id = self.last_id.get().wrapping_add(1);
        self.last_id.set(id);
        let message = to_message(&Command::Ask { id, area, question })?;
        self.running(|running| {
            running.worker.post_message(&message)?;
            Ok(running.waiting.wait_for(id))
        })
    }

    /// Does something with the running engine, which is started unless it runs.
    fn running<T>(
        &self,
        work: impl FnOnce(&Running) -> Result<T, JsValue>,
    ) -> Result<T, EngineError> {
        let mut slot = self.running.borrow_mut();
        let running = match slot.take() {
            Some(running) if running.waiting.is_open() => running,
            ended => {
                // What it held is given back before another wants it.
                drop(ended);
                Running::start(&self.script_url, &self.heard, &self.ends).map_err(stopped)?
            }
        };
        work(slot.insert(running)).map_err(stopped)
    }
}

async fn answered(answer: oneshot::Receiver<Answered>) -> Answered {
    let closed = |_| Err(EngineError::Stopped("it was closed".to_owned()));
    answer.await.unwrap_or_else(closed)
}

fn stopped(exception: JsValue) -> EngineError {
    EngineError::Stopped(exception_text(&exception))
}

fn to_message(message: &impl Serialize) -> Result<JsValue, EngineError> {
    serde_wasm_bindgen::to_value(message).map_err(garbled)
}

fn garbled(error: serde_wasm_bindgen::Error) -> EngineError {
    EngineError::Stopped(error.to_string())
}

/// One engine from its start to its end; dropping it ends it.
struct Running {
    worker: Worker,
    waiting: Waiting,
    _listeners: [EventListener; 3],
}

impl Running {
    fn start(
        script_url: &str,
        heard: &Rc<dyn Fn(Heard)>,
        ends: &Rc<RefCell<Ends>>,
    ) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name("tabcert-engine");
        let worker = Worker::new_with_options(script_url, &options)?;

        let waiting = Waiting::default();
        // One that never said anything would not the next time either.
        let has_spoken = Rc::new(Cell::new(false));
        let end = {
            let (waiting, heard) = (waiting.clone(), Rc::clone(heard));
            let (ends, has_spoken, worker) =
                (Rc::clone(ends), Rc::clone(&has_spoken), worker.clone());
            move |reason: &str| {
                if !waiting.is_open() {
                    return;
                }
                worker.terminate();
                let is_mended =
                    has_spoken.get() && ends.borrow_mut().may_go_on_after(clock::now_ms());
                let (why, says) = match is_mended {
                    true => (EngineError::Interrupted, Heard::Ended),
                    false => {
                        let why = EngineError::Stopped(reason.to_owned());
                        (why.clone(), Heard::Stopped(why))
                    }
                };
                waiting.close(&why);
                heard(says);
            }
        };
        let (failed, garbled) = (end.clone(), end.clone());
        let (delivered, heard) = (waiting.clone(), Rc::clone(heard));
        let listeners = [
            EventListener::new(&worker, "message", move |event| {
                let Some(event) = event.dyn_ref::<MessageEvent>() else {
                    return;
                };
                has_spoken.set(true);
                match serde_wasm_bindgen::from_value(event.data()) {
                    Ok(Notice::View { session, view }) => heard(Heard::View(session, view)),
                    Ok(Notice::Opened { session, issued }) => {
                        heard(Heard::Opened(session, issued));
                    }
                    Ok(Notice::Vault(vault)) => heard(Heard::Vault(vault)),
                    Ok(Notice::Kept { session, kept_as }) => heard(Heard::Kept(session, kept_as)),
                    Ok(Notice::Elsewhere(session)) => heard(Heard::Elsewhere(session)),
                    Ok(Notice::NotDiscarded(_)) => heard(Heard::NotDiscarded),
                    Ok(Notice::Gone { session, why }) => heard(Heard::Gone(session, why)),
                    Ok(Notice::Answered { id, answer }) => delivered.deliver(id, answer),
                    Err(error) => end(&error.to_string()),
                }
            }),
            EventListener::new(&worker, "error", move |event| {
                let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
                failed(message.as_deref().unwrap_or("it could not be loaded"));
            }),
            EventListener::new(&worker, "messageerror", move |_| {
                garbled("a message could not be read");
            }),
        ];
        Ok(Self {
            worker,
            waiting,
            _listeners: listeners,
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

/// What the engine answered, unless it ended before.
type Answered = Result<JsValue, EngineError>;

/// Who waits for which answer; nothing once the engine has ended.
#[derive(Clone)]
struct Waiting(Rc<RefCell<Option<Askers>>>);

type Askers = HashMap<u32, oneshot::Sender<Answered>>;

impl Default for Waiting {
    fn default() -> Self {
        Self(Rc::new(RefCell::new(Some(HashMap::new()))))
    }
}

impl Waiting {
    fn is_open(&self) -> bool {
        self.0.borrow().is_some()
    }

    fn wait_for(&self, id: u32) -> oneshot::Receiver<Answered> {
        let (sender, receiver) = oneshot::channel();
        if let Some(waiting) = self.0.borrow_mut().as_mut() {
            waiting.insert(id, sender);
        }
        receiver
    }

    fn deliver(&self, id: u32, answer: JsValue) {
        let sender = self.0.borrow_mut().as_mut().and_then(|map| map.remove(&id));
        if let Some(sender) = sender {
            // Fails where nobody waits any more.
            let _ = sender.send(Ok(answer));
        }
    }

    /// Whether it was open.
    fn close(&self, why: &EngineError) -> bool {
        let Some(waiting) = self.0.borrow_mut().take() else {
            return false;
        };
        for sender in waiting.into_values() {
            let _ = sender.send(Err(why.clone()));
        }
        true
    }
}
