//! Saved plans: what comes back from a file, and what moves between saving and applying.

use std::{
    fs,
    os::unix::fs::{MetadataExt, symlink},
};

use jeancloud_model::{
    Address, Region, cidr,
    ec2::{SecurityGroup, Vpc},
    lookup::CallerIdentity,
};
use serde_json::json;

use super::*;
use crate::{
    Stack, View,
    plan::{Goal, Observations, Plan, PlanInput, plan, testing},
    provider::{Account, Observed},
    state::State,
};

/// A stack, what was done of it, and what AWS has.
struct World {
    view: View,
    state: State,
    observed: Observations,
    account: Account,
    goal: Goal,
}

/// A VPC of this name with a group in it.
fn stack(name: &str) -> Stack {
    let stack = Stack::new("test");
    let main = stack.region("main", Region::EuWest3);
    let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16"));
    let vpc = main.add("vpc", vpc.tag("Name", name).build());
    main.add("group", SecurityGroup::in_vpc(&vpc, "web", "The servers"));
    stack.output("vpc", vpc.id());
    stack
}

fn world(applied: &str, wanted: &str) -> World {
    let (state, observed) = testing::applied(&stack(applied));
    World {
        view: stack(wanted).view(),
        state,
        observed,
        account: Account {
            partition: "aws".into(),
            id: "123456789012".into(),
            endpoint: None,
        },
        goal: Goal::stack(),
    }
}

impl World {
    fn basis(&self) -> Basis<'_> {
        Basis {
            view: &self.view,
            state: &self.state,
            observed: &self.observed,
            account: &self.account,
            goal: &self.goal,
        }
    }

    fn plan(&self) -> Plan {
        let input = PlanInput {
            view: &self.view,
            state: &self.state,
            observed: &self.observed,
        };
        plan(input).expect("it can be planned").0
    }

    fn saved(&self) -> SavedPlan {
        SavedPlan::new(&self.plan(), self.basis()).expect("AWS was asked")
    }

    /// What moved since `saved`, a line each.
    fn moved(&self, saved: &SavedPlan) -> String {
        let moved = saved.moved(&self.plan(), self.basis());
        moved.iter().map(|one| format!("{one}\n")).collect()
    }

    fn observed_property(&mut self, address: &str, property: &str) -> &mut serde_json::Value {
        let generations = self.observed.resources.get_mut(&Address::new(address));
        let newest = generations.and_then(|all| all.last_mut());
        &mut newest.expect("it was applied").observed.properties[property]
    }
}

