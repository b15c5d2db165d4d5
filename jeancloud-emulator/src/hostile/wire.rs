//! [`spoil`]: what can happen to a request on its way, and what nobody in his senses sends.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::{Request, world::Draw};

/// A request with something wrong.
pub fn spoil(mut request: Request, draw: &mut Draw) -> Request {
    for _ in 0..=draw.below(2) {
        request = match draw.below(9) {
            0..3 => structured(request, draw),
            3 | 4 => bytes(request, draw),
            5 => target(request, draw),
            6 => header(request, draw),
            7 => chunked(request, draw),
            _ => whole(request, draw),
        };
    }
    request
}

/// Takes out what no HTTP client can send.
pub fn carry(request: &mut Request) {
    for (_, value) in &mut request.headers {
        value.retain(|letter| letter == '\t' || !letter.is_control());
    }
}

/// Changes a part of the body in its own language.
fn structured(mut request: Request, draw: &mut Draw) -> Request {
    let text = String::from_utf8_lossy(&request.body).into_owned();
    request.body = match text.as_bytes().first() {
        Some(b'{') => match serde_json::from_str::<Value>(&text) {
            Ok(mut value) => {
                change(&mut value, draw);
                value.to_string().into()
            }
            Err(_) => return request,
        },
        Some(b'<') => xml(&text, draw).into(),
        Some(_) => form(&text, draw).into(),
        None => return request,
    };
    request
}

/// Puts something else in the place of one value, or a name.
fn change(value: &mut Value, draw: &mut Draw) {
    let deeper = draw.below(4) > 0;
    match value {
        Value::Object(object) if deeper && !object.is_empty() => {
            let at = draw.below(object.len() as u64) as usize;
            let name = object.keys().nth(at).cloned().unwrap_or_default();
            if draw.below(6) == 0 {
                if let Some(value) = object.remove(&name) {
                    object.insert(odd_text(draw), value);
                }
            } else if let Some(value) = object.get_mut(&name) {
                change(value, draw);
            }
        }
        Value::Array(list) if deeper && !list.is_empty() => {
            let at = draw.below(list.len() as u64) as usize;
            change(&mut list[at], draw);
        }
        other => *other = odd(draw),
    }
}

fn odd(draw: &mut Draw) -> Value {
    match draw.below(14) {
        0 => Value::Null,
        1 => json!(-1),
        2 => json!(u64::MAX),
        3 => json!(i64::MIN),
        4 => json!(1e308),
        5 => json!(0.1),
        6 => json!(true),
        7 => json!([]),
        8 => json!({}),
        9 => json!([null, [], {}, "", 0]),
        10 => {
            let mut deep = json!(1);
            for _ in 0..draw.below(150) {
                deep = match draw.below(2) {
                    0 => json!([deep]),
                    _ => Value::Object(Map::from_iter([("a".to_owned(), deep)])),
                };
            }
            deep
        }
        _ => odd_text(draw).into(),
    }
}

fn odd_text(draw: &mut Draw) -> String {
    match draw.below(12) {
        0 => String::new(),
        1 => "\0".into(),
        2 => "é\u{1F600}\u{FEFF}\u{202E}".repeat(20),
        3 => "99999999999999999999999999".into(),
        4 => "-0".into(),
        5 => "NaN".into(),
        6 => "a".repeat(70_000),
        7 => "../../%2e%2e//".into(),
        8 => "arn:aws:iam::1:".into(),
        9 => "10.0.0.0/99".into(),
        10 => "2026-99-99T99:99:99Z".into(),
        _ => "\r\n\t <>&'\"=%".into(),
    }
}

/// Changes a pair of a form, its name or its number in a list.
fn form(text: &str, draw: &mut Draw) -> String {
    let mut pairs: Vec<String> = text.split('&').map(str::to_owned).collect();
    let at = draw.below(pairs.len() as u64) as usize;
    let (name, value) = pairs[at].split_once('=').unwrap_or((&pairs[at], ""));
    let (name, value) = (name.to_owned(), value.to_owned());
    let number = [
        "0",
        "-1",
        "2",
        "4294967296",
        "18446744073709551616",
        "01",
        "",
        "a",
        "1.1",
    ][draw.below(9) as usize];
    let numbered: Vec<&str> = name
        .split('.')
        .map(|part| {
            if part.parse::<u64>().is_ok() {
                number
            } else {
                part
            }
        })
        .collect();
    let odd = crate::protocol::testing::percent(&odd_text(draw));
    match draw.below(8) {
        0 => pairs[at] = name,
        1 => pairs[at] = format!("{}={value}", numbered.join(".")),
        2 => pairs.push(format!("{}={odd}", numbered.join("."))),
        3 => pairs[at] = format!("{name}={odd}"),
        4 => pairs[at] = format!("{name}.1={value}"),
        5 => pairs[at] = format!("{name}=%zz%ff%"),
        6 => drop(pairs.remove(at)),
        _ => pairs.push(format!(
            "{}=1",
            format!("{name}.").repeat(draw.below(300) as usize)
        )),
    }
    pairs.join("&")
}

