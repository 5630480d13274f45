//! The page's half of the key worker: starts it, asks it, and notices when it ends.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use futures::channel::oneshot;
use gloo::events::EventListener;
use tabcert_issuance::effect::{CheckTask, CsrTask};
use tabcert_issuance::event::{CertificateSummary, CheckError, KeyError, PreparedCsr};
use tabcert_issuance::view::Issued;
use tabcert_pki::bundle::pfx::Encoding;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};
use zeroize::Zeroizing;

use super::exception_text;
use crate::key_worker::message::{
    Answer, Delivery, Done, KeySource, KeyWorkerError, PfxOptions, Request, Task,
};

/// The key worker, started on first use and again after it has ended.
pub(crate) struct KeyWorker {
    script_url: String,
    last_id: Cell<u32>,
    running: RefCell<Option<Running>>,
}

impl KeyWorker {
    /// A worker that is not started yet; `script_url` is where `worker.js` is.
    pub(crate) fn new(script_url: String) -> Self {
        Self {
            script_url,
            last_id: Cell::new(0),
            running: RefCell::new(None),
        }
    }

    /// Starts the worker, so that the first task does not wait for it. That it failed shows with the
    /// first task.
    pub(crate) fn warm_up(&self) {
        let _ = self.running(|_| Ok(()));
    }

    /// Makes a key, unless the task has one, and a CSR.
    ///
    /// # Errors
    /// [`KeyError`]
    pub(crate) async fn prepare_csr(&self, task: CsrTask) -> Result<PreparedCsr, KeyError> {
        let task = Task::PrepareCsr {
            key: match task.key {
                Some(key) => KeySource::Given(key),
                None => KeySource::New(task.key_type.as_str().to_owned()),
            },
            names: task.names.iter().map(ToString::to_string).collect(),
        };
        match self.ask(task).await {
            Ok(Done::Prepared { key, csr_der }) => Ok(PreparedCsr { key, csr_der }),
            Ok(_) => Err(KeyError(KeyWorkerError::mixed().to_string())),
            Err(error) => Err(KeyError(error.to_string())),
        }
    }

    /// Checks that key, names and chain belong together.
    ///
    /// # Errors
    /// [`CheckError`]
    pub(crate) async fn check_chain(
        &self,
        task: CheckTask,
    ) -> Result<CertificateSummary, CheckError> {
        let delivery = Delivery {
            key: task.key,
            names: task.names.iter().map(ToString::to_string).collect(),
            chain_pem: task.chain_pem,
        };
        match self.ask(Task::CheckChain(delivery)).await {
            Ok(Done::Checked(summary)) => Ok(summary),
            Ok(_) => Err(CheckError(KeyWorkerError::mixed().to_string())),
            Err(error) => Err(CheckError(error.to_string())),
        }
    }

    /// Makes a PFX file.
    ///
    /// # Errors
    /// [`KeyWorkerError`]
    pub(crate) async fn make_pfx(
        &self,
        issued: &Issued,
        password: Zeroizing<String>,
        friendly_name: String,
        encoding: Encoding,
    ) -> Result<Zeroizing<Vec<u8>>, KeyWorkerError> {
        let options = PfxOptions {
            password,
            friendly_name,
            encoding,
        };
        let delivery = Delivery::of(issued);
        self.ask_for_file(Task::MakePfx { delivery, options }).await
    }

    /// Makes a ZIP of all files, with the PFX where there is one.
    ///
    /// # Errors
    /// [`KeyWorkerError`]
    pub(crate) async fn make_archive(
        &self,
        issued: &Issued,
        pfx: Option<Vec<u8>>,
    ) -> Result<Zeroizing<Vec<u8>>, KeyWorkerError> {
        self.ask_for_file(Task::MakeArchive {
            delivery: Delivery::of(issued),
            csr_der: issued.csr_der.clone(),
            pfx,
        })
        .await
    }

    async fn ask_for_file(&self, task: Task) -> Result<Zeroizing<Vec<u8>>, KeyWorkerError> {
        match self.ask(task).await? {
            Done::File(bytes) => Ok(bytes),
            _ => Err(KeyWorkerError::mixed()),
        }
    }

