//! What an author says about changes and ends, from the plan to what is left in AWS.

use jeancloud_model::{
    Address, Handle, Region, cidr,
    ec2::{Anywhere, SecurityGroup, Vpc, tcp},
    logs::LogGroup,
};
use jeancloud_stack::{
    Declare, Stack,
    plan::{Op, Plan, PlanError, PlanOptions, Protected},
};
use serde_json::json;

use crate::world::World;

const BLOCK: jeancloud_model::Cidr = cidr!("10.0.0.0/16");

fn vpc() -> Vpc {
    Vpc::builder().cidr_block(BLOCK).build()
}

fn stack(declare: impl FnOnce(&Stack)) -> Stack {
    let stack = Stack::new("test");
    declare(&stack);
    stack
}

/// A stack with one resource at `main/NAME`.
fn one(name: &str, resource: impl Declare) -> Stack {
    stack(|stack| {
        stack.region("main", Region::EuWest3).add(name, resource);
    })
}

fn lines(plan: &Plan) -> Vec<String> {
    let line = |action: &jeancloud_stack::plan::Action| {
        let op = serde_json::to_value(action.op).expect("it is a word");
        let op = op.as_str().unwrap_or_default().to_owned();
        format!("{op} {}: {}", action.address, action.reason)
    };
    plan.actions.iter().map(line).collect()
}

fn refused(planned: Result<impl Sized, PlanError>) -> Vec<Protected> {
    match planned {
        Err(PlanError::Protected(refused)) => refused,
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it is not refused"),
    }
}

#[track_caller]
fn nothing_is_left_to_do(world: &World, stack: &Stack) {
    let again = world.plan(stack).expect("it can be planned");
    assert!(again.is_empty(), "{:#?}", lines(&again));
}

#[test]
fn what_is_protected_outlives_its_declaration_and_the_state() {
    let protected = one("vpc", vpc().protect());
    let empty = stack(|_| {});
    let mut world = World::new(&protected);
    let _ = world.apply(&protected);
    nothing_is_left_to_do(&world, &protected);

    let gone = refused(world.plan(&empty));
    assert_eq!(gone[0].address.as_str(), "main/vpc");
    assert_eq!(gone[0].declared_at, None);
    assert!(gone[0].why.contains("its declaration is gone"), "{gone:?}");
    assert!(gone[0].hint.contains("state forget main/vpc"), "{gone:?}");

    let other = Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build();
    let replaced = refused(world.plan(&one("vpc", other.clone().protect())));
    let at = replaced[0].declared_at.as_deref().unwrap_or_default();
    assert!(at.contains("lifecycle.rs:"), "{at}");
    // Taking the protection away and replacing it are two steps.
    refused(world.plan(&one("vpc", other.clone())));
    refused(world.plan_to_nothing(&protected));

    world.lose_the_state();
    // A neighbour of its type is what makes AWS tell of it.
    let neighbour = one("other", other);
    refused(world.plan(&neighbour));
    refused(world.plan_to_nothing(&protected));

    let _ = world.apply(&one("vpc", vpc()));
    let marks = world.aws.marks("main/vpc").expect("it is there");
    assert!(!marks.any());
    let _ = world.destroy(&empty);
    assert_eq!(world.aws.content(), [""; 0]);
}

#[test]
fn everything_that_is_protected_is_named_at_once() {
    let three = stack(|stack| {
        let main = stack.region("main", Region::EuWest3);
        main.add("a", vpc().protect());
        main.add("b", LogGroup::builder().build().protect());
        main.add("c", LogGroup::builder().build());
    });
    let mut world = World::new(&three);
    let _ = world.apply(&three);
    let refused = refused(world.plan_to_nothing(&three));
    let addresses = refused.iter().map(|protected| protected.address.as_str());
    assert_eq!(addresses.collect::<Vec<_>>(), ["main/a", "main/b"]);
}

