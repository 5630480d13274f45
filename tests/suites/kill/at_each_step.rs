//! Before and after each request that the CA gets, and each write to the vault.

use crate::site::{Death, Site};
use crate::tripwire::At;
use crate::visitor::Back;

/// One step in so many is tried, unless the environment's `TABCERT_EVERY_STEP` says otherwise: all of
/// them take ten minutes.
const ONE_IN: usize = 5;

#[tokio::test(flavor = "multi_thread")]
#[allow(clippy::print_stdout, reason = "the table is what the test is run for")]
async fn killed_at_each_request_and_each_write() {
    let site = Site::start(0);
    let whole = site.live("whole.test", Death::Never).await.counts;
    assert_eq!((whole.accounts, whole.orders), (1, 1));
    assert!(whole.requests >= 10, "{whole:?}");
    assert!(whole.written >= 4, "{whole:?}");

    let requests =
        (1..=whole.requests).flat_map(|number| [At::Request(number), At::Answer(number)]);
    let writes = (1..=whole.writes).flat_map(|number| [At::Write(number), At::Written(number)]);
    let one_in = match std::env::var_os("TABCERT_EVERY_STEP") {
        Some(_) => 1,
        None => ONE_IN,
    };
    let steps: Vec<_> = requests.chain(writes).step_by(one_in).collect();
    let mut died = 0;
    for (index, at) in steps.iter().copied().enumerate() {
        let name = format!("step-{index}.test");
        let life = site.live(&name, Death::At(at)).await;
        let counts = life.counts;
        println!(
            "{:<14} back: {:<9} accounts {} orders {} requests {:>2} writes {:>2}",
            format!("{at:?}"),
            life.back.map_or("–".to_owned(), |back| format!("{back:?}")),
            counts.accounts,
            counts.orders,
            counts.requests,
            counts.written,
        );
        died += usize::from(life.died);
        assert_eq!((counts.accounts, counts.orders), (1, 1), "{at:?}");
        // What the CA has done for an order is never begun anew.
        if counts.orders == 1 && life.back == Some(Back::Nothing) {
            assert!(
                matches!(at, At::Request(..=3) | At::Answer(..=2) | At::Write(..=2)),
                "{at:?}"
            );
        }
    }
    let steps = steps.len();
    assert!(died + 4 >= steps, "{died} of {steps} died");
}
