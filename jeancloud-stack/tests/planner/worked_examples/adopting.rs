//! What Terraform made becomes the stack's.

use jeancloud_model::ec2::{InternetGateway, SecurityGroup, Subnet, Vpc};
use jeancloud_stack::{
    Stack,
    engine::{Origin, Proposal},
    plan::PlanOptions,
};
use serde_json::{Value as Json, json};

use super::{
    document::{notes, shows, shows_with_notes},
    page::changes,
    programs::{WEB, stack, vpc},
};
use crate::{aws::Maps, world::World};

/// A network, as Terraform made it: what it calls each thing is its address with `_` for `/`.
fn theirs() -> (Maps, String) {
    let stack = stack(|main| {
        let vpc = main.add("net", vpc());
        for (name, place) in [("a", 1), ("b", 2)] {
            let block = WEB.network.part(24, place);
            let subnet = Subnet::builder().vpc_id(&vpc).cidr_block(block);
            main.add(name, subnet.availability_zone(WEB.zones[0]).build());
        }
        main.add(
            "web",
            SecurityGroup::in_vpc(&vpc, "web", "Managed by Terraform"),
        );
        for name in ["blue", "green"] {
            main.add(name, InternetGateway::builder().build());
        }
    });
    let mut world = World::new(&stack);
    let _ = world.apply(&stack);
    world.let_go();
    let kinds = [
        ("net", "aws_vpc"),
        ("a", "aws_subnet"),
        ("b", "aws_subnet"),
        ("web", "aws_security_group"),
        ("blue", "aws_internet_gateway"),
        ("green", "aws_internet_gateway"),
    ];
    let resources: Vec<Json> = kinds
        .iter()
        .map(|(name, kind)| {
            let mut records = world.state().resources.iter();
            let (_, record) = records.find(|(at, _)| at.name() == *name).expect("it was made");
            let attributes = json!({"id": record.id, "region": "eu-west-3"});
            json!({"mode": "managed", "type": kind, "name": name, "instances": [{"attributes": attributes}]})
        })
        .collect();
    let state = json!({"version": 4, "resources": resources});
    (world.aws.clone(), state.to_string())
}

/// The same network, as the program declares it.
fn ours() -> Stack {
    stack(|main| {
        let vpc = Vpc::builder().cidr_block(WEB.network).tag("Name", "shop");
        let vpc = main.add("vpc", vpc.build());
        for (name, place) in [("one", 1), ("nine", 9)] {
            let block = WEB.network.part(24, place);
            let subnet = Subnet::builder().vpc_id(&vpc).cidr_block(block);
            main.add(name, subnet.availability_zone(WEB.zones[0]).build());
        }
        main.add(
            "sg-web",
            SecurityGroup::in_vpc(&vpc, "web", "The web servers"),
        );
        main.add("gateway", InternetGateway::builder().build());
    })
}

/// What would be adopted, and what not and why.
fn page(proposal: &Proposal) -> String {
    let called = |origin: &Origin| origin.terraform.clone().unwrap_or_default();
    let matched = proposal.matches.iter().map(|matched| {
        let kept = match &matched.kept[..] {
            [] => String::new(),
            kept => format!(", keeps its {}", kept.join(", ")),
        };
        (
            matched.address,
            format!("is {}{kept}", called(&matched.origin)),
        )
    });
    let ambiguous = proposal.ambiguous.iter().map(|(address, origins)| {
        let origins: Vec<String> = origins.iter().map(called).collect();
        (*address, format!("may be {}", origins.join(" or ")))
    });
    let unlike = proposal.unlike.iter().map(|(address, origin, properties)| {
        let (nearest, properties) = (called(origin), properties.join(", "));
        (
            *address,
            format!("is new: {nearest} is nearest, and has another {properties}"),
        )
    });
    let lines = matched.chain(ambiguous).chain(unlike);
    let lines = lines.map(|(address, what)| format!("{:<12}  {what}", address.as_str()));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_terraform_made_is_paired() {
    let (aws, terraform) = theirs();
    let stack = ours();
    let mut world = World::on(aws, &stack);
    let proposal = world.propose_from_terraform(&stack, &terraform);
    shows("what_terraform_made_is_paired", &page(&proposal));
    world.adopt(&stack, &proposal);
    let marks = world.aws.marks("main/vpc").expect("it is the stack's now");
    assert!(marks.adopted);
    let planned = world.plan_with(&stack, &PlanOptions::default());
    let (plan, report) = planned.expect("it can be planned");
    shows_with_notes(
        "what_is_planned_after_an_import",
        &changes(&plan),
        &notes(&report),
    );
}
