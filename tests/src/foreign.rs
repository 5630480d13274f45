//! Certificates that were made elsewhere, and a browser's vault full of them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use serde_json::{Value, json};

use crate::browser::Page;

/// A day in seconds.
const DAY: u64 = 86_400;

/// A CA of one's own.
pub struct ForeignCa {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl ForeignCa {
    /// Makes one.
    ///
    /// # Panics
    /// Where the system gives no randomness.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut ca = CertificateParams::default();
        ca.distinguished_name.push(DnType::CommonName, name);
        ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let pem = ca.self_signed(&key).expect("a certificate").pem();
        let issuer = Issuer::new(ca, key);
        Self { issuer, pem }
    }

    /// A certificate whose validity began some days ago and ends in some, with this CA's after it, and
    /// its key: both PEM.
    ///
    /// # Panics
    /// Where a name is none.
    #[must_use]
    pub fn issue(&self, names: &[String], begun_days: u64, left_days: i64) -> (String, String) {
        let key = KeyPair::generate().expect("a key");
        let mut leaf = CertificateParams::new(names).expect("names");
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        let at = |seconds| date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds);
        leaf.not_before = at(now.saturating_sub(begun_days * DAY));
        leaf.not_after = at(now.saturating_add_signed(left_days * 86_400));
        leaf.use_authority_key_identifier_extension = true;
        let leaf = leaf.signed_by(&key, &self.issuer).expect("a certificate");
        (format!("{}{}", leaf.pem(), self.pem), key.serialize_pem())
    }
}

/// Many certificates as a hoster has them: of several CAs, ages and sizes.
#[must_use]
pub fn many(count: usize) -> Vec<String> {
    let cas = ["R10", "E5", "WE1", "Corporate Issuing CA 3"].map(ForeignCa::new);
    (0..count)
        .map(|index| {
            let host = format!("host-{index}.customer-{}.example", index % 83);
            let mut names = vec![host.clone(), format!("www.{host}")];
            if index % 5 == 0 {
                names.push(format!("*.{host}"));
            }
            if index % 50 == 0 {
                names.extend((0..60).map(|more| format!("alias-{more}.{host}")));
            }
            let left_days = i64::try_from(index * 37 % 90).unwrap_or_default() - 4;
            let begun_days = 90_u64.saturating_sub_signed(left_days).min(94);
            cas[index % cas.len()]
                .issue(&names, begun_days, left_days)
                .0
        })
        .collect()
}

/// An engine of its own in the tab that is open, which asks questions one after the other: `ask(area,
/// question)` resolves to the answer.
const ENGINE: &str = r"
    const engine = new Worker(document.querySelector('meta[name=tabcert-engine]').content, { type: 'module' });
    const waiting = new Map();
    let last = 0;
    engine.onmessage = ({ data }) => {
        if (!data.Answered) return;
        const { id, answer } = data.Answered;
        const [resolve, reject] = waiting.get(id);
        waiting.delete(id);
        if ('Ok' in answer) resolve(answer.Ok); else reject(new Error(JSON.stringify(answer.Err)));
    };
    const ask = (area, question) => new Promise((resolve, reject) => {
        waiting.set(++last, [resolve, reject]);
        engine.postMessage({ Ask: { id: last, area, question } });
    });
";

const ADD: &str = r"
    globalThis.done = undefined;
    (async () => {
        const ids = [];
        for (const [index, pem] of given[0].entries()) {
            const added = await ask('Add', { files: [{ name: 'certificate.pem', content: new TextEncoder().encode(pem) }] });
            const { id } = added.certificate;
            ids.push(id);
            if (given[1] && index % 3 === 0) {
                await ask('Change', { id, what: { Group: `Customer ${index % 83}` } });
                await ask('Change', { id, what: { UsedFor: `Load balancer ${index % 7}` } });
            }
        }
        return ids;
    })().then((ids) => { globalThis.done = { ids }; }, (error) => { globalThis.done = { error: String(error) }; })
        .finally(() => engine.terminate());
";

/// Has an engine of its own do something in the tab: `work` is the body of a JavaScript function in
/// which `ask` asks it, and which sets `globalThis.done` in the end.
pub async fn begin(page: &Page, work: &str, given: &[Value]) {
    page.evaluate(&format!("{ENGINE}{work}"), given).await;
}

/// Waits for what [`begin`] has begun.
///
/// # Panics
/// Where it failed.
pub async fn done(page: &Page) -> Value {
    let done = page
        .wait("the engine's end", "return globalThis.done;", &[])
        .await;
    assert!(done["error"].is_null(), "{}", done["error"]);
    done
}

/// Adds certificates (PEM) to the vault of the tab that is open; every third gets labels where that is
/// wanted. Returns their ids.
pub async fn add(page: &Page, certificates: &[String], with_labels: bool) -> Vec<String> {
    // A driver's commands are not made for megabytes.
    let mut ids = Vec::new();
    for part in certificates.chunks(100) {
        begin(page, ADD, &[json!(part), json!(with_labels)]).await;
        let done = done(page).await;
        let part: Vec<String> = serde_json::from_value(done["ids"].clone()).unwrap_or_default();
        ids.extend(part);
    }
    ids
}
