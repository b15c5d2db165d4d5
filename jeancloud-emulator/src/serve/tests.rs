//! What goes over the wire.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    thread,
    time::Duration,
};

use super::Server;
use crate::{Effect, Emulator, Fault, Faults};

const STS: &str = "POST / HTTP/1.1\r\nauthorization: AWS4-HMAC-SHA256 \
                   Credential=test/20260101/eu-west-3/sts/aws4_request\r\n";
const S3: &str = "authorization: AWS4-HMAC-SHA256 \
                  Credential=test/20260101/us-east-1/s3/aws4_request\r\n";
const WHO: &str = "Action=GetCallerIdentity";

fn server() -> Server {
    Server::start(Emulator::new().client(), 0).unwrap()
}

fn connected(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
}

/// All that is answered to what is sent on one connection.
fn said(server: &Server, sent: &str) -> String {
    let mut stream = connected(server);
    stream.write_all(sent.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).unwrap();
    answers
}

fn who() -> String {
    format!("{STS}content-length: {}\r\n\r\n{WHO}", WHO.len())
}

#[test]
fn a_connection_carries_many_requests() {
    let answers = said(&server(), &who().repeat(3));
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 3, "{answers}");
}

#[test]
fn a_client_that_asks_first_is_told_to_go_on() {
    let server = server();
    let mut stream = connected(&server);
    let length = WHO.len();
    write!(
        stream,
        "{STS}expect: 100-continue\r\ncontent-length: {length}\r\n\r\n"
    )
    .unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    write!(stream, "{WHO}").unwrap();
    let mut answer = [0; 15];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
}

#[test]
fn the_answer_to_head_is_the_head_of_what_get_brings() {
    let server = server();
    let put = |path: &str, body: &str| {
        format!(
            "PUT {path} HTTP/1.1\r\n{S3}content-length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    said(
        &server,
        &(put("/bucket", "") + &put("/bucket/key", "hello")),
    );
    let head = format!("HEAD /bucket/key HTTP/1.1\r\n{S3}\r\n");
    let answers = said(&server, &(head + &who()));
    let first = answers.split("\r\n\r\n").next().unwrap();
    assert!(first.starts_with("HTTP/1.1 200 OK"), "{answers}");
    assert!(first.contains("content-length: 5"), "{answers}");
    assert_eq!(answers.matches("HTTP/1.1 ").count(), 2, "{answers}");
    let absent = said(&server, &format!("HEAD /bucket/none HTTP/1.1\r\n{S3}\r\n"));
    assert!(absent.starts_with("HTTP/1.1 404 Not Found"), "{absent}");
    assert!(absent.ends_with("\r\n\r\n"), "{absent}");
}

#[test]
fn what_is_no_http_is_refused_and_ends_the_connection() {
    let server = server();
    let long = format!("GET / HTTP/1.1\r\nlong: {}\r\n\r\n", "x".repeat(1 << 17));
    for (sent, status) in [
        ("nonsense\r\n\r\n".to_owned(), 400),
        (format!("{STS}content-length: many\r\n\r\n"), 400),
        (format!("{STS}content-length: 300000000\r\n\r\n"), 413),
        (
            format!("{STS}transfer-encoding: chunked\r\n\r\nffffffffffff\r\n"),
            413,
        ),
        (
            format!("{STS}transfer-encoding: chunked\r\n\r\nsome\r\n"),
            400,
        ),
        (format!("{STS}transfer-encoding: gzip\r\n\r\n"), 501),
        (long, 431),
    ] {
        let answers = said(&server, &(sent.clone() + &who()));
        let start: String = sent.chars().take(200).collect();
        assert!(
            answers.starts_with(&format!("HTTP/1.1 {status} ")),
            "{start}: {answers}"
        );
        assert_eq!(
            answers.matches("HTTP/1.1 ").count(),
            1,
            "{start}: {answers}"
        );
        assert!(answers.contains("connection: close"), "{start}: {answers}");
    }
}

#[test]
fn a_request_that_never_ends_is_nobodys() {
    let server = server();
    for cut in ["GET", "GET / HTTP/1.1\r\nhost: a\r\n"] {
        assert_eq!(said(&server, cut), "");
    }
    let cut = format!("{STS}content-length: 100\r\n\r\n{WHO}");
    assert_eq!(said(&server, &cut), "");
}

#[test]
fn who_speaks_an_older_http_gets_one_answer() {
    let old = who().replace("HTTP/1.1", "HTTP/1.0");
    let answers = said(&server(), &old.repeat(2));
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 1, "{answers}");
}

