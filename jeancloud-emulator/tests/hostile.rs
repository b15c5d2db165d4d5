//! Nothing that is sent makes the emulator panic: random bytes, and valid requests with bytes changed,
//! of every protocol.

use jeancloud_emulator::{Client, Emulator, Request};
use proptest::prelude::*;

/// Requests that are understood, one of each protocol and more of REST, which has most to go wrong.
fn valid() -> Vec<(&'static str, Request)> {
    let logs = r#"{"logGroupName":"a","tags":{"b":"c"}}"#;
    let delete = "<Delete><Object><Key>a</Key></Object><Quiet>false</Quiet></Delete>";
    let bucket = "<CreateBucketConfiguration><LocationConstraint>eu-west-3</LocationConstraint>\
                  </CreateBucketConfiguration>";
    let ec2 = "Action=CreateVpc&Version=2016-11-15&CidrBlock=10.0.0.0%2F16\
               &TagSpecification.1.ResourceType=vpc&TagSpecification.1.Tag.1.Key=a\
               &TagSpecification.1.Tag.1.Value=b";
    let describe = "Action=DescribeVpcs&Filter.1.Name=tag%3Aa&Filter.1.Value.1=b*&MaxResults=5";
    let iam = "Action=CreateRole&RoleName=a&AssumeRolePolicyDocument=%7B%22Statement%22%3A%5B%5D%7D\
               &Tags.member.1.Key=a&Tags.member.1.Value=b";
    vec![
        ("ec2", Request::new("POST", "/").body(ec2)),
        ("ec2", Request::new("POST", "/").body(describe)),
        ("iam", Request::new("POST", "/").body(iam)),
        (
            "sts",
            Request::new("GET", "/?Action=GetCallerIdentity&Version=2011-06-15"),
        ),
        (
            "logs",
            Request::new("POST", "/")
                .header("x-amz-target", "Logs_20140328.CreateLogGroup")
                .body(logs),
        ),
        ("s3", Request::new("PUT", "/bucket").body(bucket)),
        ("s3", Request::new("POST", "/bucket?delete").body(delete)),
        (
            "s3",
            Request::new("GET", "/bucket?list-type=2&prefix=a&max-keys=3"),
        ),
        (
            "s3",
            Request::new("PUT", "/bucket/key")
                .header("content-encoding", "aws-chunked")
                .body("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"),
        ),
        (
            "route53",
            Request::new("GET", "/2013-04-01/hostedzone/Z1/rrset?name=a&type=A"),
        ),
        (
            "cloudfront",
            Request::new("POST", "/2020-05-31/distribution?WithTags").body("<a/>"),
        ),
    ]
}

fn signed(request: Request, service: &str) -> Request {
    let scope = format!("test/20260101/eu-west-3/{service}/aws4_request");
    request.header(
        "authorization",
        format!("AWS4-HMAC-SHA256 Credential={scope}, Signature=0"),
    )
}

fn client() -> Client {
    Emulator::builder().time_factor(0.0).build().client()
}

/// An answer that HTTP can carry.
fn is_sound(client: &Client, request: Request) {
    let response = client.send(request).response.expect("there are no faults");
    assert!((200..600).contains(&response.status));
    for (name, value) in &response.headers {
        assert!(!value.contains(['\r', '\n']), "{name}: {value:?}");
    }
}

#[test]
fn the_valid_requests_are_understood() {
    let client = client();
    for (service, request) in valid() {
        let told = format!("{service} {request:?}");
        let response = client.send(signed(request, service)).response.unwrap();
        let known = !matches!(service, "route53" | "cloudfront");
        assert!(!known || response.status < 300, "{told}: {response:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_requests_are_answered(
        service in prop::sample::select(vec!["ec2", "iam", "logs", "s3", "route53", "cloudfront", "nobody", ""]),
        method in prop::sample::select(vec!["GET", "PUT", "POST", "DELETE", "HEAD", ""]),
        target in "[/?&=%a-z0-9é.+-]{0,40}",
        header in prop::sample::select(vec!["x-amz-target", "content-encoding", "authorization", "host", "range"]),
        value in "\\PC{0,40}",
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let request = Request::new(method, &target).header(header, value).body(body);
        is_sound(&client(), signed(request, service));
    }

    #[test]
    fn changed_requests_are_answered(
        at in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..6),
        path in prop::option::of("[/?&=%a-z0-9é.+-]{0,40}"),
    ) {
        let all = valid();
        let (service, mut request) = at.get(&all).clone();
        let mut body = request.body.to_vec();
        for (at, byte, how) in changes {
            if body.is_empty() {
                break;
            }
            let at = at.index(body.len());
            match how {
                0 => body[at] = byte,
                1 => body.insert(at, byte),
                _ => drop(body.remove(at)),
            }
        }
        request.body = body.into();
        if let Some(path) = path {
            request.path.push_str(&path);
        }
        is_sound(&client(), signed(request, service));
    }
}

#[test]
fn deep_and_long_inputs_are_answered() {
    let client = client();
    let deep_json = format!("{{\"tags\":{}1{}}}", "[".repeat(50_000), "]".repeat(50_000));
    let deep_xml = format!("{}{}", "<a>".repeat(50_000), "</a>".repeat(50_000));
    let deep_form = format!("Action=CreateVpc&{}=1", "Filter.1.".repeat(50_000));
    let bomb = "<!DOCTYPE a [<!ENTITY b \"c\"><!ENTITY d \"&b;&b;&b;\">]><Delete>&d;</Delete>";
    for (service, request) in [
        (
            "logs",
            Request::new("POST", "/")
                .header("x-amz-target", "Logs_20140328.TagResource")
                .body(deep_json),
        ),
        ("s3", Request::new("POST", "/bucket?delete").body(deep_xml)),
        ("s3", Request::new("POST", "/bucket?delete").body(bomb)),
        ("ec2", Request::new("POST", "/").body(deep_form)),
    ] {
        is_sound(&client, signed(request, service));
    }
}
