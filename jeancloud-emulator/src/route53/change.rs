//! Changes on their way to all name servers.

use serde_json::{Value, json};

use super::common;
use crate::{
    call::Call,
    durations::ROUTE53_IN_SYNC,
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Task, resource},
};

/// The change has reached all name servers.
pub(super) const IN_SYNC: Task = Task {
    service: "route53",
    name: "change/in-sync",
    run: in_sync,
};

resource! {
    /// A change: `PENDING`, later `INSYNC`.
    pub(crate) struct Change: "route53/change" in Account {}
}

/// A change that begins now, as ChangeInfo.
pub(super) fn begin(call: &mut Call<'_>, comment: Option<&str>) -> Value {
    let id = common::new_id(call, "C");
    let view = json!({
        "Comment": comment,
        "Id": format!("/change/{id}"),
        "Status": "PENDING",
        "SubmittedAt": call.now,
    });
    call.insert(id.clone(), Change { view: view.clone() });
    call.after(ROUTE53_IN_SYNC, &IN_SYNC, &id);
    view
}

/// GetChange.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = common::bare(input.text("Id"));
    let change = call.get::<Change>(id).ok_or_else(|| {
        let message = format!("Could not find resource with ID: {id}");
        AwsError::new("NoSuchChange", message)
    })?;
    Ok(json!({"ChangeInfo": change.view}))
}

fn in_sync(call: &mut Call<'_>, id: &str) {
    if let Some(mut change) = call.table_mut::<Change>().get_mut(id) {
        change.view["Status"] = "INSYNC".into();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use crate::{Emulator, testing::Aws};

    /// "PENDING indicates that the changes … have not propagated", API_GetChange.
    #[test]
    fn a_change_is_pending_for_a_minute() {
        let emulator = Emulator::new();
        let aws = Aws::of(emulator.client());
        let zone = json!({"Name": "example.com", "CallerReference": "1"});
        let made = aws.ok("route53", "CreateHostedZone", zone);
        assert_eq!(made["ChangeInfo"]["Status"], "PENDING");
        let id = made["ChangeInfo"]["Id"].as_str().unwrap();
        let id = json!({"Id": id.strip_prefix("/change/").unwrap()});
        let status =
            |aws: &Aws| aws.ok("route53", "GetChange", id.clone())["ChangeInfo"]["Status"].clone();
        assert_eq!(status(&aws), "PENDING");
        emulator.advance(Duration::from_secs(61));
        assert_eq!(status(&aws), "INSYNC");
    }

    #[test]
    fn an_unknown_change_is_named() {
        let refusal = Aws::new().refused("route53", "GetChange", json!({"Id": "C1"}));
        assert_eq!((refusal.status, &*refusal.code), (404, "NoSuchChange"));
    }
}