    async fn ask(&self, task: Task) -> Result<Done, KeyWorkerError> {
        let id = self.last_id.get().wrapping_add(1);
        self.last_id.set(id);
        let request = serde_wasm_bindgen::to_value(&Request { id, task })
            .map_err(|error| KeyWorkerError::Mixed(error.to_string()))?;
        let answer = self.running(|worker| worker.send(id, &request))?;
        answer
            .await
            .unwrap_or_else(|_| Err(KeyWorkerError::Stopped("it was closed".to_owned())))
    }

    /// Does something with the running worker, which is started unless it runs.
    fn running<T>(
        &self,
        work: impl FnOnce(&Running) -> Result<T, JsValue>,
    ) -> Result<T, KeyWorkerError> {
        let stopped = |exception: JsValue| KeyWorkerError::Stopped(exception_text(&exception));
        let mut slot = self.running.borrow_mut();
        let worker = match slot.take() {
            Some(worker) if worker.waiting.is_open() => worker,
            _ => Running::start(&self.script_url).map_err(stopped)?,
        };
        work(slot.insert(worker)).map_err(stopped)
    }
}

/// One worker from its start to its end; dropping it ends it.
struct Running {
    worker: Worker,
    waiting: Waiting,
    _listeners: [EventListener; 3],
}

impl Running {
    fn start(script_url: &str) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name("tabcert-keys");
        let worker = Worker::new_with_options(script_url, &options)?;

        let waiting = Waiting::default();
        let answered = waiting.clone();
        let failed = waiting.clone();
        let garbled = waiting.clone();
        let listeners = [
            EventListener::new(&worker, "message", move |event| {
                if let Some(event) = event.dyn_ref::<MessageEvent>() {
                    answered.deliver(event.data());
                }
            }),
            EventListener::new(&worker, "error", move |event| {
                let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
                failed.close(message.as_deref().unwrap_or("it could not be loaded"));
            }),
            EventListener::new(&worker, "messageerror", move |_| {
                garbled.close("a message could not be read");
            }),
        ];
        // Compiled once: the worker instantiates the page's own module.
        worker.post_message(&wasm_bindgen::module())?;
        Ok(Self {
            worker,
            waiting,
            _listeners: listeners,
        })
    }

    fn send(&self, id: u32, request: &JsValue) -> Result<oneshot::Receiver<Outcome>, JsValue> {
        self.worker.post_message(request)?;
        Ok(self.waiting.wait_for(id))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

type Outcome = Result<Done, KeyWorkerError>;

/// Who waits for which answer; nothing once the worker has ended.
#[derive(Clone)]
struct Waiting(Rc<RefCell<Option<Callers>>>);

type Callers = HashMap<u32, oneshot::Sender<Outcome>>;

impl Default for Waiting {
    fn default() -> Self {
        Self(Rc::new(RefCell::new(Some(HashMap::new()))))
    }
}

impl Waiting {
    fn is_open(&self) -> bool {
        self.0.borrow().is_some()
    }

    fn wait_for(&self, id: u32) -> oneshot::Receiver<Outcome> {
        let (sender, receiver) = oneshot::channel();
        if let Some(waiting) = self.0.borrow_mut().as_mut() {
            waiting.insert(id, sender);
        }
        receiver
    }

    fn deliver(&self, answer: JsValue) {
        match serde_wasm_bindgen::from_value::<Answer>(answer) {
            Ok(Answer { id, result }) => {
                let sender = self.0.borrow_mut().as_mut().and_then(|map| map.remove(&id));
                if let Some(sender) = sender {
                    // Fails where nobody waits any more.
                    let _ = sender.send(result);
                }
            }
            Err(error) => self.close(&error.to_string()),
        }
    }

    fn close(&self, reason: &str) {
        let waiting = self.0.borrow_mut().take();
        for sender in waiting.into_iter().flat_map(HashMap::into_values) {
            let _ = sender.send(Err(KeyWorkerError::Stopped(reason.to_owned())));
        }
    }
}

impl Delivery {
    fn of(issued: &Issued) -> Self {
        Self {
            key: issued.key.clone(),
            names: issued.summary.names.clone(),
            chain_pem: issued.chain_pem.clone(),
        }
    }
}
