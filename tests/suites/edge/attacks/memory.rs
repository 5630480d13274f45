//! Bodies that are larger than they say: nobody's is held in memory beyond its limit, whatever the
//! headers announce.

use serde_json::json;
use tabcert_tests::edge_support::answers::FLOOD;
use tabcert_tests::edge_support::world::new_token;
use tabcert_tests::edge_support::{Answer, Request, World};

/// Far below what a body of [`FLOOD`] takes, and above what the runtime takes for itself meanwhile.
const MOST_GROWTH: u64 = 32 * 1024 * 1024;

const JOSE: &str = "application/jose+json";

/// Sends a request in a given way, and says how much memory the runtime took for it.
fn measure(world: &World, name: &str, send: impl Fn(&World) -> Answer) -> Answer {
    let watch = world.edge.watch_memory().expect("the runtime");
    let answer = send(world);
    let growth = watch.growth().expect("the runtime");
    assert!(
        growth < MOST_GROWTH,
        "{name}: {} MiB more in memory",
        growth >> 20
    );
    answer
}

#[test]
fn a_request_body_is_not_held_beyond_its_limit() {
    let world = World::start(None).unwrap_or_else(|error| panic!("a world: {error}"));
    let proxied = format!("/api/v1/proxy/{}/refused", world.recorder.authority());
    let token = format!("/api/v1/http01/tied.example/{}", new_token());
    let routes = [
        ("POST", proxied.as_str(), JOSE),
        ("PUT", &token, JOSE),
        ("DELETE", &token, JOSE),
        ("POST", "/api/v1/check/http01", "application/json"),
    ];
    for (method, path, content_type) in routes {
        for lengths in [&["4"][..], &[], &["0"], &["65536"]] {
            let mut request = Request::new(method, &world.host(), path).body(content_type, "");
            for length in lengths {
                request = request.header("Content-Length", length);
            }
            request.chunked = true;
            let name = format!("{method} {path}, announced as {lengths:?}");
            let answer = measure(&world, &name, |world| {
                let answer = request.flood(world.edge.port(), FLOOD);
                answer.unwrap_or_else(|error| panic!("{name}: {error}"))
            });
            assert_eq!(
                (answer.status, answer.problem().as_str()),
                (413, "tooLarge"),
                "{name}"
            );
        }
    }
    assert_eq!(world.recorder.request_count(), 0);
    assert_eq!(world.get("/api/v1/health").status, 200);
}

#[test]
fn an_answer_is_not_held_beyond_its_limit() {
    let world = World::start(None).unwrap_or_else(|error| panic!("a world: {error}"));
    for path in ["flood", "bomb"] {
        let target = format!("/api/v1/proxy/{}/{path}", world.recorder.authority());
        let answer = measure(&world, path, |world| world.get(&target));
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (502, "caAnswerTooLarge"),
            "{path}"
        );
    }
    for (host, kind) in [
        ("flood.example", "tooLong"),
        ("bomb.example", "tooLong"),
        ("torrent.example", "lookup"),
    ] {
        let thumbprint = world.owner.thumbprint();
        let body = json!({ "host": host, "token": new_token(), "thumbprint": thumbprint });
        let request = Request::new("POST", &world.host(), "/api/v1/check/http01")
            .body("application/json", body.to_string());
        let answer = measure(&world, host, |world| world.send(&request));
        let report = answer.json();
        assert_eq!(report["hops"][0]["broken"]["kind"], kind, "{report}");
    }
    // The resolver, asked for a tie.
    let write = world.write("PUT", "torrent.example", &new_token());
    let answer = measure(&world, "torrent", |world| world.send(&write.request()));
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (502, "resolverFailed")
    );
    assert_eq!(world.get("/api/v1/health").status, 200);
}
