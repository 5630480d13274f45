//! At random instants, with a CA that refuses good nonces.

use std::time::Duration;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::{Rng, SeedableRng};

use crate::site::{Death, Site};

/// How many instants, unless the environment's `TABCERT_DEATHS` says otherwise.
const DEATHS: usize = 4;

/// The same instants in every run, as far as a clock can repeat them.
const SEED: u64 = 8555;

#[tokio::test(flavor = "multi_thread")]
#[allow(clippy::print_stdout, reason = "the table is what the test is run for")]
async fn killed_at_random_instants_under_nonce_rejection() {
    let deaths = std::env::var("TABCERT_DEATHS").ok();
    let deaths = deaths
        .and_then(|deaths| deaths.parse().ok())
        .unwrap_or(DEATHS);
    let site = Site::start(15);
    let whole = site.live("whole.test", Death::Never).await;
    let longest = u32::try_from(whole.took.as_millis()).expect("not so long");
    let mut rng = ChaCha20Rng::seed_from_u64(SEED);
    let mut died = 0;
    for index in 0..deaths {
        let instant = Duration::from_millis((rng.next_u32() % longest).into());
        let life = site
            .live(&format!("instant-{index}.test"), Death::After(instant))
            .await;
        let counts = life.counts;
        println!(
            "{:>6} ms      back: {:<9} accounts {} orders {} requests {:>2}",
            instant.as_millis(),
            life.back.map_or("–".to_owned(), |back| format!("{back:?}")),
            counts.accounts,
            counts.orders,
            counts.requests,
        );
        died += usize::from(life.died);
        assert_eq!(
            (counts.accounts, counts.orders),
            (1, 1),
            "after {instant:?}"
        );
    }
    assert!(2 * died >= deaths, "{died} of {deaths} died");
}
