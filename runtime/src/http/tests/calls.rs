//! What is answered to whom.

use super::service::{ALLOWED, post, send, start, without_date};
use crate::http::body::BYTES_MAX;
use crate::http::serve::{Limits, Peer};
use axum::body::Body;
use opwright_values::json::Json;
use tower::ServiceExt;

fn body(answer: &str) -> Json {
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    Json::parse(body).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_looks_like_what_is_not_there() {
    let service = start(Limits::default()).await;
    let hidden = send(service.address, &post("secret", ALLOWED, "{}")).await;
    assert!(hidden.starts_with("HTTP/1.1 404"), "{hidden}");
    for other in ["nowhere", "secre", "%ff", "a%2Fb", "secret%20"] {
        let answer = send(service.address, &post(other, ALLOWED, "{}")).await;
        assert_eq!(without_date(&answer), without_date(&hidden), "{other}");
    }
    // What is wrong with the arguments says nothing about the operation either.
    let faulty = send(service.address, &post("secret", ALLOWED, "{\"x\":1}")).await;
    assert_eq!(without_date(&faulty), without_date(&hidden));
    for name in ["secret", "nowhere", "quick"] {
        let stranger = send(service.address, &post(name, "Content-Type: application/json\r\n", "{}")).await;
        assert!(
            stranger.starts_with("HTTP/1.1 401") && stranger.contains("www-authenticate: Bearer"),
            "{stranger}"
        );
        assert!(stranger.contains("no token was sent"), "{stranger}");
    }
    assert!(service.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens() {
    let service = start(Limits::default()).await;
    let call = async |header: &str| {
        send(service.address, &post("quick", &format!("{header}Content-Type: application/json\r\n"), "{}"))
            .await
    };
    for header in ["Authorization: Bearer t\r\n", "authorization: bearer  t \r\n"] {
        let answer = call(header).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"result\":\"quick\""), "{answer}");
    }
    for header in [
        "Authorization: Bearer u\r\n",
        "Authorization: Basic t\r\n",
        "Authorization: t\r\n",
        "Authorization: Bearer t\r\nAuthorization: Bearer t\r\n",
    ] {
        let answer = call(header).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{header}: {answer}");
    }
    assert!(service.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_have_bounds() {
    let service = start(Limits::default()).await;
    let head = "POST /v1/operations/quick HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    let declared =
        send(service.address, &format!("{head}{ALLOWED}Content-Length: {}\r\n\r\n", BYTES_MAX + 1)).await;
    assert!(declared.starts_with("HTTP/1.1 413"), "{declared}");
    let chunk = format!("{:x}\r\n{}\r\n0\r\n\r\n", BYTES_MAX + 1, " ".repeat(BYTES_MAX + 1));
    let chunked =
        send(service.address, &format!("{head}{ALLOWED}Transfer-Encoding: chunked\r\n\r\n{chunk}")).await;
    assert!(chunked.starts_with("HTTP/1.1 413"), "{chunked}");
    let full = format!("{{{}}}", " ".repeat(BYTES_MAX - 2));
    let full = send(service.address, &post("quick", ALLOWED, &full)).await;
    assert!(full.starts_with("HTTP/1.1 200"), "{full}");
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for (bad, said) in [
        (deep.as_str(), "nested deeper"),
        ("[", "EOF"),
        ("{\"a\":1,\"a\":2}", "twice"),
        ("{\"a\":\"\\u0000\"}", "NUL"),
        ("[]", "an object"),
        ("{\"x\":1}", "no such key"),
        ("{\"x\":1}", "\"detail\":\"the arguments do not fit: `errors` lists 1 fault\""),
        ("{\"dry_run\":1}", "true or false"),
        ("{\"dry_run\":1}", "`dry_run` beside the arguments cannot be taken"),
        ("[]", "the body of this call is no JSON object"),
        ("{\"idempotency_key\":\"a\"}", "no `idempotency_key`, which is to come: no call takes it yet"),
        (
            "{\"plan\":true}",
            "\"detail\":\"the arguments do not fit: `plan` is to come: no call takes it yet, ",
        ),
        ("{\"plan\":1,\"stated_reason\":\"a\"}", "`plan` and `stated_reason` are to come"),
        ("{\"plan\":1,\"dry_run\":2}", "`plan` and `dry_run` beside the arguments cannot be taken"),
        ("{\"plan\":1,\"x\":2}", "the arguments do not fit: `errors` lists 2 faults"),
        ("{\"\":1}", "the arguments do not fit: `errors` lists 1 fault"),
        ("{\"\":1}", "\"pointer\":\"/\",\"code\":\"unknown\""),
        ("{\"plan\":1,\"\":2}", "the arguments do not fit: `errors` lists 2 faults"),
        ("{\"plan\":1,\"\":2}", "\"pointer\":\"/\",\"code\":\"unknown\""),
        ("{\"plan\":1,\"\":2}", "\"pointer\":\"/plan\",\"code\":\"unknown\""),
        ("{\"plan\":1}", "\"fix\":\"mend them\""),
    ] {
        let answer = send(service.address, &post("quick", ALLOWED, bad)).await;
        assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
        assert!(answer.contains("content-type: application/problem+json"), "{answer}");
        let problem = body(&answer).to_string();
        assert!(problem.contains(said) && problem.contains("invalid_input"), "{said}: {problem}");
    }
    assert!(service.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_else_is_answered_with_what_to_do() {
    let service = start(Limits::default()).await;
    let close = "Host: localhost\r\nConnection: close\r\n\r\n";
    for (request, status, said) in [
        ("GET /v1/operations/quick", 405, "with POST"),
        ("DELETE /healthz", 405, "Allow"),
        ("GET /v2", 404, "/v1/operations/{name}"),
        ("GET /tracer/%FF", 404, "there is no operation `%FF` to show"),
        ("GET /tracer/qick.json", 404, "did you mean /tracer/quick?"),
    ] {
        let answer = send(service.address, &format!("{request} HTTP/1.1\r\n{close}")).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
        assert!(answer.contains("application/problem+json") && answer.contains(said), "{said}: {answer}");
        assert_eq!(status == 405, answer.contains("allow: "), "{answer}");
    }
    // A browser is shown a page, with where to go.
    let browser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n";
    for (path, meant) in [
        ("/tracer/qick", true),
        ("/tracer/nosuch", false),
        ("/tracer/quick.pdf", false),
        ("/tracer/%FF", false),
    ] {
        let answer = send(service.address, &format!("GET {path} HTTP/1.1\r\n{browser}{close}")).await;
        assert!(answer.starts_with("HTTP/1.1 404") && answer.contains("content-type: text/html"), "{answer}");
        assert!(answer.contains("frame-ancestors 'none'"), "{answer}");
        assert!(
            answer.contains(r#"<a href="/tracer/">"#) && answer.contains("there is no operation `"),
            "{answer}"
        );
        assert_eq!(answer.contains(r#"Did you mean <a href="/tracer/quick">quick</a>"#), meant, "{answer}");
    }
    for (name, said) in [
        ("qick", "did you mean `quick`? else check its name"),
        ("nosuch", "\"check its name, which /tracer/ lists"),
    ] {
        let answer = send(service.address, &post(name, ALLOWED, "{}")).await;
        assert!(answer.starts_with("HTTP/1.1 404") && answer.contains(said), "{said}: {answer}");
    }
    let form = "Authorization: Bearer t\r\nContent-Type: text/plain\r\n";
    let answer = send(service.address, &post("quick", form, "{}")).await;
    assert!(answer.starts_with("HTTP/1.1 415") && answer.contains("application/json"), "{answer}");
    let empty = send(service.address, &post("quick", "Authorization: Bearer t\r\n", "")).await;
    assert!(empty.starts_with("HTTP/1.1 200"), "{empty}");
    assert!(service.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tracer_is_open_to_this_machine_alone() {
    let service = start(Limits::default()).await;
    for (host, open) in [
        ("localhost", true),
        ("localhost:7400", true),
        ("127.0.0.1:7400", true),
        ("[::1]:7400", true),
        ("evil.example", false),
        ("localhost.evil.example", false),
        ("127.0.0.1.evil.example", false),
    ] {
        let request = format!("GET /tracer/quick.json HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = send(service.address, &request).await;
        assert_eq!(answer.starts_with("HTTP/1.1 200"), open, "{host}: {answer}");
        assert_eq!(answer.starts_with("HTTP/1.1 403"), !open, "{host}: {answer}");
    }
    assert!(service.stop().await);
}

#[tokio::test]
async fn the_tracer_is_closed_to_other_machines() {
    let layer = axum::middleware::from_fn(crate::http::pages::guard);
    let router = axum::Router::new().route("/tracer/", axum::routing::get(|| async {})).layer(layer);
    let none = axum::http::Request::get("/tracer/").header("Host", "localhost").body(Body::empty()).unwrap();
    assert_eq!(router.clone().oneshot(none).await.unwrap().status(), 403, "a peer that is not known");
    for (peer, status) in [
        ("127.0.0.1:9", 200),
        ("[::1]:9", 200),
        ("[::ffff:127.0.0.1]:9", 200),
        ("10.0.0.1:9", 403),
        ("[fe80::1]:9", 403),
        ("[::ffff:10.0.0.1]:9", 403),
    ] {
        let request = axum::http::Request::get("/tracer/").header("Host", "localhost");
        let request = request.extension(Peer(peer.parse().unwrap())).body(Body::empty()).unwrap();
        assert_eq!(router.clone().oneshot(request).await.unwrap().status(), status, "{peer}");
    }
}
