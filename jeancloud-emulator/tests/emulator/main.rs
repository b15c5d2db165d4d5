//! What an emulator does besides answering: faults, memory, snapshots, a log.

mod folder;

use std::time::Duration;

use jeancloud_emulator::{Broken, Client, Effect, Emulator, Fault, Faults, Request, Response};

fn signed(service: &str, request: Request) -> Request {
    let scope = format!("test/20260101/eu-west-3/{service}/aws4_request");
    request.header(
        "authorization",
        format!("AWS4-HMAC-SHA256 Credential={scope}, Signature=0"),
    )
}

fn ec2(form: &str) -> Request {
    signed("ec2", Request::new("POST", "/").body(form.to_owned()))
}

fn create_vpc() -> Request {
    ec2("Action=CreateVpc&CidrBlock=10.0.0.0%2F16")
}

fn sent(client: &Client, request: Request) -> Response {
    client.send(request).response.unwrap()
}

fn text(response: &Response) -> &str {
    std::str::from_utf8(&response.body).unwrap()
}

#[test]
fn an_unknown_operation_is_named() {
    let client = Emulator::new().client();
    let response = sent(&client, ec2("Action=RunInstances"));
    assert_eq!(response.status, 501);
    assert!(
        text(&response).contains("doesn't answer ec2 RunInstances"),
        "{}",
        text(&response)
    );
    let request = Request::new("POST", "/").header("x-amz-target", "Braket.SearchJobs");
    let response = sent(&client, signed("braket", request));
    assert_eq!(response.status, 501);
    assert!(
        text(&response).contains("doesn't answer braket SearchJobs"),
        "{}",
        text(&response)
    );
}

#[test]
fn ids_follow_from_the_seed() {
    let vpc = |seed| {
        let emulator = Emulator::builder().seed(seed).build();
        sent(&emulator.client(), create_vpc());
        emulator.inventory()[0].id.clone()
    };
    assert_eq!(vpc(1), vpc(1));
    assert_ne!(vpc(1), vpc(2));
}

/// How many VPCs there are, whatever comes with them.
fn vpcs(emulator: &Emulator) -> usize {
    let all = emulator.inventory().into_iter();
    all.filter(|item| item.kind == "ec2/vpc").count()
}

#[test]
fn a_call_may_take_effect_and_get_lost() {
    for (effect, made) in [(Effect::Without, 0), (Effect::With, 1)] {
        let emulator = Emulator::new();
        let faults = Faults::default().nth("ec2:CreateVpc", 1, Fault::Lost(effect));
        let client = emulator.client_with(faults);
        let answer = client.send(create_vpc());
        assert_eq!(answer.response.unwrap_err(), Broken::Lost);
        assert_eq!(vpcs(&emulator), made);
        assert!(!emulator.calls()[0].answered);
        assert_eq!(sent(&client, create_vpc()).status, 200);
    }
}

#[test]
fn aws_refuses_as_planned() {
    for (fault, status, code) in [
        (Fault::Throttled, 503, "RequestLimitExceeded"),
        (Fault::InternalError, 500, "InternalError"),
        (Fault::Unavailable, 503, "ServiceUnavailable"),
        (Fault::ExpiredCredentials, 400, "RequestExpired"),
    ] {
        let emulator = Emulator::new();
        let client = emulator.client_with(Faults::default().always("ec2:Create*", fault));
        let response = sent(&client, create_vpc());
        assert_eq!(response.status, status);
        assert!(text(&response).contains(code), "{}", text(&response));
        assert_eq!(emulator.calls()[0].error.as_deref(), Some(code));
        assert!(emulator.inventory().is_empty());
        assert_eq!(sent(&client, ec2("Action=DescribeVpcs")).status, 200);
    }
}

#[test]
fn only_what_is_allowed_is_done() {
    let faults = Faults::default()
        .allow(&["ec2:Describe*", "ec2:CreateVpc"])
        .deny(&["ec2:CreateVpc"]);
    let client = Emulator::new().client_with(faults);
    assert_eq!(sent(&client, ec2("Action=DescribeVpcs")).status, 200);
    for denied in [
        "Action=CreateVpc&CidrBlock=10.0.0.0%2F16",
        "Action=CreateInternetGateway",
    ] {
        let response = sent(&client, ec2(denied));
        assert_eq!(response.status, 403);
        assert!(text(&response).contains("UnauthorizedOperation"));
    }
}