#[test]
fn protection_comes_and_goes_with_an_action_that_says_so() {
    let plain = one("vpc", vpc());
    let protected = one("vpc", vpc().protect());
    let mut world = World::new(&plain);
    let _ = world.apply(&plain);
    let on = world.apply(&protected);
    assert_eq!(lines(&on), ["update main/vpc: protected from now on"]);
    assert_eq!(on.actions[0].changes[0].path, "/Tags/jeancloud:protect");
    assert!(world.aws.marks("main/vpc").expect("it is there").protect);
    nothing_is_left_to_do(&world, &protected);
    let off = world.apply(&plain);
    assert_eq!(lines(&off), ["update main/vpc: no longer protected"]);
    nothing_is_left_to_do(&world, &plain);
}

#[test]
fn what_is_retained_is_let_go_of_and_stays() {
    let retained = one("vpc", vpc().retain());
    let empty = stack(|_| {});
    for destroyed in [false, true] {
        let mut world = World::new(&retained);
        let _ = world.apply(&retained);
        let plan = match destroyed {
            true => world.destroy(&retained),
            false => world.apply(&empty),
        };
        assert_eq!(plan.actions[0].op, Op::Forget);
        assert_eq!((plan.summary.forget, plan.summary.delete), (1, 0));
        assert_eq!(world.aws.content(), ["nobody's AWS::EC2::VPC"]);
        assert!(world.state().resources.is_empty());
        nothing_is_left_to_do(&world, &empty);
    }
}

#[test]
fn a_replacement_keeps_what_is_retained() {
    let version = |text: &str| one("vpc", vpc().retain().replace_when(text));
    let mut world = World::new(&version("1"));
    let _ = world.apply(&version("1"));
    let plan = world.apply(&version("2"));
    let ops: Vec<Op> = plan.actions.iter().map(|action| action.op).collect();
    assert_eq!(ops, [Op::Create, Op::Forget]);
    assert_eq!(
        world.aws.content(),
        ["nobody's AWS::EC2::VPC", "main/vpc 2"]
    );
}

#[test]
fn what_is_retained_keeps_its_name_from_nobody() {
    let version = |description: &'static str| {
        stack(|stack| {
            let main = stack.region("main", Region::EuWest3);
            let vpc = main.add("vpc", vpc());
            main.add(
                "group",
                SecurityGroup::in_vpc(&vpc, "web", description).retain(),
            );
        })
    };
    let mut world = World::new(&version("one"));
    let _ = world.apply(&version("one"));
    let refused = refused(world.plan(&version("two")));
    assert!(
        refused[0].why.contains("the new one needs its name"),
        "{refused:?}"
    );
}

#[test]
fn what_is_ignored_is_neither_drift_nor_a_change() {
    let version = |name: &'static str, hostnames| {
        let vpc = Vpc::builder()
            .cidr_block(BLOCK)
            .tag("Name", name)
            .tag("Owner", "us");
        let vpc = vpc.enable_dns_hostnames(hostnames).build();
        one(
            "vpc",
            vpc.ignore_changes(["EnableDnsHostnames", "Tags/Owner"]),
        )
    };
    let mut world = World::new(&version("a", true));
    let _ = world.apply(&version("a", true));
    let tags = json!([{"Key": "Name", "Value": "a"}, {"Key": "Owner", "Value": "them"}]);
    world.aws.change("main/vpc", "Tags", &tags);
    world
        .aws
        .change("main/vpc", "EnableDnsHostnames", &json!(false));
    let (plan, report) = world
        .plan_with(&version("a", true), &PlanOptions::default())
        .expect("it can be planned");
    assert!(plan.is_empty() && report.drift.is_empty(), "{report:?}");

    // What changes beside it leaves it alone.
    let plan = world.apply(&version("b", true));
    let paths = plan.actions[0]
        .changes
        .iter()
        .map(|change| change.path.as_str());
    assert_eq!(paths.collect::<Vec<_>>(), ["/Tags/Name"]);
    let sent = &plan.actions[0].work.properties;
    assert_eq!(sent["EnableDnsHostnames"], json!(false));
    assert!(
        sent["Tags"]
            .as_array()
            .expect("tags")
            .contains(&json!({"Key": "Owner", "Value": "them"}))
    );
    nothing_is_left_to_do(&world, &version("b", false));
}

