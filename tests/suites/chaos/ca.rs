//! What stands before Pebble and misbehaves.

use serde_json::{Value, json};
use tabcert_acme::http::{Method, Request, Response};
use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::effect::Route;
use tabcert_issuance::event::TransportError;
use tabcert_issuance::transcript::RequestKind;
use tabcert_tests::native::NativeShell;
use tokio::runtime::Runtime;

use crate::fault::{Fault, Plan, Planned};

/// How long every answer takes by the suite's clock.
const LATENCY_MS: u64 = 50;

/// How long nobody answers until a shell gives up.
const TIMEOUT_MS: u64 = 30_000;

/// Members that RFC 8555 has as optional, or that can be done without.
const OPTIONAL: [&str; 8] = [
    "expires",
    "notBefore",
    "notAfter",
    "contact",
    "meta",
    "revokeCert",
    "keyChange",
    "validated",
];

pub(crate) struct BadCa<'a> {
    shell: &'a NativeShell,
    runtime: &'a Runtime,
    /// The only host that may be asked.
    pub(crate) directory: HttpsUrl,
    faults: Vec<Planned>,
    pub(crate) requests: usize,
    /// Hosts that were asked and are not the CA's.
    pub(crate) foreign: Vec<String>,
}

impl<'a> BadCa<'a> {
    pub(crate) fn new(
        (shell, runtime): (&'a NativeShell, &'a Runtime),
        directory: HttpsUrl,
        plan: &Plan,
    ) -> Self {
        Self {
            shell,
            runtime,
            directory,
            faults: plan.faults.clone(),
            requests: 0,
            foreign: Vec::new(),
        }
    }

    /// From now on it keeps to the book.
    pub(crate) fn turn_honest(&mut self) {
        self.faults.clear();
    }

    pub(crate) fn faults_are_over(&self) -> bool {
        self.faults.is_empty()
    }

    pub(crate) fn hides_failures(&self) -> bool {
        self.faults
            .iter()
            .any(|it| it.fault == Fault::SilentFailure)
    }

    /// Answers a request; says how long that took.
    pub(crate) fn answer(
        &mut self,
        kind: RequestKind,
        route: Route,
        request: Request,
    ) -> (Result<Response, TransportError>, u64) {
        self.requests += 1;
        if request.url.authority() != self.directory.authority() {
            self.foreign.push(request.url.authority().to_owned());
            return (Err(network()), LATENCY_MS);
        }
        let Some(fault) = self.next_fault(kind, route, request.method) else {
            return (self.pass(request), LATENCY_MS);
        };
        self.misbehave(fault, request)
    }

    fn next_fault(&mut self, kind: RequestKind, route: Route, method: Method) -> Option<Fault> {
        let concerned = |it: &&mut Planned| {
            let meets = it.kind.is_none_or(|concerned| concerned == kind) && it.times > 0;
            // The edge is no browser: nothing of CORS is there.
            let by_cors = route == Route::Direct && method == Method::Post;
            meets
                && match it.fault {
                    Fault::NoPreflight | Fault::NoCorsOnPost | Fault::HiddenLocation => by_cors,
                    _ => true,
                }
        };
        let planned = self.faults.iter_mut().find(concerned)?;
        planned.times -= 1;
        Some(planned.fault)
    }

    fn pass(&self, request: Request) -> Result<Response, TransportError> {
        self.runtime.block_on(self.shell.exchange(request))
    }

