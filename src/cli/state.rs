//! `state`: looks at the state, and repairs it.

use std::process::ExitCode;

use jeancloud_model::Address;
use jeancloud_stack::state::{FileStore, Record, State};
use serde_json::json;

use super::{
    arguments,
    carry_out::{Wish, carry_out},
    context::{Context, Home},
    error::CliError,
    show::{
        style::{FAINT, STRONG, counted, padded, paint, width},
        value::Values,
    },
};
use crate::{adopt, session::Goal};

pub(super) async fn run(
    context: &Context,
    command: &arguments::State,
) -> Result<ExitCode, CliError> {
    match command {
        arguments::State::List => list(context),
        arguments::State::Show { address } => show(context, *address),
        arguments::State::Forget { addresses, run } => {
            let goal = Goal::Forget(addresses.clone());
            return carry_out(context, &Wish::New(goal), run).await;
        }
        arguments::State::Rebuild => rebuild(context).await,
        arguments::State::Unlock => unlock(context),
    }?;
    Ok(ExitCode::SUCCESS)
}

fn list(context: &Context) -> Result<(), CliError> {
    let state = context.state()?;
    let mut rows: Vec<[String; 3]> = Vec::new();
    for (address, record) in &state.resources {
        rows.push([
            address.to_string(),
            record.type_name.clone(),
            record.id.clone(),
        ]);
    }
    for (address, record) in &state.retired {
        let id = format!(
            "{} (generation {}, left to delete)",
            record.id, record.generation
        );
        rows.push([address.to_string(), record.type_name.clone(), id]);
    }
    for (address, intent) in &state.intents {
        let id = intent.id.as_deref().unwrap_or("no id yet");
        rows.push([
            address.to_string(),
            intent.type_name.clone(),
            format!("{id} (begun, its end is not known)"),
        ]);
    }
    let widest = |column: usize| {
        rows.iter()
            .map(|row| width(&row[column]))
            .max()
            .unwrap_or_default()
    };
    let (addresses, types) = (widest(0), widest(1));
    let line = |[address, type_name, id]: &[String; 3]| {
        let type_name = paint(FAINT, padded(type_name, types)).to_string();
        format!("{}  {type_name}  {id}\n", padded(address, addresses))
    };
    context
        .screen
        .result(&rows.iter().map(line).collect::<String>())?;
    if rows.is_empty() {
        context
            .screen
            .tell(&format!("nothing in {}", context.home()));
    }
    Ok(())
}

fn show(context: &Context, address: Address) -> Result<(), CliError> {
    let state = context.state()?;
    let Some(record) = state.resources.get(&address) else {
        return Err(unknown(&state, address));
    };
    let Record {
        type_name,
        region,
        id,
        generation,
        properties,
        outputs,
        depends_on,
        lifecycle,
        deleting,
        attempts,
    } = record;
    let mut shown = json!({
        "Type": type_name, "Region": region, "Id": id, "Generation": generation,
        "DependsOn": depends_on, "Outputs": outputs, "Properties": properties,
    });
    if !lifecycle.is_nothing() {
        shown["Lifecycle"] = json!(lifecycle);
    }
    if *deleting {
        shown["Deleting"] = json!(deleting);
    }
    if !attempts.is_empty() {
        shown["Attempts"] = json!(attempts);
    }
    let mut page = format!("{}\n", paint(STRONG, address));
    for line in Values::known().block(&shown) {
        page += &format!("  {line}\n");
    }
    context.screen.result(&page)
}

fn unknown(state: &State, address: Address) -> CliError {
    let near = state
        .resources
        .keys()
        .filter(|known| known.as_str().contains(address.name()));
    let near: Vec<&str> = near.take(5).map(|known| known.as_str()).collect();
    let hint = match near.is_empty() {
        true => "`state list` names what it has".to_owned(),
        false => format!("it has {}", near.join(", ")),
    };
    CliError::Usage {
        wrong: format!("the state has nothing at {address}"),
        hint,
    }
}

async fn rebuild(context: &Context) -> Result<(), CliError> {
    // Without AWS there is nothing to make it from, and a damaged one stays where it is.
    let reached = context.reach().await?;
    let (mut store, aside) = context.store_anew()?;
    for kept in aside {
        let told = format!(
            "what was there is damaged, and is kept as {}",
            kept.display()
        );
        context.screen.tell(&told);
    }
    let rebuilding = adopt::rebuild(&context.stack, &mut *store, &*reached.provider);
    let found = context
        .waiting("asking AWS what there is", rebuilding)
        .await?;
    let found = counted(found, "resource");
    context.screen.tell(&format!(
        "{} is made anew: {found} in {}",
        context.home(),
        reached.name
    ));
    context.screen.tell(
        "forgotten: which properties were set once and are no longer; they stay as they are in AWS",
    );
    Ok(())
}

fn unlock(context: &Context) -> Result<(), CliError> {
    let Home::Folder(folder) = context.home() else {
        return context
            .screen
            .result("nobody else works with the memory of this process\n");
    };
    match FileStore::holder(folder)? {
        None => context.screen.result(&format!(
            "{} is free: nobody works with it\n",
            folder.display()
        )),
        Some(holder) => Err(CliError::Usage {
            wrong: format!(
                "{} is locked by {holder}, which still runs",
                folder.display()
            ),
            hint: "the lock goes with its process: wait for it, or end it there".to_owned(),
        }),
    }
}
