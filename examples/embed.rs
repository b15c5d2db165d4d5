//! jeancloud inside another program: plan, decide, apply, and watch what happens.
//!
//! ```sh
//! AWS_ENDPOINT_URL=http://127.0.0.1:5000 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test \
//!     cargo run --example embed
//! ```
//!
//! Without `AWS_ENDPOINT_URL` it talks to the AWS account of the environment. The state is kept in
//! `.jeancloud/embed/`; the second run finds nothing to do.

use std::{error::Error, path::Path};

use jeancloud::{
    Session,
    aws::Aws,
    cli,
    engine::{Event, Options},
    prelude::*,
    state::FileStore,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let stack = network("10.7.0.0/16".parse()?);
    let store = FileStore::open(Path::new(".jeancloud/embed"), &stack.identity())?;
    let mut session = Session::new(&stack, Aws::from_env().await, store);

    // A plan is data: this program shows it, and lets none pass that deletes something.
    let planned = session.plan().await?;
    println!("{}", cli::page(&planned));
    let summary = planned.plan.summary;
    if summary.delete + summary.replace > 0 {
        return Err("the plan deletes something: a person should look at it".into());
    }

    let outcome = session.apply(&planned, &Options::default(), &watch).await?;
    for (name, value) in &outcome.outputs {
        println!("{name} = {value}");
    }
    match outcome.is_complete() {
        true => Ok(()),
        false => Err(format!("{} actions failed", outcome.failed.len()).into()),
    }
}

/// A VPC with a private subnet in each of two zones.
fn network(block: Cidr) -> Stack {
    let stack = Stack::new("embed");
    let france = stack.region("france", Region::EuWest3);
    let vpc = Vpc::builder().cidr_block(block).tag("Name", "embed");
    let vpc = france.add("vpc", vpc.build());
    for (zone, block) in [Az::A, Az::B].into_iter().zip(block.parts(24)) {
        let private = Subnet::builder().vpc_id(&vpc).cidr_block(block);
        let private = private.availability_zone(zone).build();
        france.add(format!("private-{}", zone.letter()), private);
    }
    stack.output("vpc", vpc.id());
    stack
}

/// Is told what happens, as it happens.
fn watch(event: &Event) {
    match event {
        Event::Started { op, address, .. } => println!("{op:?} {address} …"),
        Event::Born { address, id, .. } => println!("{address} is {id}"),
        Event::Done {
            address, elapsed, ..
        } => println!("{address} took {elapsed:.1?}"),
        Event::Failed { address, error, .. } => println!("{address} failed: {error}"),
        Event::Finished { done, failed, .. } => println!("{done} done, {failed} failed"),
        _ => {}
    }
}
