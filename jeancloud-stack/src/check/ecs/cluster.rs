//! Rules for clusters.

use jeancloud_model::{
    Input,
    ecs::{CapacityProvider, CapacityProviderStrategyItem, Cluster, ExecuteCommandLogging},
};

use super::super::{Report, Rule};
use crate::View;

const DOCUMENT: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html";

pub(super) const SHARES: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html";

pub(super) const DEFAULT: Rule = Rule {
    name: "cluster-default-strategy",
    check: the_defaults_shares_add_up,
};
pub(super) const EXECUTE: Rule = Rule {
    name: "cluster-execute-command-logs",
    check: logs_of_commands_have_a_place,
};
pub(super) const PROVIDERS: Rule = Rule {
    name: "cluster-capacity-providers",
    check: the_default_names_the_clusters_own_providers,
};

fn the_default_names_the_clusters_own_providers(view: &View, report: &mut Report) {
    for cluster in view.all::<Cluster>() {
        let own = &cluster.capacity_providers;
        for item in &cluster.default_capacity_provider_strategy {
            if own
                .iter()
                .any(|provider| view.same(provider, &item.capacity_provider))
            {
                continue;
            }
            let Some(name) = item.capacity_provider.known() else {
                continue;
            };
            report
                .error(
                    cluster.declaration,
                    "DefaultCapacityProviderStrategy",
                    format!("{name} is none of the cluster's capacity providers"),
                )
                .rule("a strategy names providers of the cluster (InvalidParameterException)")
                .hint(format!("name {name} in CapacityProviders"))
                .document(DOCUMENT);
        }
    }
}

fn the_defaults_shares_add_up(view: &View, report: &mut Report) {
    for cluster in view.all::<Cluster>() {
        if let Some(fault) = share_fault(&cluster.default_capacity_provider_strategy) {
            report
                .error(cluster.declaration, "DefaultCapacityProviderStrategy", fault)
                .rule("one share at most has a base, one at least a weight above 0, and Fargate's providers stand alone (InvalidParameterException)")
                .hint("`.weight(1)` on each share, and either Fargate's providers or one's own")
                .document(SHARES);
        }
    }
}

fn logs_of_commands_have_a_place(view: &View, report: &mut Report) {
    for cluster in view.all::<Cluster>() {
        let configuration = cluster.configuration.as_ref();
        let Some(execute) = configuration
            .and_then(|configuration| configuration.execute_command_configuration.as_ref())
        else {
            continue;
        };
        let overrides = execute.logging.as_ref().map(Input::known);
        let places = execute.log_configuration.as_ref();
        let (wrong, hint) = match (overrides, places) {
            (Some(Some(ExecuteCommandLogging::Override)), None) => (
                "is OVERRIDE, and LogConfiguration is left out",
                "name a log group or a bucket in LogConfiguration",
            ),
            (
                Some(Some(ExecuteCommandLogging::None | ExecuteCommandLogging::Default)) | None,
                Some(_),
            ) => (
                "is not OVERRIDE, and LogConfiguration is set",
                "`.logging(ExecuteCommandLogging::Override)`",
            ),
            _ => continue,
        };
        report
            .error(cluster.declaration, "Configuration/ExecuteCommandConfiguration/Logging", wrong)
            .rule("with OVERRIDE, and with nothing else, LogConfiguration says where logs of commands go (InvalidParameterException)")
            .hint(hint)
            .document("https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommandConfiguration.html");
    }
}

