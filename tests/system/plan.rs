//! What the system plans in an empty account.

use std::fmt::Write;

use jeancloud::plan_offline;

use super::system;

/// Each action with what it waits for, by address: what a reviewer of the system wants to see.
fn planned(parameters: &[(&str, &str)]) -> String {
    let planned = plan_offline(&system(parameters)).expect("the system has no mistake");
    let mut text = String::new();
    for action in &planned.plan.actions {
        let after: Vec<&str> = action
            .after
            .iter()
            .map(|id| planned.plan.actions[*id].address.as_str())
            .collect();
        let op = format!("{:?}", action.op).to_lowercase();
        writeln!(text, "{op} {} {}", action.type_name, action.address).unwrap();
        if !after.is_empty() {
            writeln!(text, "    after {}", after.join(", ")).unwrap();
        }
    }
    text
}

#[test]
fn the_system_is_planned_in_this_order() {
    insta::assert_snapshot!(planned(&[]));
}

#[test]
fn the_system_with_tls_is_planned_in_this_order() {
    insta::assert_snapshot!(planned(&[("image", "v1"), ("tls", "true")]));
}

#[test]
fn a_plan_is_the_same_bytes_every_time() {
    let json = || {
        let planned = plan_offline(&system(&[("image", "v1")])).expect("no mistake");
        serde_json::to_string(&planned.plan.to_json()).expect("a plan is JSON")
    };
    assert_eq!(json(), json());
}
