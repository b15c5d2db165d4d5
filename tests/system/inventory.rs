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

fn line(item: Item) -> String {
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
    if text.parse::<Ipv4Addr>().is_ok() || text.starts_with("ip-") {
        return "address".to_owned();
    }
    let is_time = text.len() >= 19 && text.as_bytes()[10] == b'T' && text.starts_with("20");
    if is_time {
        return "time".to_owned();
    }
    let mut plain = String::new();
    for part in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let word = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let after = &part[word.len()..];
        plain.push_str(if is_id(word) { "id" } else { word });
        plain.push_str(after);
    }
    // The middle of a UUID is short.
    while let Some(at) = plain.find("id-id") {
        plain.replace_range(at..at + 5, "id");
    }
    plain
}

/// Whether a word was drawn by AWS: hexadecimal digits, or capitals with digits among them.
fn is_id(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let hex = word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let capitals = word
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    digits > 0 && (hex && matches!(word.len(), 4 | 8..) || capitals && word.len() >= 13)
}