    fn misbehave(
        &mut self,
        fault: Fault,
        request: Request,
    ) -> (Result<Response, TransportError>, u64) {
        let result = match fault {
            Fault::Dropped | Fault::NoPreflight => Err(network()),
            Fault::NoCorsOnPost => self.pass(request).and_then(|_| Err(network())),
            Fault::Lost => {
                let lost = self.pass(request).and(Err(TransportError::TimedOut));
                return (lost, TIMEOUT_MS);
            }
            Fault::Delayed => return (self.pass(request), TIMEOUT_MS - 1),
            Fault::Cut => self.change(request, |response| {
                let half = response.body.len() / 2;
                response.body.truncate(half);
            }),
            Fault::Doubled => {
                let first = self.pass(request.clone());
                // The second one is refused for its nonce, and nobody reads that.
                let _ = self.pass(request);
                first
            }
            Fault::BusyPage => Ok(page(503)),
            Fault::Firewall => Ok(page(403)),
            Fault::Portal => Ok(page(200)),
            Fault::Busy => Ok(refusal(503, "serverInternal", Some("5"))),
            Fault::Limited => Ok(refusal(429, "rateLimited", Some("5"))),
            Fault::Replica => Ok(refusal(404, "malformed", None)),
            Fault::BadNonce => self.change(request, |response| {
                let nonce = response.replay_nonce.take();
                *response = refusal(400, "badNonce", None);
                response.replay_nonce = nonce;
            }),
            Fault::Garbage => self.change(request, |response| {
                response.body = vec![0xfe; 700];
                response.location = None;
            }),
            Fault::Large => self.pass(request).and(Err(TransportError::TooLarge)),
            Fault::HiddenLocation => self.change(request, |response| response.location = None),
            Fault::Nulls => self.change(request, |response| spoil(response, Some(&Value::Null))),
            Fault::Missing => self.change(request, |response| spoil(response, None)),
            Fault::HostileText => Ok(hostile()),
            Fault::SilentFailure => self.change(request, hide_failure),
        };
        (result, LATENCY_MS)
    }

    fn change(
        &self,
        request: Request,
        edit: impl FnOnce(&mut Response),
    ) -> Result<Response, TransportError> {
        let mut response = self.pass(request)?;
        edit(&mut response);
        Ok(response)
    }
}

/// What a browser says where it says nothing.
fn network() -> TransportError {
    TransportError::Network("TypeError: Failed to fetch".to_owned())
}

fn page(status: u16) -> Response {
    Response {
        status,
        body: b"<!doctype html><title>Welcome</title><p>Log in".to_vec(),
        ..Response::default()
    }
}

fn refusal(status: u16, kind: &str, retry_after: Option<&str>) -> Response {
    let problem = json!({"type": format!("urn:ietf:params:acme:error:{kind}"), "detail": "chaos"});
    Response {
        status,
        retry_after: retry_after.map(str::to_owned),
        body: problem.to_string().into_bytes(),
        ..Response::default()
    }
}

fn hostile() -> Response {
    let sub =
        json!({"type": null, "detail": "\u{202e}", "identifier": "<script>", "status": "400"});
    let problem = json!({
        "type": "javascript:alert(1)",
        "detail": format!("\u{202e}\u{0}<img src=x>{}", "a".repeat(500_000)),
        "instance": "javascript:alert(1)",
        "subproblems": vec![sub; 3000],
    });
    Response {
        status: 400,
        link: Some("<javascript:alert(1)>;rel=help".to_owned()),
        body: problem.to_string().into_bytes(),
        ..Response::default()
    }
}

fn edit_json(response: &mut Response, edit: impl FnOnce(&mut serde_json::Map<String, Value>)) {
    if let Ok(Value::Object(mut members)) = serde_json::from_slice(&response.body) {
        edit(&mut members);
        response.body = Value::Object(members).to_string().into_bytes();
    }
}

fn spoil(response: &mut Response, with: Option<&Value>) {
    edit_json(response, |members| {
        for name in OPTIONAL {
            match with {
                Some(value) if members.contains_key(name) => {
                    members.insert(name.to_owned(), value.clone());
                }
                _ => {
                    members.remove(name);
                }
            }
        }
    });
}

/// What has failed looks as if it were still being looked at.
fn hide_failure(response: &mut Response) {
    edit_json(response, |members| {
        if members.get("status") == Some(&json!("invalid")) {
            members.insert("status".to_owned(), json!("pending"));
            members.remove("error");
        }
        let challenges = members.get_mut("challenges").and_then(Value::as_array_mut);
        for challenge in challenges.into_iter().flatten() {
            if let Some(challenge) = challenge.as_object_mut()
                && challenge.get("status") == Some(&json!("invalid"))
            {
                challenge.insert("status".to_owned(), json!("pending"));
                challenge.remove("error");
            }
        }
    });
}
