//! The tasks of the page's thread, from the events of a Chromium trace.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result};
use serde_json::Value;

/// What is to be traced.
pub(crate) const CATEGORIES: [&str; 5] = [
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "blink.user_timing",
    "loading",
    "v8",
];

/// The mark (User Timing) that the page sets at the end.
pub(crate) const MARK: &str = "tabcert-bench";

/// A task: nothing else, no input and no frame, is seen to while it runs.
pub(crate) struct Task {
    pub(crate) milliseconds: f64,
    /// How long a processor worked on it.
    processor: f64,
    /// From the first paint.
    began_after: f64,
    /// What took longest in it, longest first.
    parts: Vec<String>,
}

impl fmt::Display for Task {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            milliseconds,
            processor,
            began_after,
            parts,
        } = self;
        write!(
            out,
            "{milliseconds:.1} ms ({processor:.1} on a processor) {began_after:.0} ms after the first paint: {}",
            parts.join(", ")
        )
    }
}

/// The tasks of the thread that set [`MARK`], from the first paint of its page on.
pub(crate) fn tasks_after_first_paint(trace: &[Value]) -> Result<Vec<Task>> {
    let marked = trace.iter().find(|event| event["name"] == MARK);
    let marked = marked.context("the page's mark is not in the trace")?;
    let of_page: Vec<&Value> = trace
        .iter()
        .filter(|event| event["pid"] == marked["pid"] && event["tid"] == marked["tid"])
        .collect();
    let painted = trace
        .iter()
        .filter(|event| event["pid"] == marked["pid"] && event["name"] == "firstPaint")
        .filter_map(|event| event["ts"].as_f64())
        .max_by(f64::total_cmp)
        .context("the first paint is not in the trace")?;
    let tasks = of_page.iter().filter(|event| event["name"] == "RunTask");
    let tasks = tasks.filter_map(|event| {
        let (began, length) = span(event)?;
        // Of a task that the paint was a part of, the rest counts: nobody could use the page before.
        let rest = began + length - began.max(painted);
        (rest > 0.0).then(|| Task {
            milliseconds: rest / 1000.0,
            processor: event["tdur"].as_f64().unwrap_or(length) / 1000.0,
            began_after: (began - painted) / 1000.0,
            parts: parts(&of_page, began, length),
        })
    });
    Ok(tasks.collect())
}

/// Beginning and length in microseconds.
fn span(event: &Value) -> Option<(f64, f64)> {
    Some((event["ts"].as_f64()?, event["dur"].as_f64()?))
}

/// What took the most time between two instants, by itself, without what happened within it.
fn parts(events: &[&Value], began: f64, length: f64) -> Vec<String> {
    const SHOWN: usize = 3;
    const NOTICEABLE: f64 = 1_000.0;

    let ended = began + length;
    let mut within: Vec<(f64, f64, String)> = events
        .iter()
        .filter_map(|event| {
            let (start, took) = span(event)?;
            let is_part = start >= began && start + took <= ended && event["name"] != "RunTask";
            is_part.then(|| (start, took, label(event)))
        })
        .collect();
    // What encloses comes before what it encloses.
    within.sort_by(|one, other| one.0.total_cmp(&other.0).then(other.1.total_cmp(&one.1)));

    let mut own: BTreeMap<&str, f64> = BTreeMap::new();
    let mut open: Vec<(f64, &str)> = Vec::new();
    for (start, took, name) in &within {
        while open.last().is_some_and(|(end, _)| end <= start) {
            open.pop();
        }
        if let Some(&(_, outer)) = open.last() {
            *own.entry(outer).or_default() -= took;
        }
        *own.entry(name.as_str()).or_default() += took;
        open.push((start + took, name.as_str()));
    }
    let mut own: Vec<(&str, f64)> = own.into_iter().collect();
    own.sort_by(|one, other| other.1.total_cmp(&one.1));
    let shown = own.iter().filter(|(_, took)| *took >= NOTICEABLE);
    shown
        .take(SHOWN)
        .map(|(name, took)| format!("{name} {:.1}", took / 1000.0))
        .collect()
}

/// An event's name, with the function or the kind of event where it says so.
fn label(event: &Value) -> String {
    let name = event["name"].as_str().unwrap_or_default();
    let data = &event["args"]["data"];
    let detail = data["functionName"].as_str().or(data["type"].as_str());
    match detail {
        Some(detail) if !detail.is_empty() => format!("{name} {detail}"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(name: &str, tid: u32, ts: f64, dur: f64) -> Value {
        json!({ "name": name, "pid": 1, "tid": tid, "ts": ts, "dur": dur })
    }

    #[test]
    fn only_tasks_of_the_page_after_its_paint_count() {
        let trace = [
            event("RunTask", 1, 0.0, 90_000.0),
            event("firstPaint", 1, 100_000.0, 0.0),
            event("RunTask", 1, 200_000.0, 30_000.0),
            event("FunctionCall", 1, 200_100.0, 20_000.0),
            event("Layout", 1, 200_200.0, 5_000.0),
            event("RunTask", 2, 200_000.0, 70_000.0),
            event(MARK, 1, 300_000.0, 0.0),
        ];
        let tasks = tasks_after_first_paint(&trace).expect("tasks");
        assert_eq!(tasks.len(), 1);
        assert_eq!(
            tasks[0].to_string(),
            "30.0 ms (30.0 on a processor) 100 ms after the first paint: FunctionCall 15.0, Layout 5.0"
        );
    }

    #[test]
    fn a_trace_without_the_page_is_no_trace() {
        assert!(tasks_after_first_paint(&[event("RunTask", 1, 0.0, 1.0)]).is_err());
    }
}
