//! What was measured, and how it is shown.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Map, Number, Value};

/// A measured value.
pub(crate) struct Figure {
    key: String,
    value: f64,
    unit: Unit,
    aim: Option<Aim>,
    /// How it came about.
    note: String,
}

/// What a value should be.
#[derive(Clone, Copy)]
enum Aim {
    AtMost(f64),
    AtLeast(f64),
}

/// What a value counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Bytes,
    Requests,
    /// Ours over theirs.
    Ratio,
    PerSecond,
    Milliseconds,
    Seconds,
}

impl Figure {
    pub(crate) fn new(key: impl Into<String>, value: f64, unit: Unit) -> Self {
        let key = key.into();
        Self {
            key,
            value,
            unit,
            aim: None,
            note: String::new(),
        }
    }

    /// A number of things.
    pub(crate) fn count(key: impl Into<String>, count: usize, unit: Unit) -> Self {
        // No count here comes near 2^52.
        Self::new(key, count as f64, unit)
    }

    pub(crate) fn at_most(mut self, aim: f64) -> Self {
        self.aim = Some(Aim::AtMost(aim));
        self
    }

    pub(crate) fn at_least(mut self, aim: f64) -> Self {
        self.aim = Some(Aim::AtLeast(aim));
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// Adds to the note.
    pub(crate) fn also(mut self, note: &str) -> Self {
        self.note = format!("{}; {note}", self.note);
        self
    }

    fn json(&self) -> Value {
        let number = if self.unit.is_whole() {
            Some(Number::from(self.value as u64))
        } else {
            Number::from_f64((self.value * 1000.0).round() / 1000.0)
        };
        number.map_or(Value::Null, Value::Number)
    }

    fn is_met(&self) -> Option<bool> {
        self.aim.map(|aim| match aim {
            Aim::AtMost(most) => self.value <= most,
            Aim::AtLeast(least) => self.value >= least,
        })
    }
}

impl Unit {
    fn is_whole(self) -> bool {
        matches!(self, Self::Bytes | Self::Requests | Self::PerSecond)
    }

    fn show(self, value: f64) -> String {
        match self {
            Self::Bytes => format!("{value} bytes"),
            Self::Requests => format!("{value}"),
            Self::PerSecond => format!("{value:.0}/s"),
            Self::Ratio => format!("{value:.2}"),
            Self::Milliseconds => format!("{value:.1} ms"),
            Self::Seconds => format!("{value:.2} s"),
        }
    }
}

/// All that was measured, and all that was not.
#[derive(Default)]
pub(crate) struct Report {
    figures: Vec<Figure>,
    failures: Vec<String>,
}

impl Report {
    pub(crate) fn add(&mut self, figures: Vec<Figure>) {
        self.figures.extend(figures);
    }

    pub(crate) fn fail(&mut self, what: String, error: &anyhow::Error) {
        self.failures.push(format!("{what}: {error:#}"));
    }

    /// Whether everything could be measured.
    pub(crate) fn is_complete(&self) -> bool {
        self.failures.is_empty()
    }

    /// Writes one flat object: a number for each figure.
    pub(crate) fn write_json(&self, file: &Path) -> Result<()> {
        let figures = self.figures.iter();
        let object: Map<String, Value> = figures
            .map(|figure| (figure.key.clone(), figure.json()))
            .collect();
        let text = format!("{:#}\n", Value::Object(object));
        fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
    }
}

/// A table, and then what could not be measured.
impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |cell: fn(&Figure) -> usize| self.figures.iter().map(cell).max().unwrap_or(0);
        let keys = width(|figure| figure.key.len());
        let values = width(|figure| figure.unit.show(figure.value).len());
        let aims = width(|figure| aim(figure).chars().count());
        for figure in &self.figures {
            let value = figure.unit.show(figure.value);
            let line = format!(
                "{:keys$}  {value:>values$}  {:aims$}  {}",
                figure.key,
                aim(figure),
                figure.note,
            );
            writeln!(out, "{}", line.trim_end())?;
        }
        for failure in &self.failures {
            writeln!(out, "error: not measured: {failure}")?;
        }
        Ok(())
    }
}

fn aim(figure: &Figure) -> String {
    let Some((aim, met)) = figure.aim.zip(figure.is_met()) else {
        return String::new();
    };
    let mark = if met { '✓' } else { '✗' };
    let (sign, bound) = match aim {
        Aim::AtMost(most) => ('≤', most),
        Aim::AtLeast(least) => ('≥', least),
    };
    format!("{mark} {sign} {}", figure.unit.show(bound))
}

/// The value in the middle.
pub(crate) fn median(values: &[f64]) -> Result<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => anyhow::bail!("nothing was measured"),
        length if length % 2 == 0 => Ok(f64::midpoint(sorted[middle - 1], sorted[middle])),
        _ => Ok(sorted[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]).expect("a median"), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]).expect("a median"), 2.5);
        assert!(median(&[]).is_err());
    }

    #[test]
    fn counts_are_whole_and_ratios_have_three_places() {
        assert_eq!(
            Figure::count("n", 12, Unit::Requests).json().to_string(),
            "12"
        );
        assert_eq!(
            Figure::new("r", 0.123_456, Unit::Ratio).json().to_string(),
            "0.123"
        );
    }

    #[test]
    fn a_missed_aim_is_marked() {
        let figure = Figure::new("t", 60.0, Unit::Milliseconds).at_most(50.0);
        assert_eq!(aim(&figure), "✗ ≤ 50.0 ms");
        let figure = Figure::new("r", 0.5, Unit::Ratio).at_least(0.9);
        assert_eq!(aim(&figure), "✗ ≥ 0.90");
    }

    #[test]
    fn what_failed_is_said_and_makes_the_report_incomplete() {
        let mut report = Report::default();
        assert!(report.is_complete());
        report.fail("browser".to_owned(), &anyhow::anyhow!("no Chromium"));
        assert!(!report.is_complete());
        assert_eq!(
            report.to_string(),
            "error: not measured: browser: no Chromium\n"
        );
    }
}
