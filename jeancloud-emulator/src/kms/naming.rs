//! How other services name keys: whatever they are given, they tell an ARN.

use md5::{Digest, Md5};

use super::{alias::Alias, key::Key};
use crate::{call::Call, fields::Fields};

/// The ARN of the key that an id, an alias or an ARN of either names. A name that leads nowhere
/// stays as it is: whether a key can be used isn't checked.
pub(crate) fn arn_of(call: &Call<'_>, named: &str) -> String {
    let name = match named.starts_with("arn:") {
        true => named.splitn(6, ':').nth(5).unwrap_or_default(),
        false => named,
    };
    if let Some(service) = name.strip_prefix("alias/aws/") {
        return own_key(call, service);
    }
    if name.starts_with("alias/") {
        let alias = call.get::<Alias>(name);
        let key = alias.and_then(|alias| call.get::<Key>(alias.view.text("TargetKeyId")));
        return key.map_or(named, |key| key.view.text("Arn")).to_owned();
    }
    match named.starts_with("arn:") {
        true => named.to_owned(),
        false => call.arn("kms", &format!("key/{named}")),
    }
}

/// The key that AWS manages for a service: one in each account and region.
pub(crate) fn own_key(call: &Call<'_>, service: &str) -> String {
    let words = format!("{}/{}/{service}", call.account, call.region);
    let digest = Md5::digest(words);
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let id = [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ];
    call.arn("kms", &format!("key/{}", id.join("-")))
}