#[test]
fn a_client_that_crashed_is_dead_and_others_live() {
    let emulator = Emulator::new();
    let dying = emulator.client_with(Faults::default().crash_at(2, Effect::With));
    assert_eq!(sent(&dying, create_vpc()).status, 200);
    for _ in 0..2 {
        assert_eq!(dying.send(create_vpc()).response.unwrap_err(), Broken::Lost);
    }
    assert_eq!(vpcs(&emulator), 2);
    assert_eq!(sent(&emulator.client(), create_vpc()).status, 200);
}

#[test]
fn chance_is_the_same_each_time() {
    let run = |seed| {
        let faults = Faults::seeded(seed).chance("*", 0.5, Fault::Throttled);
        let client = Emulator::new().client_with(faults);
        let statuses = (0..40).map(|_| sent(&client, ec2("Action=DescribeVpcs")).status);
        statuses.collect::<Vec<_>>()
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
    let refused = run(1).iter().filter(|status| **status == 503).count();
    assert!((10..30).contains(&refused), "{refused}");
}

#[test]
fn a_slow_answer_says_how_slow() {
    let slow = Fault::Slow(Duration::from_secs(3));
    let client = Emulator::new().client_with(Faults::default().always("*", slow));
    let answer = client.send(create_vpc());
    assert_eq!(answer.delay, Duration::from_secs(3));
    assert_eq!(answer.response.unwrap().status, 200);
}

#[test]
fn snapshots_bring_the_past_back() {
    let emulator = Emulator::new();
    let client = emulator.client();
    sent(&client, create_vpc());
    let (snapshot, before) = (emulator.snapshot(), emulator.inventory());
    sent(&client, create_vpc());
    emulator.restore(&snapshot);
    assert_eq!(emulator.inventory(), before);
    emulator.reset();
    assert!(emulator.inventory().is_empty());
    assert!(emulator.calls().is_empty());
}

#[test]
fn calls_are_logged_with_their_input() {
    let emulator = Emulator::new();
    sent(&emulator.client(), create_vpc());
    let call = &emulator.calls()[0];
    assert_eq!(
        (call.service.as_str(), call.operation.as_str()),
        ("ec2", "CreateVpc")
    );
    assert_eq!(
        (call.account.as_str(), call.region.as_str()),
        ("123456789012", "eu-west-3")
    );
    assert_eq!(call.input, serde_json::json!({"CidrBlock": "10.0.0.0/16"}));
    assert_eq!(call.error, None);
}

#[cfg(feature = "serve")]
#[test]
fn a_server_answers_on_the_loopback_interface() {
    use std::{
        io::{Read, Write},
        net::TcpStream,
    };

    let server = jeancloud_emulator::Server::start(Emulator::new().client(), 0).unwrap();
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let scope = "test/20260101/eu-west-3/sts/aws4_request";
    let body = "Action=GetCallerIdentity";
    let head = format!("POST / HTTP/1.1\r\nauthorization: AWS4-HMAC-SHA256 Credential={scope}\r\n");
    // Two requests on one connection: one with a length, one in chunks.
    let length = body.len();
    write!(stream, "{head}content-length: {length}\r\n\r\n{body}").unwrap();
    write!(
        stream,
        "{head}connection: close\r\ntransfer-encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n"
    )
    .unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).unwrap();
    assert_eq!(answers.matches("HTTP/1.1 200").count(), 2, "{answers}");
    assert_eq!(
        answers.matches("<Account>123456789012</Account>").count(),
        2,
        "{answers}"
    );
}

/// Who simulates time turns the clock, and nobody else does.
#[tokio::test(start_paused = true)]
async fn a_clock_that_is_turned_by_hand_stands_still_otherwise() {
    let emulator = Emulator::builder().time_by_hand(true).build();
    sent(&emulator.client(), create_vpc());
    let left = emulator.next_event();
    assert!(left.is_some_and(|left| !left.is_zero()), "{left:?}");
    tokio::time::advance(Duration::from_secs(3600)).await;
    assert_eq!(emulator.next_event(), left);
    emulator.advance(left.unwrap());
    let all = emulator.inventory();
    let vpc = all.iter().find(|item| item.kind == "ec2/vpc");
    assert_eq!(vpc.expect("it was made").view["State"], "available");
}
