//! What exists in an emulator, without what differs between two runs that made the same.

use std::net::Ipv4Addr;

use jeancloud_emulator::{Emulator, Item};
use serde_json::Value as Json;

/// Everything that callers made, a line each: region, kind, and what AWS shows of it. Ids, addresses
/// and times are replaced, and lists sorted, so that two inventories are equal if they hold the same.
pub fn of(emulator: &Emulator) -> Vec<String> {
    let items = emulator.inventory().into_iter();
    let mut lines: Vec<String> = items.map(line).collect();
    lines.sort();
    lines
}

/// That two inventories hold the same, each thing as often.
#[track_caller]
pub fn expect_same(found: &[String], wanted: &[String], when: &str) {
    if let Err(difference) = compare(found, wanted) {
        panic!("{when}: {difference}");
    }
}

/// What the first has more than the second, and what less.
pub fn compare(found: &[String], wanted: &[String]) -> Result<(), String> {
    let without = |these: &[String], others: &[String]| {
        let mut rest = these.to_vec();
        for other in others {
            if let Some(at) = rest.iter().position(|it| it == other) {
                rest.remove(at);
            }
        }
        rest
    };
    let (more, less) = (without(found, wanted), without(wanted, found));
    match more.is_empty() && less.is_empty() {
        true => Ok(()),
        false => Err(format!("there is {more:#?} in place of {less:#?}")),
    }
}

/// One thing, on a line.
pub fn line(item: Item) -> String {
    let Item {
        account: _,
        region,
        kind,
        id: _,
        view,
    } = item;
    format!("{region} {kind} {}", plain(view))
}

fn plain(value: Json) -> Json {
    match value {
        Json::Number(number) if number.as_f64().is_some_and(|it| it > 1e9) => "time".into(),
        Json::String(text) => plain_text(&text).into(),
        Json::Array(list) => {
            let mut list: Vec<Json> = list.into_iter().map(plain).collect();
            list.sort_by_key(Json::to_string);
            list.into()
        }
        Json::Object(map) => {
            let map = map.into_iter();
            Json::Object(map.map(|(key, value)| (key, plain(value))).collect())
        }
        other => other,
    }
}

fn plain_text(text: &str) -> String {
    let is_time = text.len() >= 19 && text.as_bytes()[10] == b'T' && text.starts_with("20");
    let is_mac = text.len() == 17 && text.split(':').all(|part| part.len() == 2);
    if is_time {
        return "time".to_owned();
    }
    let is_public_name = text.starts_with("ec2-") && text.ends_with(".amazonaws.com");
    let is_private_name = text.starts_with("ip-");
    if is_mac || is_public_name || is_private_name || text.parse::<Ipv4Addr>().is_ok() {
        return "address".to_owned();
    }
    if text.contains(".awsdns-") {
        return "a name server".to_owned();
    }
    // Their names end in what AWS draws.
    if let Some((before, name)) = text.split_once(":secret:") {
        let (_, key) = name.split_once(':').unwrap_or_default();
        return format!("{}:secret:{key}", without_ids(before));
    }
    if let Some((before, _)) = text.split_once(":service-deployment/") {
        return format!("{}:service-deployment", without_ids(before));
    }
    without_ids(text)
}

fn without_ids(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let uuid = rest.get(..UUID.len()).filter(|part| is_uuid(part));
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric());
        let word = &rest[..end.unwrap_or(rest.len())];
        let (taken, written) = match (uuid, word) {
            (Some(uuid), _) => (uuid.len(), "id"),
            (None, "") => (next.len_utf8(), &rest[..next.len_utf8()]),
            (None, word) if is_id(word) => (word.len(), "id"),
            (None, word) => (word.len(), word),
        };
        plain.push_str(written);
        rest = &rest[taken..];
    }
    plain
}

const UUID: &str = "00000000-0000-0000-0000-000000000000";

fn is_uuid(text: &str) -> bool {
    let pairs = text.chars().zip(UUID.chars());
    pairs.into_iter().all(|(c, like)| match like {
        '-' => c == '-',
        _ => c.is_ascii_hexdigit(),
    })
}

/// Whether a word was drawn by AWS: eight hexadecimal digits or more, or a long word with digits.
fn is_id(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let hex = word.bytes().all(|byte| byte.is_ascii_hexdigit());
    digits > 0 && (hex && word.len() >= 8 || word.len() >= 12)
}