#[test]
fn another_value_replaces_once() {
    let plain = one("vpc", vpc());
    let version = |value: &'static str| one("vpc", vpc().replace_when(value));
    let mut world = World::new(&plain);
    let _ = world.apply(&plain);
    // Where no value is remembered, the present one is.
    assert!(world.apply(&version("1")).is_empty());
    nothing_is_left_to_do(&world, &version("1"));
    let plan = world.apply(&version("2"));
    assert_eq!(plan.actions[0].reason, "the value of replace_when changed");
    assert_eq!(world.aws.content(), ["main/vpc 2"]);
    nothing_is_left_to_do(&world, &version("2"));
}

#[test]
fn an_output_that_changes_replaces() {
    let version = |block| {
        stack(|stack| {
            let main = stack.region("main", Region::EuWest3);
            let vpc = main.add("vpc", Vpc::builder().cidr_block(block).build());
            main.add("logs", LogGroup::builder().build().replace_when(vpc.id()));
        })
    };
    let mut world = World::new(&version(BLOCK));
    let _ = world.apply(&version(BLOCK));
    nothing_is_left_to_do(&world, &version(BLOCK));
    let plan = world.apply(&version(cidr!("10.1.0.0/16")));
    assert_eq!(plan.summary.replace, 2);
    nothing_is_left_to_do(&world, &version(cidr!("10.1.0.0/16")));
}

#[test]
fn what_depends_on_something_goes_before_it_too() {
    let both = |stack: &Stack| {
        let main = stack.region("main", Region::EuWest3);
        let logs: Handle<LogGroup> = main.add("logs", LogGroup::builder().build());
        main.add("vpc", vpc().depends_on(&logs));
    };
    let both = stack(both);
    let mut world = World::new(&both);
    let made = world.apply(&both);
    assert_eq!(
        (made.actions[1].address.as_str(), &made.actions[1].after[..]),
        ("main/vpc", &[0][..])
    );
    let gone = world.plan(&stack(|_| {})).expect("it can be planned");
    let addresses = gone.actions.iter().map(|action| action.address.as_str());
    assert_eq!(addresses.collect::<Vec<_>>(), ["main/vpc", "main/logs"]);
    assert_eq!(gone.actions[1].after, [0]);
}

/// A VPC and a group in it whose name jeancloud makes, with a rule that has no place of its own.
fn network(names: [&str; 2]) -> Stack {
    stack(|stack| {
        let main = stack.region("main", Region::EuWest3);
        let vpc = main.add(names[0], vpc());
        let group = SecurityGroup::builder()
            .vpc_id(&vpc)
            .group_description("web");
        let group = main.add(names[1], group.build());
        main.allow(tcp(80).from(Anywhere).to(&group));
    })
}

fn renamed() -> Stack {
    let after = network(["network", "web"]);
    after.moved("main/vpc", "main/network");
    after.moved("main/group", "main/web");
    after
}

