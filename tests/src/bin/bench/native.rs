//! Requests of an issuance, and its time against other packages, all without a browser.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use tabcert_acme::domain::DomainName;
use tabcert_acme::url::HttpsUrl;
use tabcert_harness::ValidationDelay;
use tabcert_issuance::Intent;
use tabcert_issuance::event::Application;
use tabcert_issuance::view::Phase;
use tabcert_pki::KeyType;
use tabcert_tests::native::{NativeShell, Run};
use tokio::runtime::Runtime;

use crate::figure::{Figure, Unit, median};
use crate::peers::{self, Peer};
use crate::runtime;
use crate::servers::{Ca, names};

/// How often validations that take seconds are waited for.
const SLOW_RUNS: usize = 5;

/// Requests and times for 1 and 20 names, where validating takes no time.
pub(crate) fn measure_fast(runs: usize) -> Result<Vec<Figure>> {
    let mut contest = Contest::start(ValidationDelay::None)?;
    let mut figures = Vec::new();
    for (count, name) in [(1, "1_name"), (20, "20_names")] {
        let results = contest.hold(count, runs)?;
        figures.extend(requests(&results.runs, count, name)?);
        figures.push(results.ratio(format!("native_{name}_ratio"), 0.8)?);
    }
    Ok(figures)
}

/// The time for 20 names, where validations take up to 3 seconds.
pub(crate) fn measure_slow() -> Result<Vec<Figure>> {
    let mut contest = Contest::start(ValidationDelay::UpToSeconds(3))?;
    let results = contest.hold(20, SLOW_RUNS)?;
    Ok(vec![
        results.ratio("native_20_names_slow_ratio".to_owned(), 1.0)?,
    ])
}

/// The requests of the run that needed most: in all, beyond the first newNonce, and by kind.
///
/// RFC 8555 needs 6 + 2N at least: directory, newNonce, newAccount, newOrder, finalize and
/// certificate once, authorization and challenge for each name. Polls come on top, and a newNonce
/// for each call in flight beyond the first.
fn requests(runs: &[Run], count: usize, name: &str) -> Result<Vec<Figure>> {
    let most = runs.iter().max_by_key(|run| run.all_requests());
    let most = most.context("nothing was issued")?;
    let nonces = most.requests.get("newNonce").copied().unwrap_or(0);
    let further_nonces = nonces.saturating_sub(1);
    let aim = 6 + 2 * count + 4 + further_nonces;
    let total = format!("requests_{name}");
    let mut figures = vec![
        Figure::count(&total, most.all_requests(), Unit::Requests)
            .at_most(aim as f64)
            .note(format!(
                "6 + 2 × {count} + 4, and {further_nonces} further newNonce; the most of {} runs",
                runs.len()
            )),
        Figure::count(
            format!("{total}_extra_nonces"),
            further_nonces,
            Unit::Requests,
        ),
    ];
    for (kind, number) in &most.requests {
        let key = format!("{total}_{}", snake_case(kind));
        figures.push(Figure::count(key, *number, Unit::Requests));
    }
    Ok(figures)
}

fn snake_case(kind: &str) -> String {
    kind.chars()
        .flat_map(|letter| {
            let separator = letter.is_uppercase().then_some('_');
            separator.into_iter().chain(letter.to_lowercase())
        })
        .collect()
}

/// All sides, on one CA.
struct Contest {
    peers: Vec<Peer>,
    shell: NativeShell,
    runtime: Runtime,
    ca: Ca,
    issued: usize,
}

/// What a contest came to. Times are milliseconds from the first request to the last answer.
struct Results {
    runs: Vec<Run>,
    ours: Vec<f64>,
    theirs: BTreeMap<&'static str, Vec<f64>>,
}

impl Contest {
    fn start(validation_delay: ValidationDelay) -> Result<Self> {
        let folder = peers::install()?;
        let ca = Ca::start(|options| options.validation_delay = validation_delay)?;
        Ok(Self {
            peers: Peer::start_all(&folder, &ca)?,
            shell: NativeShell::new(ca.pebble.ca_pem())?,
            runtime: runtime()?,
            ca,
            issued: 0,
        })
    }

    /// Lets every side issue in turn, `runs` times and once before that to get warm.
    fn hold(&mut self, count: usize, runs: usize) -> Result<Results> {
        let mut results = Results {
            runs: Vec::new(),
            ours: Vec::new(),
            theirs: BTreeMap::new(),
        };
        for round in 0..=runs {
            let is_counted = round > 0;
            let names = self.next_names(count);
            let run = self.issue(&names)?;
            if is_counted {
                results.ours.push(run.elapsed.as_secs_f64() * 1000.0);
                results.runs.push(run);
            }
            for index in 0..self.peers.len() {
                let names = self.next_names(count);
                let peer = &mut self.peers[index];
                let time = peer.issue(&names)?;
                if is_counted {
                    results.theirs.entry(peer.name).or_default().push(time);
                }
            }
        }
        Ok(results)
    }

    fn next_names(&mut self, count: usize) -> Vec<String> {
        self.issued += 1;
        names(count, &format!("run-{}", self.issued))
    }

    /// Issues with a new account, by dns-01; the records are set as soon as they are known.
    fn issue(&self, names: &[String]) -> Result<Run> {
        let names: Vec<DomainName> = names
            .iter()
            .map(|name| DomainName::parse_a_labels(name))
            .collect::<Result<_, _>>()?;
        let application = Application {
            names,
            key_type: KeyType::P256,
            contact: Vec::new(),
            terms_agreed: true,
        };
        let mut wrong = None;
        let mut visitor = |phase: &Phase| match phase {
            Phase::Connected => vec![Intent::Begin(application.clone())],
            Phase::Proving(proving) => {
                for record in &proving.records {
                    for value in &record.values {
                        if let Err(error) = self.ca.dns.add_txt(&record.name, value) {
                            wrong = Some(error);
                        }
                    }
                }
                vec![Intent::Ready]
            }
            _ => Vec::new(),
        };
        let directory = HttpsUrl::parse(&self.ca.pebble.directory_url())?;
        let account_key = NativeShell::account_key();
        let run = self
            .runtime
            .block_on(self.shell.run(directory, account_key, &mut visitor));
        if let Some(error) = wrong {
            return Err(error.into());
        }
        match &run.view.phase {
            Phase::Issued(_) => Ok(run),
            other => bail!("not issued: {other:?}"),
        }
    }
}

impl Results {
    fn ratio(&self, key: String, aim: f64) -> Result<Figure> {
        compare(key, &self.ours, &self.theirs).map(|figure| figure.at_most(aim))
    }
}

/// The median of ours over the smallest median of theirs.
pub(crate) fn compare(
    key: String,
    ours: &[f64],
    theirs: &BTreeMap<&'static str, Vec<f64>>,
) -> Result<Figure> {
    let our_median = median(ours)?;
    let mut note = format!("{our_median:.0} ms");
    let mut best = f64::INFINITY;
    for (name, times) in theirs {
        let their_median = median(times)?;
        note += &format!(", {name} {their_median:.0} ms");
        best = best.min(their_median);
    }
    note += &format!("; medians of {}", ours.len());
    if !best.is_finite() {
        bail!("there is nothing to compare with");
    }
    Ok(Figure::new(key, our_median / best, Unit::Ratio).note(note))
}
