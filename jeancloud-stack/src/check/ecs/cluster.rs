//! Rules for clusters.

use jeancloud_model::ecs::{CapacityProviderStrategyItem, Cluster};

use super::super::{Report, Rule};
use crate::View;

const DOCUMENT: &str = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html";

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
    use jeancloud_model::ecs::{CapacityProvider, CapacityProviderStrategyItem, Cluster};

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
}