#[test]
fn a_renaming_touches_nothing_but_tags() {
    for lost in [false, true] {
        let before = network(["vpc", "group"]);
        let mut world = World::new(&before);
        let _ = world.apply(&before);
        if lost {
            world.lose_the_state();
        }
        let plan = world.apply(&renamed());
        assert!(
            plan.actions.iter().all(|action| action.op == Op::Update),
            "{:#?}",
            lines(&plan)
        );
        assert!(
            plan.actions
                .iter()
                .all(|action| action.work.changed.is_empty())
        );
        assert_eq!(plan.actions[0].reason, "moved from main/vpc");
        let mut content = world.aws.content();
        content.sort();
        let rule = "main/web/ingress/tcp-80-from-0.0.0.0/0 1";
        assert_eq!(content, ["main/network 1", "main/web 1", rule]);
        let rule = Address::new("main/web/ingress/tcp-80-from-0.0.0.0/0");
        assert_eq!(
            world.state().resources[&rule].depends_on,
            [Address::new("main/web")]
        );
        // The renaming may stay, or go.
        nothing_is_left_to_do(&world, &renamed());
        nothing_is_left_to_do(&world, &network(["network", "web"]));
        world.lose_the_state();
        nothing_is_left_to_do(&world, &network(["network", "web"]));
        let _ = world.destroy(&renamed());
        assert_eq!(world.aws.content(), [""; 0]);
    }
}

#[test]
fn a_renaming_that_nobody_declared_is_hinted_at() {
    let before = one("vpc", vpc());
    let mut world = World::new(&before);
    let _ = world.apply(&before);
    let hints = |stack: &Stack| {
        let (_, report) = world
            .plan_with(stack, &PlanOptions::default())
            .expect("it can be planned");
        report.notes
    };
    assert_eq!(
        hints(&one("network", vpc())),
        [
            "main/vpc is deleted and main/network is created: if it is the same one under another name, say `stack.moved(\"main/vpc\", \"main/network\")`, and it stays"
        ]
    );
    let other = Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build();
    assert_eq!(hints(&one("network", other)), [""; 0]);
}

#[test]
fn what_is_forgotten_stays_in_aws_and_is_nobodys() {
    let protected = one("vpc", vpc().protect());
    let mut world = World::new(&protected);
    let _ = world.apply(&protected);
    let plan = world.forget(&protected, "main/*");
    assert_eq!(lines(&plan), ["forget main/vpc: let go of"]);
    assert_eq!(world.aws.content(), ["nobody's AWS::EC2::VPC"]);
    assert!(world.state().resources.is_empty());
    nothing_is_left_to_do(&world, &stack(|_| {}));
}

#[test]
fn a_target_brings_what_it_needs_and_leaves_the_rest_out() {
    let whole = network(["vpc", "group"]);
    let mut world = World::new(&whole);
    let options = PlanOptions::default().target("main/group");
    let (plan, report) = world
        .plan_with(&whole, &options)
        .expect("it can be planned");
    let addresses = plan.actions.iter().map(|action| action.address.as_str());
    assert_eq!(addresses.collect::<Vec<_>>(), ["main/vpc", "main/group"]);
    assert_eq!(plan.actions[1].after, [0]);
    assert_eq!(plan.summary.create, 2);
    let left: Vec<_> = report
        .left_out
        .iter()
        .map(|left| (left.op, left.address.as_str()))
        .collect();
    assert_eq!(
        left,
        [(Op::Create, "main/group/ingress/tcp-80-from-0.0.0.0/0")]
    );
    let _ = world.apply_with(&whole, &options);
    let rest = world.apply(&whole);
    assert_eq!(rest.actions.len(), 1);
    nothing_is_left_to_do(&world, &whole);

    // To delete it, what is in it goes first.
    let empty = stack(|_| {});
    let plan = world.plan_with(&empty, &PlanOptions::default().target("main/group"));
    let (plan, report) = plan.expect("it can be planned");
    assert_eq!(plan.actions.len(), 2, "{:#?}", lines(&plan));
    assert_eq!(report.left_out.len(), 1);
    let pattern = world.plan_with(&empty, &PlanOptions::default().target("main/*"));
    assert_eq!(pattern.expect("it can be planned").0.actions.len(), 3);
}

#[test]
fn what_is_protected_and_no_target_stops_nothing() {
    let before = stack(|stack| {
        let main = stack.region("main", Region::EuWest3);
        main.add("vpc", vpc().protect());
        main.add("logs", LogGroup::builder().build());
    });
    let mut world = World::new(&before);
    let _ = world.apply(&before);
    let empty = stack(|_| {});
    refused(world.plan(&empty));
    let plan = world.apply_with(&empty, &PlanOptions::default().target("main/logs"));
    assert_eq!(lines(&plan), ["delete main/logs: no longer declared"]);
}

