//! `cargo xtask bench`: how large, how many, how fast.
//!
//! Every figure is measured in this run; what could not be measured is said to be so, the rest is
//! printed all the same, and the exit code is 1 then. One file per [`Group`] of figures:
//! [`sizes`], [`native`] (requests, and time against other packages), [`in_browser`] (the same in
//! Chromium), [`page_tasks`], [`many_certificates`], [`mod@edge`] (against the same in JavaScript) and [`warm_start`].

#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a command-line program"
)]

mod bare_page;
mod edge;
mod figure;
mod in_browser;
mod many_certificates;
mod native;
mod page_tasks;
mod peers;
mod servers;
mod sizes;
mod trace;
mod warm_start;

use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use clap::{Parser, ValueEnum};

use crate::figure::{Figure, Report};

#[derive(Parser)]
#[command(
    name = "cargo xtask bench",
    about = "Measures sizes, requests and times"
)]
struct Cli {
    /// Also write the figures to this file, as one flat JSON object
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Only these groups of figures
    groups: Vec<Group>,

    /// Keep the traces of the page's tasks in this folder; DevTools shows them under Performance
    #[arg(long, value_name = "FOLDER")]
    traces: Option<PathBuf>,

    /// How often each time is taken; slow validations are waited for five times
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u16).range(5..))]
    runs: u16,
}

/// Figures that are measured together, in the order in which they are measured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Group {
    /// What is sent to visitors
    Sizes,
    /// Requests, and time against other packages, natively
    Native,
    /// Native time where validations take up to 3 seconds
    Slow,
    /// Time against another package, and preflights, in Chromium
    Browser,
    /// How long the page's thread is held
    Tasks,
    /// How a list of 1,000 certificates opens and scrolls
    Vault,
    /// Size and speed of the edge worker, against JavaScript
    Edge,
    /// How long `cargo xtask run` takes
    Start,
}

impl Group {
    fn measure(self, cli: &Cli) -> Result<Vec<Figure>> {
        let runs = cli.runs.into();
        match self {
            Self::Sizes => sizes::measure(),
            Self::Native => native::measure_fast(runs),
            Self::Slow => native::measure_slow(),
            Self::Browser => in_browser::measure(runs),
            Self::Tasks => page_tasks::measure(cli.traces.as_deref()),
            Self::Vault => many_certificates::measure(runs),
            Self::Edge => edge::measure(runs),
            // Last: it leaves what it builds in dist/, which is not what is deployed.
            Self::Start => warm_start::measure(),
        }
    }

    fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    // What a panic says is part of the report.
    panic::set_hook(Box::new(|_| {}));
    let mut report = Report::default();
    for group in Group::value_variants() {
        if !cli.groups.is_empty() && !cli.groups.contains(group) {
            continue;
        }
        eprintln!("· measuring: {}", group.name());
        // The browser's side says by a panic what it waited for in vain.
        let measured = catch_unwind(AssertUnwindSafe(|| group.measure(&cli)));
        let measured = measured.unwrap_or_else(|panic| Err(anyhow!("{}", message(&*panic))));
        match measured {
            Ok(figures) => report.add(figures),
            Err(error) => report.fail(group.name(), &error),
        }
    }
    print!("{report}");
    if let Some(file) = &cli.json
        && let Err(error) = report.write_json(file)
    {
        eprintln!("error: {error:#}");
        return ExitCode::FAILURE;
    }
    if report.is_complete() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// What a panic said.
fn message(panic: &dyn std::any::Any) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("it panicked")
}

/// The repository.
fn repository() -> Result<PathBuf> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let repository = manifest.parent().context("tests/ is in the repository")?;
    Ok(repository.to_owned())
}

/// Where async code runs.
fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("no runtime")
}
