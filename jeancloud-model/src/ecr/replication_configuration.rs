//! [`ReplicationConfiguration`]: `AWS::ECR::ReplicationConfiguration`, where a registry copies its
//! images to.

use crate::{
    AccountId, Facts, Handle, IntoInput, Region, choice, id_value, outputs, properties, resource,
};

use super::Repository;

id_value! {
    /// The id of a registry: that of its account.
    RegistryId,
}

choice! {
    /// How a filter names repositories.
    FilterType {
        /// By the beginning of their names.
        PrefixMatch = "PREFIX_MATCH",
    }
}

properties! {
    /// Rules of a registry's replication.
    ReplicationRules;
    /// The rules, ten at most in a registry.
    plain_list rules "Rules": ReplicationRule,
}

impl<const N: usize> From<[ReplicationRule; N]> for ReplicationRules {
    fn from(rules: [ReplicationRule; N]) -> Self {
        Self {
            rules: rules.into(),
        }
    }
}

impl From<ReplicationRule> for ReplicationRules {
    fn from(rule: ReplicationRule) -> Self {
        [rule].into()
    }
}

properties! {
    /// Where images of some repositories are copied when they are pushed.
    ReplicationRule;
    /// Where to; 25 different ones at most in a registry.
    plain_list destinations "Destinations": ReplicationDestination,
    /// Which repositories. Left out: all.
    plain_list repository_filters "RepositoryFilters": RepositoryFilter,
}

impl ReplicationRule {
    /// Copies to an account's registry in another region, or to another account's.
    pub fn to(region: Region, registry: impl IntoInput<AccountId>) -> Self {
        Self {
            destinations: vec![ReplicationDestination {
                region: region.into_input(),
                registry_id: registry.into_input(),
            }],
            repository_filters: Vec::new(),
        }
    }

    /// Only these repositories: `[&repository]`, or the beginnings of names. Beware: `app` names
    /// `app-admin` too.
    pub fn only<F: Into<RepositoryFilter>>(mut self, filters: impl IntoIterator<Item = F>) -> Self {
        let filters = filters.into_iter().map(Into::into);
        self.repository_filters.extend(filters);
        self
    }
}

properties! {
    /// A registry that gets copies.
    ReplicationDestination;
    /// The region that images are copied to.
    one region "Region": Region,
    /// The account whose registry gets them: the stack's own, or another that lets them in.
    one registry_id "RegistryId": AccountId,
}

properties! {
    /// Repositories of which copies are made.
    RepositoryFilter;
    /// The beginning of their names: 2 to 256 characters.
    text filter "Filter",
    /// How `filter` names them.
    one filter_type "FilterType": FilterType,
}

impl From<&str> for RepositoryFilter {
    fn from(prefix: &str) -> Self {
        Self::builder()
            .filter(prefix)
            .filter_type(FilterType::PrefixMatch)
            .build()
    }
}

impl From<&Handle<Repository>> for RepositoryFilter {
    fn from(repository: &Handle<Repository>) -> Self {
        Self::builder()
            .filter(repository.repository_name())
            .filter_type(FilterType::PrefixMatch)
            .build()
    }
}

resource! {
    /// Where a registry copies its images to.
    ///
    /// Follows [`AWS::ECR::ReplicationConfiguration`] and ECR's [`PutReplicationConfiguration`]. A
    /// registry has one; this is our part of it: our rules are merged into what is there, and only
    /// they are taken away again. A rule has no id: other rules are another configuration, so a
    /// change adds the new rules and then takes the old ones away.
    ///
    /// [`AWS::ECR::ReplicationConfiguration`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-replicationconfiguration.html
    /// [`PutReplicationConfiguration`]: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutReplicationConfiguration.html
    ReplicationConfiguration = "AWS::ECR::ReplicationConfiguration", id "RegistryId": RegistryId,
    facts Facts {
        create_only: &["ReplicationConfiguration"],
        unordered: &[
            "ReplicationConfiguration/Rules",
            "ReplicationConfiguration/Rules/*/Destinations",
            "ReplicationConfiguration/Rules/*/RepositoryFilters",
        ],
        ..Facts::UNTAGGED
    };

    /// Our rules. Others' stay beside them; ten at most in all.
    plain replication_configuration "ReplicationConfiguration": ReplicationRules,
}

impl ReplicationConfiguration {
    /// These rules.
    pub fn of(rules: impl Into<ReplicationRules>) -> Self {
        Self::builder().replication_configuration(rules).build()
    }
}

outputs! { ReplicationConfiguration {
    /// The registry's id: its account's.
    registry_id "RegistryId": AccountId,
} }