#[test]
fn a_target_that_names_nothing_is_an_error_with_what_is_near() {
    let whole = network(["vpc", "group"]);
    let world = World::new(&whole);
    let options = PlanOptions::default()
        .target("main/gruop")
        .target("france/*")
        .replace("main/vcp");
    let Err(PlanError::NoSuchTargets(nowhere)) = world.plan_with(&whole, &options) else {
        panic!("it names nothing");
    };
    let hints: Vec<String> = nowhere.iter().map(|target| target.hint()).collect();
    assert_eq!(nowhere.len(), 2);
    assert!(
        hints[0].starts_with("near main/gruop there is main/group"),
        "{hints:?}"
    );
    assert!(
        hints[1].starts_with("no address looks like france/*"),
        "{hints:?}"
    );
}

#[test]
fn what_is_asked_for_is_made_anew() {
    let before = one("logs", LogGroup::builder().build());
    let mut world = World::new(&before);
    let _ = world.apply(&before);
    let plan = world.apply_with(&before, &PlanOptions::default().replace("main/l*"));
    assert_eq!(plan.summary.replace, 1);
    assert_eq!(plan.actions[0].reason, "asked for with --replace");
    // Its name is another one since it is replaced, and not the other way round.
    assert!(
        plan.actions[0]
            .changes
            .iter()
            .all(|change| !change.forces_replacement)
    );
    assert_eq!(world.aws.content(), ["main/logs 2"]);
    nothing_is_left_to_do(&world, &before);
}

#[test]
fn a_plan_tells_who_changed_what() {
    let version = |name: &'static str| {
        let vpc = Vpc::builder()
            .cidr_block(BLOCK)
            .enable_dns_support(true)
            .tag("Name", name);
        one("vpc", vpc.build())
    };
    let mut world = World::new(&version("a"));
    let _ = world.apply(&version("a"));
    let reason = |world: &World, stack: &Stack| {
        let plan = world.plan(stack).expect("it can be planned");
        let action = &plan.actions[0];
        let drifted = action.changes.iter().filter(|change| change.drifted);
        let drifted: Vec<String> = drifted.map(|change| change.path.clone()).collect();
        (action.reason.clone(), drifted.join(" "))
    };
    let says = |reason: &str, drifted: &str| (reason.to_owned(), drifted.to_owned());
    assert_eq!(reason(&world, &version("b")), says("changed", ""));
    world
        .aws
        .change("main/vpc", "EnableDnsSupport", &json!(false));
    assert_eq!(
        reason(&world, &version("a")),
        says("drifted in AWS", "/EnableDnsSupport")
    );
    assert_eq!(
        reason(&world, &version("b")),
        says("changed, drifted in AWS", "/EnableDnsSupport")
    );
    // What nobody set is nobody's drift.
    world
        .aws
        .change("main/vpc", "EnableDnsSupport", &json!(true));
    world
        .aws
        .change("main/vpc", "EnableDnsHostnames", &json!(true));
    nothing_is_left_to_do(&world, &version("a"));
    world
        .aws
        .change("main/vpc", "CidrBlock", &json!("10.9.0.0/16"));
    let replaced = reason(&world, &version("a")).0;
    assert_eq!(
        replaced,
        "CidrBlock drifted in AWS and can't be changed in place"
    );

    world.aws.delete("main/vpc");
    let (plan, report) = world
        .plan_with(&version("a"), &PlanOptions::default())
        .expect("it can be planned");
    assert_eq!(
        lines(&plan),
        ["create main/vpc: deleted outside of jeancloud"]
    );
    assert!(report.drift[0].gone);
    let _ = world.apply(&version("a"));
    nothing_is_left_to_do(&world, &version("a"));
}
