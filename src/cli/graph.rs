//! `graph`: what waits for what, in Graphviz's language.

use std::{collections::BTreeMap, process::ExitCode};

use jeancloud_stack::plan::{Action, Plan};

use super::{context::Context, error::CliError};

pub(super) fn run(context: &Context) -> Result<ExitCode, CliError> {
    let plan = crate::plan_offline(&context.stack)?.plan;
    context.screen.result(&dot(&plan))?;
    Ok(ExitCode::SUCCESS)
}

/// One cluster a scope; arrows in the direction of the work.
fn dot(plan: &Plan) -> String {
    let mut scopes: BTreeMap<&str, Vec<&Action>> = BTreeMap::new();
    for action in &plan.actions {
        scopes
            .entry(action.address.scope())
            .or_default()
            .push(action);
    }
    let mut text = format!("digraph {} {{\n", quoted(&plan.stack));
    text += "  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n";
    for (scope, actions) in scopes {
        text += &format!("  subgraph {} {{\n", quoted(&format!("cluster_{scope}")));
        text += &format!("    label={};\n", quoted(scope));
        for action in actions {
            let label = format!("{}\n{}", action.address.name(), action.type_name);
            text += &format!(
                "    {} [label={}];\n",
                quoted(action.address.as_str()),
                quoted(&label)
            );
        }
        text += "  }\n";
    }
    for action in &plan.actions {
        for other in &action.after {
            let other = &plan.actions[*other];
            text += &format!(
                "  {} -> {};\n",
                quoted(other.address.as_str()),
                quoted(action.address.as_str())
            );
        }
    }
    text + "}\n"
}

fn quoted(text: &str) -> String {
    let text = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{plan_offline, prelude::*};

    #[test]
    fn arrows_lead_from_what_is_waited_for() {
        let stack = Stack::new("web/prod");
        let france = stack.region("france", Region::EuWest3);
        let block = cidr!("10.0.0.0/24");
        let vpc = france.add("vpc", Vpc::builder().cidr_block(block).build());
        let private = Subnet::builder()
            .vpc_id(&vpc)
            .cidr_block(block)
            .availability_zone(Az::A);
        france.add("private", private.build());
        let text = dot(&plan_offline(&stack).unwrap().plan);
        assert!(text.starts_with("digraph \"web/prod\" {\n"), "{text}");
        assert!(
            text.contains("\"france/vpc\" [label=\"vpc\\nAWS::EC2::VPC\"];"),
            "{text}"
        );
        assert!(
            text.ends_with("  \"france/vpc\" -> \"france/private\";\n}\n"),
            "{text}"
        );
    }
}
