//! Everything that the browser sent: Chromium's own log of the network, which has every byte of every
//! socket, those within TLS included, from all threads of the page.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use base64ct::{Base64, Encoding};
use serde_json::Value;

use super::Traces;
use super::wrapping::look_into;

/// A browser's log.
#[derive(Debug)]
pub struct Record {
    log: Vec<u8>,
    /// What went into each socket, in order.
    sent: Vec<Vec<u8>>,
    /// What came out of each socket, in order.
    received: Vec<Vec<u8>>,
    requests: Vec<SentRequest>,
}

/// Bytes by socket and kind of event.
type Streams = BTreeMap<(u64, String), Vec<u8>>;

/// A request that the browser made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentRequest {
    /// The method.
    pub method: String,
    /// The URL.
    pub url: String,
}

/// A JWS that the browser sent, decoded.
#[derive(Debug, Clone)]
pub struct Jws {
    /// The protected header.
    pub protected: Value,
    /// The payload; null where it is empty (POST-as-GET).
    pub payload: Value,
}

impl Record {
    /// Reads a log.
    ///
    /// # Panics
    /// Where it is none, or is not complete.
    #[must_use]
    pub(super) fn read(path: &Path) -> Self {
        let log = std::fs::read(path).expect("the browser's log");
        let parsed: Value = serde_json::from_slice(&log).expect("a complete log");
        let kinds = parsed["constants"]["logEventTypes"]
            .as_object()
            .expect("the kinds of events");
        let kinds: HashMap<u64, &str> = kinds
            .iter()
            .filter_map(|(name, number)| Some((number.as_u64()?, name.as_str())))
            .collect();
        let (mut sent, mut received) = (Streams::new(), Streams::new());
        let mut requests = Vec::new();
        for event in parsed["events"].as_array().expect("the events") {
            let kind = event["type"].as_u64().and_then(|number| kinds.get(&number));
            let parameters = &event["params"];
            match kind.copied() {
                Some(kind) if kind.contains("SOCKET_BYTES_") || kind.starts_with("UDP_BYTES_") => {
                    let streams = if kind.ends_with("SENT") {
                        &mut sent
                    } else {
                        &mut received
                    };
                    // The end of a stream is logged as no bytes at all.
                    if parameters["byte_count"].as_u64() == Some(0) {
                        continue;
                    }
                    let bytes = parameters["bytes"].as_str().expect("the bytes are logged");
                    let bytes = Base64::decode_vec(bytes).expect("base64");
                    let source = event["source"]["id"].as_u64().expect("a source");
                    streams
                        .entry((source, kind.to_owned()))
                        .or_default()
                        .extend(bytes);
                }
                Some("URL_REQUEST_START_JOB") => {
                    if let (Some(method), Some(url)) =
                        (parameters["method"].as_str(), parameters["url"].as_str())
                    {
                        requests.push(SentRequest {
                            method: method.to_owned(),
                            url: url.to_owned(),
                        });
                    }
                }
                _ => {}
            }
        }
        let (sent, received) = (
            sent.into_values().collect(),
            received.into_values().collect(),
        );
        Self {
            log,
            sent,
            received,
            requests,
        }
    }

    /// All requests, in order.
    #[must_use]
    pub fn requests(&self) -> &[SentRequest] {
        &self.requests
    }

    /// The requests whose URL begins so.
    #[must_use]
    pub fn requests_to(&self, origin: &str) -> Vec<&SentRequest> {
        self.requests
            .iter()
            .filter(|request| request.url.starts_with(origin))
            .collect()
    }

    /// Whether this text came from any server, as it is.
    #[must_use]
    pub fn received(&self, text: &str) -> bool {
        self.received
            .iter()
            .any(|stream| find(stream, text.as_bytes()).is_some())
    }

    /// Which of the values were sent, or are anywhere else in the log, and in which form. Base64 is
    /// decoded and looked into, and so is what is escaped in URLs.
    #[must_use]
    pub fn find(&self, traces: &Traces) -> BTreeSet<String> {
        let (search, mut found) = (traces.search(), BTreeSet::new());
        let sources = self
            .sent
            .iter()
            .map(Vec::as_slice)
            .chain([self.log.as_slice()]);
        for source in sources {
            look_into(source, &search, &mut found);
        }
        found
    }