#[test]
fn a_slow_client_keeps_nobody_waiting() {
    let server = server();
    let mut slow = connected(&server);
    slow.write_all(&who().as_bytes()[..30]).unwrap();
    let quick: Vec<_> = (0..20).map(|_| connected(&server)).collect();
    thread::scope(|scope| {
        for mut stream in quick {
            scope.spawn(move || {
                stream.write_all(who().as_bytes()).unwrap();
                let mut answer = [0; 15];
                stream.read_exact(&mut answer).unwrap();
                assert_eq!(&answer, b"HTTP/1.1 200 OK");
            });
        }
    });
    slow.write_all(&who().as_bytes()[30..]).unwrap();
    let mut answer = [0; 15];
    slow.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
}

#[test]
fn a_lost_answer_is_a_broken_connection() {
    let lost = Faults::default().always("sts:*", Fault::Lost(Effect::With));
    let server = Server::start(Emulator::new().client_with(lost), 0).unwrap();
    assert_eq!(said(&server, &who()), "");
}

#[test]
fn a_server_that_stops_hangs_up() {
    let server = server();
    let mut idle = connected(&server);
    idle.write_all(who().as_bytes()).unwrap();
    let mut answer = [0; 15];
    idle.read_exact(&mut answer).unwrap();
    let address = server.address();
    drop(server);
    let mut rest = Vec::new();
    // The end, or a reset: anything but silence.
    if let Err(error) = idle.read_to_end(&mut rest) {
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    }
    thread::sleep(Duration::from_millis(100));
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn the_emulator_tells_what_exists_and_forgets_it() {
    let server = server();
    let bucket = format!("PUT /bucket HTTP/1.1\r\n{S3}content-length: 0\r\n\r\n");
    said(&server, &bucket);
    let inventory = "GET /_emulator/inventory HTTP/1.1\r\n\r\n";
    let told = said(&server, inventory);
    assert!(
        told.contains(r#""id":"bucket","kind":"s3/bucket""#),
        "{told}"
    );
    let calls = said(&server, "GET /_emulator/calls HTTP/1.1\r\n\r\n");
    assert!(calls.contains(r#""operation":"CreateBucket""#), "{calls}");
    let advance = "POST /_emulator/advance?seconds=60 HTTP/1.1\r\n\r\n";
    assert!(said(&server, advance).starts_with("HTTP/1.1 200"));
    let never = "POST /_emulator/advance?seconds=-1 HTTP/1.1\r\n\r\n";
    assert!(said(&server, never).starts_with("HTTP/1.1 400"));
    said(&server, "POST /_emulator/reset HTTP/1.1\r\n\r\n");
    assert!(said(&server, inventory).ends_with("\r\n\r\n[]"));
    let unknown = said(&server, "GET /_emulator/nothing HTTP/1.1\r\n\r\n");
    assert!(unknown.starts_with("HTTP/1.1 404"), "{unknown}");
}

#[test]
fn an_image_is_pushed_without_docker() {
    let server = server();
    let (head, body) = (
        "POST / HTTP/1.1\r\nauthorization: AWS4-HMAC-SHA256 \
         Credential=123456789012/20260101/eu-west-3/ecr/aws4_request\r\n\
         content-type: application/x-amz-json-1.1\r\n\
         x-amz-target: AmazonEC2ContainerRegistry_V20150921.CreateRepository\r\n",
        r#"{"repositoryName":"app"}"#,
    );
    let length = body.len();
    let made = said(
        &server,
        &format!("{head}content-length: {length}\r\n\r\n{body}"),
    );
    assert!(made.starts_with("HTTP/1.1 200"), "{made}");
    let push = |image: &str| {
        let push = format!("POST /_emulator/push?image={image} HTTP/1.1\r\n\r\n");
        said(&server, &push)
    };
    let registry = "123456789012.dkr.ecr.eu-west-3.amazonaws.com";
    let pushed = push(&format!("{registry}/app:v1"));
    assert!(pushed.contains(r#"{"digest":"sha256:"#), "{pushed}");
    let escaped = push(&format!("{registry}%2Fapp%3Av2"));
    assert!(escaped.contains(r#"{"digest":"sha256:"#), "{escaped}");
    let nowhere = push(&format!("{registry}/other:v1"));
    assert!(nowhere.starts_with("HTTP/1.1 400"), "{nowhere}");
    assert!(push("app").starts_with("HTTP/1.1 400"));
}
