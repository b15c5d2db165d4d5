//! What goes wrong with other tools: somebody changes things by hand, the state is lost, and a mistake
//! that a compiler can't see.

use jeancloud_model::Region;
use jeancloud_stack::{
    Severity, Stack,
    state::{Record, State},
};

use super::{Tour, faint};
use crate::{
    cli::{error::CliError, show},
    prelude::*,
    session::Goal,
};

/// Somebody opens a port to the world, behind jeancloud's back. A stack without a security group has
/// no such chapter.
pub(super) async fn drift(tour: &mut Tour, stack: &Stack) -> Result<(), CliError> {
    let Some(group) = a_group(&tour.state) else {
        return Ok(());
    };
    let (id, region) = (group.id.clone(), group.region);
    tour.chapter("Somebody opens SSH to the world, by hand")?;
    tour.say(&faint(&format!(
        "aws ec2 authorize-security-group-ingress --group-id {id} \\\n    \
         --region {region} --protocol tcp --port 22 --cidr 0.0.0.0/0"
    )))?;
    open_ssh(tour, region, &id).await?;
    let planned = tour.plan(stack).await?;
    tour.say(&show::drift::page(&planned.report.drift))?;
    tour.say("A group has the rules that the stack declares, and no other:")?;
    tour.say(&show::plan::brief(&planned.plan))?;
    let _ = tour.apply(stack, &planned).await?;
    let again = tour.plan(stack).await?;
    tour.say(&show::plan::summary(
        &again.plan,
        &again.report,
        &Goal::stack(),
    ))
}

/// The group that it hurts the most with, if there is a choice.
fn a_group(state: &State) -> Option<&Record> {
    let groups = state.resources.iter();
    let groups = groups.filter(|(_, record)| record.type_name == "AWS::EC2::SecurityGroup");
    let data = |address: &Address| {
        let name = address.name();
        ["rds", "db", "data"].iter().any(|it| name.contains(it))
    };
    let worst = groups.min_by_key(|(address, _)| (!data(address), **address));
    worst.map(|(_, record)| record)
}

async fn open_ssh(tour: &Tour, region: Region, group: &str) -> Result<(), CliError> {
    let clients = tour.aws.clients().clients(region).await;
    let clients = clients.map_err(CliError::Account)?;
    let opening = clients.ec2().authorize_security_group_ingress();
    let opening = opening.group_id(group).ip_protocol("tcp");
    let opening = opening.from_port(22).to_port(22).cidr_ip("0.0.0.0/0");
    let opened = tour.aws.clock().run(opening.send()).await;
    opened.map_err(|error| CliError::Embedded {
        attempted: format!("opening port 22 of {group}"),
        source: error.into(),
        hint: "this is a mistake in jeancloud: tell us".to_owned(),
    })?;
    Ok(())
}

/// The state is a cache: without it, everything is found again by its tags.
pub(super) async fn lost_state(tour: &mut Tour, stack: &Stack) -> Result<(), CliError> {
    tour.chapter("The state file is lost")?;
    let known = std::mem::replace(&mut tour.state, State::empty(stack.identity()));
    let planned = tour.plan(stack).await?;
    tour.say(&show::plan::summary(
        &planned.plan,
        &planned.report,
        &Goal::stack(),
    ))?;
    if planned.plan.is_empty() {
        tour.say(&faint(
            "Everything has its address in its tags: the plan has found all of it again.",
        ))?;
    } else {
        tour.say(&show::plan::brief(&planned.plan))?;
    }
    tour.state = known;
    Ok(())
}

/// A mistake that compiles, and doesn't reach AWS.
pub(super) fn mistake(tour: &mut Tour) -> Result<(), CliError> {
    tour.chapter("A mistake")?;
    tour.say(&faint(
        "The compiler refuses many. `check` finds the others, all at once, without AWS:",
    ))?;
    let problems = overlapping().check();
    let errors = problems.iter().filter(|it| it.severity == Severity::Error);
    for problem in errors {
        tour.say(&show::problem::brief(problem))?;
    }
    Ok(())
}

fn overlapping() -> Stack {
    let stack = Stack::new("mistaken");
    let france = stack.region("france", Region::EuWest3);
    let block = cidr!("10.0.0.0/16");
    let vpc = france.add("vpc", Vpc::builder().cidr_block(block).build());
    for (name, block) in [
        ("private-a", cidr!("10.0.3.0/24")),
        ("private-b", cidr!("10.0.3.128/25")),
    ] {
        france.add(
            name,
            Subnet::builder().vpc_id(&vpc).cidr_block(block).build(),
        );
    }
    stack
}
