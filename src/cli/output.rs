//! `output`: prints the outputs of the last apply.

use std::process::ExitCode;

use serde_json::{Value as Json, json};

use super::{arguments, context::Context, error::CliError, show};

pub(super) fn run(context: &Context, arguments: &arguments::Output) -> Result<ExitCode, CliError> {
    let outputs = context.state()?.outputs;
    let page = match (&arguments.name, arguments.json) {
        (Some(name), json) => {
            let value = outputs.get(name).ok_or_else(|| unknown(context, name))?;
            match (value, json) {
                (Json::String(text), false) => format!("{text}\n"),
                (Json::Array(lines), false) => show::outcome::lines(lines).join("\n") + "\n",
                (value, _) => format!("{value:#}\n"),
            }
        }
        (None, true) => format!("{:#}\n", json!(outputs)),
        (None, false) => show::outcome::outputs(&outputs),
    };
    context.screen.result(&page)?;
    if outputs.is_empty() {
        context.screen.tell("no outputs: apply leaves them here");
    }
    Ok(ExitCode::SUCCESS)
}

fn unknown(context: &Context, name: &str) -> CliError {
    let declared: Vec<String> = context
        .stack
        .outputs()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let hint = match declared.iter().any(|declared| declared == name) {
        true => "it is declared: apply the stack".to_owned(),
        false => format!("the stack declares: {}", declared.join(", ")),
    };
    CliError::Usage {
        wrong: format!("the last apply left no output `{name}`"),
        hint,
    }
}