    /// Every JWS in flattened JSON serialization (RFC 7515 §7.2.2) that was sent.
    #[must_use]
    pub fn jws(&self) -> Vec<Jws> {
        const START: &[u8] = b"{\"protected\":";
        let mut all = Vec::new();
        for sent in &self.sent {
            let mut rest = sent.as_slice();
            while let Some(at) = find(rest, START) {
                rest = &rest[at..];
                let mut values = serde_json::Deserializer::from_slice(rest).into_iter();
                if let Some(Ok(jws)) = values.next() {
                    all.extend(Jws::decode(&jws));
                }
                rest = &rest[START.len()..];
            }
        }
        all
    }
}

impl Jws {
    fn decode(jws: &Value) -> Option<Self> {
        let part = |name: &str| {
            let bytes = tabcert_acme::base64url::decode(jws[name].as_str()?)?;
            if bytes.is_empty() {
                Some(Value::Null)
            } else {
                serde_json::from_slice(&bytes).ok()
            }
        };
        Some(Self {
            protected: part("protected")?,
            payload: part("payload")?,
        })
    }

    /// The names of all members, at any depth.
    #[must_use]
    pub fn member_names(&self) -> BTreeSet<&str> {
        fn collect<'a>(value: &'a Value, names: &mut BTreeSet<&'a str>) {
            match value {
                Value::Object(members) => {
                    for (name, value) in members {
                        names.insert(name);
                        collect(value, names);
                    }
                }
                Value::Array(values) => values.iter().for_each(|value| collect(value, names)),
                _ => {}
            }
        }
        let mut names = BTreeSet::new();
        collect(&self.protected, &mut names);
        collect(&self.payload, &mut names);
        names
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64Unpadded, Base64UrlUnpadded};
    use serde_json::json;

    use super::*;

    const SECRET: &[u8; 32] = b"a key that must not go anywhere.";

    fn log_of(sent: &[&[u8]]) -> Record {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("log.json");
        let event = |bytes: &&[u8]| {
            json!({
                "type": 7, "source": { "id": 3 },
                "params": { "bytes": Base64::encode_string(bytes) },
            })
        };
        let mut events: Vec<Value> = sent.iter().map(event).collect();
        events.push(json!({ "type": 8, "params": { "method": "POST", "url": "https://ca/x" } }));
        let kinds = json!({ "SSL_SOCKET_BYTES_SENT": 7, "URL_REQUEST_START_JOB": 8 });
        let log = json!({ "constants": { "logEventTypes": kinds }, "events": events });
        std::fs::write(&path, log.to_string()).expect("writes");
        Record::read(&path)
    }

    fn is_found_in(sent: &[&[u8]]) -> bool {
        !log_of(sent)
            .find(&Traces::default().with("secret", SECRET))
            .is_empty()
    }

    #[test]
    fn finds_what_was_sent_in_whatever_wrapping() {
        let payload = json!({ "csr": Base64UrlUnpadded::encode_string(SECRET) }).to_string();
        let jws = json!({
            "protected": Base64UrlUnpadded::encode_string(b"{\"alg\":\"ES256\"}"),
            "payload": Base64UrlUnpadded::encode_string(payload.as_bytes()),
        })
        .to_string();
        let url: String = SECRET.iter().map(|byte| format!("%{byte:02X}")).collect();
        assert!(is_found_in(&[SECRET]));
        assert!(
            is_found_in(&[&SECRET[..10], &SECRET[10..]]),
            "in two writes"
        );
        let pem = Base64Unpadded::encode_string(&[&b"before"[..], SECRET].concat());
        let pem = format!("{}\n{}\n", &pem[..30], &pem[30..]);
        assert!(is_found_in(&[jws.as_bytes()]));
        assert!(is_found_in(&[pem.as_bytes()]));
        assert!(is_found_in(&[json!({ "key": pem }).to_string().as_bytes()]));
        assert!(is_found_in(&[
            format!("GET /?key={url} HTTP/1.1").as_bytes()
        ]));
        assert!(!is_found_in(&[b"GET / HTTP/1.1"]));
    }

    #[test]
    fn knows_requests_and_signed_bodies() {
        let encode = |value: Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
        let jws = json!({
            "protected": encode(json!({ "jwk": { "kty": "EC" } })),
            "payload": encode(json!({ "list": [{ "inner": 1 }] })),
            "signature": "",
        });
        let body = format!("POST / HTTP/1.1\r\n\r\n{jws}");
        let record = log_of(&[&body.as_bytes()[..40], &body.as_bytes()[40..]]);
        assert_eq!(record.requests_to("https://ca/").len(), 1);
        let all = record.jws();
        assert_eq!(all.len(), 1);
        assert_eq!(
            all[0].member_names(),
            BTreeSet::from(["inner", "jwk", "kty", "list"])
        );
    }
}
