//! Finding certificates: by host, and in lists.

use crate::fixtures::{day, summary};
use tabcert_acme::revocation::Reason;
use tabcert_vault::certificate::Revocation;
use tabcert_vault::coverage::{Via, covering};
use tabcert_vault::list::{Query, Sort, groups, list};
use tabcert_vault::summary::Summary;

fn vias(names: &[&str], host: &str) -> Option<Via> {
    let certificate = summary(1, names, 90);
    let found = covering([&certificate], host, day(1));
    found.first().map(|covering| covering.via)
}

#[test]
fn a_wildcard_stands_for_one_label() {
    for (names, host, expected) in [
        (&["example.org"][..], "example.org", Some(Via::Exact)),
        (&["example.org"], "EXAMPLE.org.", Some(Via::Exact)),
        (&["example.org"], "www.example.org", None),
        (&["*.example.org"], "www.example.org", Some(Via::Wildcard)),
        (&["*.example.org"], "WWW.Example.Org", Some(Via::Wildcard)),
        (&["*.example.org"], "example.org", None),
        (&["*.example.org"], "a.b.example.org", None),
        (&["*.example.org"], ".example.org", None),
        (&["*.example.org"], "*.example.org", Some(Via::Exact)),
        (&["*.example.org"], "wwwexample.org", None),
        (
            &["*.example.org", "www.example.org"],
            "www.example.org",
            Some(Via::Exact),
        ),
        (&["192.0.2.1"], "192.0.2.1", Some(Via::Exact)),
        (&["*.0.2.1"], "192.0.2.1", None),
        (&["2001:db8::1"], "[2001:DB8:0::1]", Some(Via::Exact)),
        (&["example.org"], "", None),
        (&[], "example.org", None),
    ] {
        assert_eq!(vias(names, host), expected, "{names:?} {host}");
    }
}

#[test]
fn the_best_is_usable_and_lasts_longest() {
    let long_ago = summary(1, &["www.example.org"], 10);
    let short = summary(2, &["www.example.org"], 60);
    let long = summary(3, &["*.example.org"], 90);
    let mut revoked = summary(4, &["www.example.org"], 365);
    revoked.revoked = Some(Revocation {
        at_ms: 0,
        reason: Reason::KeyCompromise,
    });
    let mut fallback = summary(5, &["other.example"], 400);
    fallback.label.fallback = true;
    let other = summary(6, &["other.example"], 400);
    let all = [long_ago, short, long, revoked, fallback, other];
    let order = |host: &str, now_ms| {
        covering(&all, host, now_ms)
            .iter()
            .map(|found| {
                (
                    found.certificate.id.to_string()[1..2].to_owned(),
                    found.via,
                    found.is_usable,
                )
            })
            .collect::<Vec<_>>()
    };
    let entry = |id: &str, via, is_usable| (id.to_owned(), via, is_usable);
    assert_eq!(
        order("www.example.org", day(30)),
        [
            entry("3", Via::Wildcard, true),
            entry("2", Via::Exact, true),
            entry("4", Via::Exact, false),
            entry("1", Via::Exact, false),
            entry("5", Via::Fallback, true),
        ]
    );
    // Nothing is for this host: servers present the fallback.
    assert_eq!(
        order("nowhere.example", day(30)),
        [entry("5", Via::Fallback, true)]
    );
    // Not yet valid is not usable.
    assert!(
        order("www.example.org", day(0) - 1)
            .iter()
            .all(|(_, _, usable)| !usable)
    );
}

fn shelf() -> Vec<Summary> {
    let mut first = summary(1, &["beta.example", "www.beta.example"], 90);
    first.label.name = "Shop".to_owned();
    first.label.group = "Customers".to_owned();
    let mut second = summary(2, &["alpha.example"], 45);
    second.label.used_for = "Load balancer EINS".to_owned();
    second.directory_url = None;
    second.facts.issuer = "Ähnliche CA".to_owned();
    let mut third = summary(3, &["gamma.example"], 90);
    third.label.group = "Customers".to_owned();
    third.label.description = "the old one".to_owned();
    vec![first, second, third]
}

fn found(query: &Query) -> String {
    let shelf = shelf();
    list(&shelf, query)
        .iter()
        .map(|certificate| certificate.id.to_string()[1..2].to_owned())
        .collect()
}

#[test]
fn every_word_has_to_occur_somewhere() {
    for (text, expected) in [
        ("", "231"),
        ("  ", "231"),
        ("example", "231"),
        ("WWW.beta", "1"),
        ("shop beta", "1"),
        ("shop alpha", ""),
        ("eins", "2"),
        ("ähnliche", "2"),
        ("ca.example", "31"),
        ("test ca", "31"),
        ("customers old", "3"),
        // Words do not run from one field into the next.
        ("shopcustomers", ""),
    ] {
        let query = Query {
            text: text.to_owned(),
            ..Query::default()
        };
        assert_eq!(found(&query), expected, "{text}");
    }
    let query = Query {
        group: Some("Customers".to_owned()),
        ..Query::default()
    };
    assert_eq!(found(&query), "31");
    assert_eq!(groups(&shelf()), ["Customers"]);
}

#[test]
fn each_order_has_a_reverse() {
    for (sort, up, down) in [
        (Sort::Expiry, "231", "132"),
        (Sort::Name, "231", "132"),
        (Sort::Ca, "312", "213"),
        (Sort::Issued, "123", "321"),
    ] {
        for (descending, expected) in [(false, up), (true, down)] {
            let query = Query {
                sort,
                descending,
                ..Query::default()
            };
            assert_eq!(found(&query), expected, "{sort:?} {descending}");
        }
    }
}