#[test]
fn what_is_written_comes_back_and_fits() {
    let (world, folder) = (world("a", "b"), tempfile::tempdir().unwrap());
    let (saved, path) = (world.saved(), folder.path().join("plan"));
    saved.write(&path).unwrap();
    let read = SavedPlan::read(&path).unwrap();
    assert_eq!(read, saved);
    assert_eq!(read.document()["summary"]["update"], 1);
    assert!(read.fits(&world.plan(), world.basis()).is_ok());
    // A second time over the first, and nothing is left beside it.
    saved.write(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_plan_is_not_written_through_a_link_nor_over_what_is_no_file() {
    let (saved, folder) = (world("a", "b").saved(), tempfile::tempdir().unwrap());
    let outside = tempfile::NamedTempFile::new().unwrap();
    let link = folder.path().join("link");
    symlink(outside.path(), &link).unwrap();
    for path in [link.as_path(), folder.path(), "/dev/null".as_ref()] {
        let refused = saved.write(path);
        assert!(
            matches!(refused, Err(SavedPlanError::NoFile(_))),
            "{path:?}"
        );
    }
    assert_eq!(fs::read(outside.path()).unwrap(), b"");
    let nowhere = saved.write(&folder.path().join("no/where"));
    assert!(matches!(nowhere, Err(SavedPlanError::Io { .. })));
}

#[test]
fn a_damaged_file_and_another_format_are_refused() {
    let (saved, folder) = (world("a", "b").saved(), tempfile::tempdir().unwrap());
    let path = folder.path().join("plan");
    saved.write(&path).unwrap();
    let whole = fs::read_to_string(&path).unwrap();
    for damaged in [
        "",
        "{}",
        "[1]",
        "no JSON",
        &whole[..whole.len() / 2],
        &whole.replace("\"goal\"", "\"gaol\""),
    ] {
        fs::write(&path, damaged).unwrap();
        let refused = SavedPlan::read(&path);
        assert!(
            matches!(refused, Err(SavedPlanError::Malformed { .. })),
            "{damaged}"
        );
    }
    fs::write(&path, whole.replacen("\"version\": 1", "\"version\": 9", 1)).unwrap();
    let refused = SavedPlan::read(&path);
    assert!(matches!(
        refused,
        Err(SavedPlanError::OtherFormat { found: 9, .. })
    ));
}

#[test]
fn other_stacks_and_accounts_are_refused() {
    let mut world = world("a", "b");
    let saved = world.saved();
    world.account.endpoint = Some("http://localhost:5000".into());
    let refused = saved.fits(&world.plan(), world.basis());
    assert!(matches!(refused, Err(SavedPlanError::OtherAccount { .. })));
    world.view = Stack::new("other").view();
    let refused = saved.fits(&world.plan(), world.basis());
    assert!(matches!(refused, Err(SavedPlanError::OtherStack { .. })));
}

#[test]
fn a_plan_for_which_nobody_asked_aws_is_not_saved() {
    let mut world = world("a", "b");
    world.observed = Observations::from_state(&world.state);
    let refused = SavedPlan::new(&world.plan(), world.basis());
    assert!(matches!(refused, Err(SavedPlanError::NotAsked)));
}

#[test]
fn a_changed_program_is_named() {
    let mut world = world("a", "b");
    let saved = world.saved();
    let other = stack("c");
    let main = other.region("main", Region::EuWest3);
    let more = Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build();
    main.add("more", more);
    other.output("more", "than before");
    world.view = other.view();
    insta::assert_snapshot!(world.moved(&saved), @r#"
    the stack: main/more was not there
    the stack: main/vpc Tags/Name "b" → "c"
    the stack: the outputs more nothing → "than before"
    "#);
}

#[test]
fn what_was_applied_since_is_named() {
    let mut world = world("a", "b");
    let saved = world.saved();
    let (state, observed) = testing::applied(&stack("b"));
    (world.state, world.observed) = (state, observed);
    insta::assert_snapshot!(world.moved(&saved), @r#"
    the state: main/vpc Tags/Name "a" → "b"
    AWS: main/vpc Tags/Name "a" → "b"
    "#);
}

#[test]
fn what_somebody_changed_in_aws_is_named() {
    let mut world = world("a", "b");
    *world.observed_property("main/group", "SecurityGroupIngress") =
        json!([{"FromPort": 1}, {"FromPort": 2}]);
    let saved = world.saved();
    // AWS does not keep the order of a group's rules.
    *world.observed_property("main/group", "SecurityGroupIngress") =
        json!([{"FromPort": 2}, {"FromPort": 1}]);
    assert_eq!(world.moved(&saved), "");
    *world.observed_property("main/vpc", "EnableDnsSupport") = json!(false);
    *world.observed_property("main/group", "GroupDescription") = json!(null);
    insta::assert_snapshot!(world.moved(&saved), @r#"
    AWS: main/group GroupDescription "The servers" → nothing
    AWS: main/vpc EnableDnsSupport nothing → false
    "#);
    world.observed.resources.remove(&Address::new("main/group"));
    assert!(
        world
            .moved(&saved)
            .starts_with("AWS: main/group is not there any more\n")
    );
}

#[test]
fn a_file_whose_actions_were_changed_is_no_plan_of_this_program() {
    let world = world("a", "b");
    let mut saved = world.saved();
    saved.plan["actions"][0]["op"] = json!("delete");
    let moved = world.moved(&saved);
    assert!(
        moved.starts_with("the planner: main/vpc delete "),
        "{moved}"
    );
}

#[test]
fn of_what_is_looked_up_only_what_the_stack_makes_use_of_counts() {
    let stack = Stack::new("test");
    let caller = CallerIdentity::builder().build();
    let caller = stack.global().lookup("caller", caller);
    stack.output("account", caller.account());
    let mut world = world("a", "a");
    world.view = stack.view();
    (world.state, world.observed) = testing::applied(&stack);
    let caller = |account: &str, user: &str| Observed {
        id: account.to_owned(),
        properties: json!({}),
        outputs: [("Account", account), ("UserId", user)]
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .into(),
        ownership: None,
        going: false,
    };
    let at = Address::new("global/caller");
    let looks_up = |world: &mut World, account, user| {
        let lookups = &mut world.observed.lookups;
        lookups.insert(at, caller(account, user));
    };
    looks_up(&mut world, "123456789012", "AROA1:ci-1");
    let saved = world.saved();
    looks_up(&mut world, "123456789012", "AROA1:ci-2");
    assert_eq!(world.moved(&saved), "");
    looks_up(&mut world, "210987654321", "AROA1:ci-2");
    let moved = world.moved(&saved);
    assert!(moved.contains("global/caller"), "{moved}");
}

#[test]
fn parameters_come_back_from_the_file_but_for_secrets_of_which_the_name_does() {
    let world = world("a", "b");
    let given = [
        ("image", "v1"),
        ("edge-secret", "hunter2-hunter2"),
        ("half", "hunter2"),
        ("size", "2"),
    ];
    let given = given.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let view = testing::site("hunter2-hunter2").view();
    let saved = world.saved().with_parameters(given, &view);
    let saved = saved.in_folder(Some("/somewhere".into()));

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan");
    saved.write(&path).unwrap();
    assert!(!fs::read_to_string(&path).unwrap().contains("hunter2"));
    let read = SavedPlan::read(&path).unwrap();
    let kept: Vec<_> = read.parameters().keys().map(String::as_str).collect();
    let secret = read.secret_parameters().iter().map(String::as_str);
    let secret: Vec<_> = secret.collect();
    assert_eq!(
        (kept, secret),
        (vec!["image", "size"], vec!["edge-secret", "half"])
    );
    assert_eq!(read.folder(), Some("/somewhere".as_ref()));
    // They decide nothing.
    assert_eq!(world.moved(&read), "");
}