/// Changes a text, an element or an attribute.
fn xml(text: &str, draw: &mut Draw) -> String {
    let places: Vec<usize> = text.match_indices('<').map(|(at, _)| at).collect();
    let at = places[draw.below(places.len() as u64) as usize];
    let (before, after) = text.split_at(at);
    let end = after.find('>').map_or(after.len(), |end| end + 1);
    let tag = after[1..end].trim_matches(['/', '<', '>']);
    let deep = draw.below(3000) as usize;
    match draw.below(9) {
        0 => format!("{before}{}", &after[end..]),
        1 => format!("{before}<{tag}>{after}"),
        2 => format!("{before}<!-- {tag} -->{after}"),
        3 => format!("{before}<![CDATA[{}]]>{after}", odd_text(draw)),
        4 => format!("{before}&nothing;{after}"),
        5 => format!("<!DOCTYPE a [<!ENTITY b \"&b;&b;\">]>{before}&b;{after}"),
        6 => format!("{before}<x:{tag} xmlns:x=\"y\" x:a='1'/>{after}"),
        7 => format!(
            "{before}{}{}{after}",
            "<a>".repeat(deep),
            "</a>".repeat(deep)
        ),
        _ => {
            let inner = crate::protocol::testing::percent(&odd_text(draw));
            format!("{before}{}{inner}", &after[..end])
        }
    }
}

/// Changes bytes anywhere, or cuts the body.
fn bytes(mut request: Request, draw: &mut Draw) -> Request {
    let mut body = request.body.to_vec();
    for _ in 0..=draw.below(4) {
        if body.is_empty() {
            break;
        }
        let at = draw.below(body.len() as u64) as usize;
        match draw.below(4) {
            0 => body[at] = draw.next() as u8,
            1 => body.insert(at, draw.next() as u8),
            2 => drop(body.remove(at)),
            _ => body.truncate(at),
        }
    }
    request.body = body.into();
    request
}

/// Changes method, path or query.
fn target(mut request: Request, draw: &mut Draw) -> Request {
    let odd = crate::protocol::testing::percent(&odd_text(draw));
    match draw.below(8) {
        0 => request.method = ["GET", "PUT", "", "é", "HEAD"][draw.below(5) as usize].into(),
        1 => request.path.push_str(&odd),
        2 => request.path = format!("/{odd}"),
        3 => request.path.clear(),
        4 => request.path.push_str("//%zz%ff/."),
        5 => request.query.push_str(&format!("&{odd}={odd}")),
        6 => request.query = request.query.replace('=', "&"),
        _ => request
            .query
            .push_str("&max-keys=99999999999&partNumber=-1&versionId=%00&uploads"),
    }
    request
}

/// Adds a header, or takes one away.
fn header(mut request: Request, draw: &mut Draw) -> Request {
    let names = [
        "host",
        "authorization",
        "x-amz-target",
        "content-encoding",
        "content-type",
        "range",
        "if-match",
        "if-none-match",
        "x-amz-copy-source",
        "x-amz-copy-source-range",
        "x-amz-tagging",
        "content-md5",
        "x-amz-meta-é",
        "x-amz-decoded-content-length",
        "x-amz-mfa",
        "if-modified-since",
        "x-amz-expected-bucket-owner",
        "content-length",
    ];
    let values = [
        "",
        "*",
        "bytes=18446744073709551615-",
        "bytes=-0",
        "bytes=5-2,7-",
        "aws-chunked,gzip",
        "bucket.s3.amazonaws.com",
        "a.s3.é.amazonaws.com:99999",
        "AWS4-HMAC-SHA256 Credential=",
        "AWS4-HMAC-SHA256 Credential=////aws4_request",
        "/bucket/a?versionId=null",
        "%ff/%00",
        "a=b&a=b&=",
        "Sat, 31 Feb 2026 99:00:00 GMT",
        "-1",
        "\"\"",
        "é",
    ];
    if draw.below(5) == 0 && !request.headers.is_empty() {
        let at = draw.below(request.headers.len() as u64) as usize;
        request.headers.remove(at);
        return request;
    }
    let name = names[draw.below(names.len() as u64) as usize];
    let value = values[draw.below(values.len() as u64) as usize];
    // The first header of a name counts.
    request
        .headers
        .insert(0, (name.to_owned(), value.to_owned()));
    request
}

/// Sends the body in pieces, as the SDKs stream it, and not always well.
fn chunked(request: Request, draw: &mut Draw) -> Request {
    let body = String::from_utf8_lossy(&request.body).into_owned();
    let length = match draw.below(6) {
        0 => "ffffffffffffffff".to_owned(),
        1 => "-1".to_owned(),
        2 => String::new(),
        3 => format!("{:x};chunk-signature=00", body.len()),
        4 => format!("{:x}", body.len() + 1),
        _ => format!("{:x}", body.len()),
    };
    let end = [
        "0\r\n\r\n",
        "0\r\nx-amz-checksum-crc32:é\r\n\r\n",
        "0",
        "\r\n",
        "",
    ][draw.below(5) as usize];
    let chunks = format!("{length}\r\n{body}\r\n{end}");
    request
        .header("content-encoding", "aws-chunked")
        .body(chunks)
}

/// Puts something else in the body's place.
fn whole(request: Request, draw: &mut Draw) -> Request {
    let body: Bytes = match draw.below(8) {
        0 => Bytes::new(),
        1 => "null".into(),
        2 => "[]".into(),
        3 => "\u{FEFF}{}".into(),
        4 => "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>".into(),
        5 => "{\"a\":".repeat(20_000).into(),
        6 => "<a>".repeat(20_000).into(),
        _ => (0..draw.below(300))
            .map(|_| draw.next() as u8)
            .collect::<Vec<_>>()
            .into(),
    };
    request.body(body)
}
