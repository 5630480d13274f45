//! A CA that misbehaves on purpose, before a real Pebble: drops, lost and cut answers, portals, half-open
//! CORS, failures that nobody tells. Every seed has to end in a certificate, the passing faults without
//! the visitor, and every certificate that Pebble has issued has to be the visitor's.

#![allow(clippy::print_stdout, reason = "its table is printed")]

mod ca;
mod dice;
mod fault;
mod player;

use std::collections::BTreeMap;

use ca::BadCa;
use fault::{Fault, Outcome, Plan};
use player::{MAX_MS, Player};
use tabcert_acme::url::HttpsUrl;
use tabcert_harness::{Challtestsrv, Pebble, PebbleOptions, PebblePackage};
use tabcert_pki::Delivered;
use tabcert_tests::native::NativeShell;
use tokio::runtime::Runtime;

/// How many seeds, unless the environment's `TABCERT_SEEDS` says otherwise.
const SEEDS: u64 = 30;

struct World {
    dns: Challtestsrv,
    pebble: Pebble,
    shell: NativeShell,
    runtime: Runtime,
}

/// One line of the table.
#[derive(Default)]
struct Line {
    seeds: usize,
    outcomes: BTreeMap<Outcome, usize>,
    orders: usize,
    accounts: usize,
    certificates: usize,
}

/// What Pebble wrote into its log of one seed.
#[derive(Default)]
struct Logged {
    orders: usize,
    accounts: usize,
    /// Serial numbers, as Pebble writes them.
    serials: Vec<String>,
}

impl World {
    fn start() -> Self {
        let package = PebblePackage::install().expect("Pebble can be had");
        let dns = Challtestsrv::start(&package, None).expect("challtestsrv starts");
        let mut options = PebbleOptions::new(dns.dns_address(), dns.http01_port());
        // What goes wrong is the seed's to say.
        options.nonce_reject_percent = 0;
        let pebble = Pebble::start(&package, &options).expect("Pebble starts");
        let shell = NativeShell::new(pebble.ca_pem()).expect("a client");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        Self {
            dns,
            pebble,
            shell,
            runtime,
        }
    }

    fn logged_since(&self, before: usize) -> (Logged, usize) {
        let log = self.pebble.log().expect("a log");
        let mut logged = Logged::default();
        for line in log.get(before..).unwrap_or_default().lines() {
            logged.orders += usize::from(line.contains("Added order "));
            logged.accounts += usize::from(line.contains(" accounts in memory"));
            if let Some((_, rest)) = line.split_once("Issued certificate serial ") {
                let serial = rest.split_whitespace().next().unwrap_or_default();
                logged.serials.push(serial.to_lowercase());
            }
        }
        (logged, log.len())
    }

    /// Plays one plan; returns how many requests it took, and what the log says.
    fn play(&self, plan: &Plan, name: &str) -> Result<(Outcome, usize, Logged), String> {
        let (_, before) = self.logged_since(0);
        let directory = HttpsUrl::parse(&self.pebble.directory_url()).expect("an https URL");
        let mut ca = BadCa::new((&self.shell, &self.runtime), directory, plan);
        let (played, requests, foreign) = {
            let mut stats = (0, Vec::new());
            let played = Player::new(&mut ca, &self.dns, plan, name).play_to_the_end(&mut stats);
            (played?, stats.0, stats.1)
        };
        let (logged, _) = self.logged_since(before);
        if played.took_ms > MAX_MS {
            return Err(format!("took {} s", played.took_ms / 1000));
        }
        if !foreign.is_empty() {
            return Err(format!("asked {foreign:?}"));
        }
        let delivered = Delivered::read(played.delivery.answer.as_bytes());
        let mut certificates = delivered.certificates().iter();
        let leaf = certificates.find(|certificate| !certificate.is_ca());
        let leaf = leaf.ok_or("was delivered no certificate")?;
        let got = leaf.serial_hex().replace(':', "").to_lowercase();
        let zeroless = |serial: &str| serial.trim_start_matches('0').to_owned();
        let lost = logged
            .serials
            .iter()
            .filter(|it| zeroless(it) != zeroless(&got));
        let lost: Vec<_> = lost.collect();
        if logged.serials.is_empty() || !lost.is_empty() {
            return Err(format!("has {got}, and Pebble issued {:?}", logged.serials));
        }
        Ok((played.outcome, requests, logged))
    }
}

#[test]
fn every_seed_ends_in_the_certificate_that_was_issued() {
    let seeds = std::env::var("TABCERT_SEEDS").ok();
    let seeds = seeds.and_then(|text| text.parse().ok()).unwrap_or(SEEDS);
    let world = World::start();
    let (outcome, usual, _) = world
        .play(&Plan::honest(), "honest.example")
        .expect("an honest CA issues");
    assert_eq!(outcome, Outcome::Issued);

    let mut table: BTreeMap<(Fault, bool), Line> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut passing = 0;
    for seed in 0..seeds {
        let plan = Plan::of(seed);
        passing += u64::from(plan.passes);
        let told = match world.play(&plan, &format!("seed-{seed}.example")) {
            Ok((outcome, requests, logged)) => {
                for planned in &plan.faults {
                    let line = table.entry((planned.fault, !plan.passes)).or_default();
                    line.seeds += 1;
                    *line.outcomes.entry(outcome).or_default() += 1;
                    line.orders += logged.orders;
                    line.accounts += logged.accounts;
                    line.certificates += logged.serials.len();
                }
                let is_right =
                    |it: &fault::Planned| it.fault.right(!plan.passes).contains(&outcome);
                if !plan.faults.iter().all(is_right) {
                    Some(format!("came to {outcome:?}"))
                } else if plan.passes && requests > 3 * usual {
                    Some(format!("took {requests} requests instead of {usual}"))
                } else {
                    None
                }
            }
            Err(told) => Some(told),
        };
        if let Some(told) = told {
            wrong.push(format!("seed {seed}: {plan:?}: {told}"));
        }
    }
    print_table(&table);
    assert!(passing * 10 >= seeds * 6, "{passing} of {seeds} seeds pass");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn print_table(table: &BTreeMap<(Fault, bool), Line>) {
    println!("| fault | lasts | seeds | outcomes | orders | accounts | certificates |");
    println!("|---|---|---|---|---|---|---|");
    for ((fault, lasts), line) in table {
        println!(
            "| {fault:?} | {lasts} | {} | {:?} | {} | {} | {} |",
            line.seeds, line.outcomes, line.orders, line.accounts, line.certificates
        );
    }
}