/// What is wrong with the shares of a strategy, if anything.
pub(super) fn share_fault(items: &[CapacityProviderStrategyItem]) -> Option<&'static str> {
    let number = |item: &CapacityProviderStrategyItem| {
        let base = item.base.as_ref().and_then(|base| base.known());
        let weight = item.weight.as_ref().and_then(|weight| weight.known());
        (
            base.map_or(0, |base| base.number()),
            weight.map_or(0, |weight| weight.number()),
        )
    };
    let fargate = |item: &CapacityProviderStrategyItem| {
        let name = item.capacity_provider.known()?;
        Some(*name == CapacityProvider::FARGATE || *name == CapacityProvider::FARGATE_SPOT)
    };
    let kinds = |kind| items.iter().any(|item| fargate(item) == Some(kind));
    if kinds(true) && kinds(false) {
        return Some("Fargate stands beside other capacity providers");
    }
    let bases = items.iter().filter(|item| number(item).0 > 0).count();
    if bases > 1 {
        return Some("more than one share has a base");
    }
    let weights = items.iter().map(|item| number(item).1);
    (!items.is_empty() && weights.sum::<u32>() == 0).then_some("no share has a weight above 0")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::ecs::{
        CapacityProvider, CapacityProviderStrategyItem, Cluster, ClusterConfiguration,
        ExecuteCommandConfiguration, ExecuteCommandLogging,
    };

    use crate::check::testing::broken;

    #[test]
    fn a_default_strategy_names_the_clusters_own_providers() {
        assert_snapshot!(broken("cluster-capacity-providers", |h| {
            let spot = CapacityProviderStrategyItem::builder()
                .capacity_provider(CapacityProvider::FARGATE_SPOT)
                .weight(1)
                .build();
            h.scope.add("cluster", Cluster::builder()
                .capacity_providers([CapacityProvider::FARGATE])
                .default_capacity_provider_strategy([spot])
                .build());
        }), @"
        error: main/cluster: DefaultCapacityProviderStrategy FARGATE_SPOT is none of the cluster's capacity providers
          rule: a strategy names providers of the cluster (InvalidParameterException)
          hint: name FARGATE_SPOT in CapacityProviders
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html
        ");
    }

    #[test]
    fn a_default_strategy_has_a_weight() {
        assert_snapshot!(broken("cluster-default-strategy", |h| {
            let spot = CapacityProviderStrategyItem::builder().capacity_provider(CapacityProvider::FARGATE_SPOT);
            h.scope.add("cluster", Cluster::builder()
                .capacity_providers([CapacityProvider::FARGATE_SPOT])
                .default_capacity_provider_strategy([spot.build()])
                .build());
        }), @"
        error: main/cluster: DefaultCapacityProviderStrategy no share has a weight above 0
          rule: one share at most has a base, one at least a weight above 0, and Fargate's providers stand alone (InvalidParameterException)
          hint: `.weight(1)` on each share, and either Fargate's providers or one's own
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
        ");
    }

    #[test]
    fn fargate_is_not_mixed_with_instances() {
        assert_snapshot!(broken("cluster-default-strategy", |h| {
            let share = |name: CapacityProvider| CapacityProviderStrategyItem::builder().capacity_provider(name).weight(1).build();
            let own = CapacityProvider::new("instances");
            h.scope.add("cluster", Cluster::builder()
                .capacity_providers([CapacityProvider::FARGATE, own.clone()])
                .default_capacity_provider_strategy([share(CapacityProvider::FARGATE), share(own)])
                .build());
        }), @"
        error: main/cluster: DefaultCapacityProviderStrategy Fargate stands beside other capacity providers
          rule: one share at most has a base, one at least a weight above 0, and Fargate's providers stand alone (InvalidParameterException)
          hint: `.weight(1)` on each share, and either Fargate's providers or one's own
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
        ");
    }

    #[test]
    fn logs_of_commands_have_a_place() {
        assert_snapshot!(broken("cluster-execute-command-logs", |h| {
            let execute = ExecuteCommandConfiguration::builder().logging(ExecuteCommandLogging::Override);
            let configuration = ClusterConfiguration::builder().execute_command_configuration(execute.build());
            h.scope.add("cluster", Cluster::builder().configuration(configuration.build()).build());
        }), @"
        error: main/cluster: Configuration/ExecuteCommandConfiguration/Logging is OVERRIDE, and LogConfiguration is left out
          rule: with OVERRIDE, and with nothing else, LogConfiguration says where logs of commands go (InvalidParameterException)
          hint: name a log group or a bucket in LogConfiguration
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommandConfiguration.html
        ");
    }
}
