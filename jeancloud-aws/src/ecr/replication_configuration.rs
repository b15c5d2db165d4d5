//! Our part of a registry's replication. Found again by what the rules say.
//!
//! A registry has one configuration, and `PutReplicationConfiguration` overwrites it: so it reads
//! first, adds our rules to what is there, and takes only ours away again. A rule has neither id nor
//! tags. What tells ours from others' is what they say, so that is the physical id,
//! `registry|filters>destinations;…`, and other rules are another configuration: the new ones are
//! added before the old ones go.
//!
//! A rule that somebody else wrote and that says exactly the same can't be told from ours.

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_ecr::types::{
    ReplicationConfiguration as SdkConfiguration, ReplicationDestination as SdkDestination,
    ReplicationRule as SdkRule, RepositoryFilter as SdkFilter, RepositoryFilterType,
};
use jeancloud_model::{
    AccountId, Input, Text,
    ecr::{
        FilterType, ReplicationConfiguration, ReplicationDestination, ReplicationRule,
        ReplicationRules, RepositoryFilter,
    },
};
use jeancloud_stack::provider::Found;
use tokio::sync::Mutex;

use super::built;
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
};

pub(super) struct ReplicationConfigurationHandler;

/// Two of us at once would each overwrite what the other just wrote.
static WRITING: Mutex<()> = Mutex::const_new(());

/// What a rule says: one spelling for each meaning.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rule {
    /// Beginnings of repositories' names; none: all repositories.
    filters: BTreeSet<String>,
    /// Regions and accounts.
    destinations: BTreeSet<(String, String)>,
}

#[async_trait]
impl Handler for ReplicationConfigurationHandler {
    type Resource = ReplicationConfiguration;

    const PERMISSIONS: &'static [&'static str] = &[
        "ecr:DescribeRegistry",
        "ecr:PutReplicationConfiguration",
        "iam:CreateServiceLinkedRole",
    ];

    async fn observe(
        &self,
        aws: &Clients,
        ids: &[String],
    ) -> Result<Vec<Seen<ReplicationConfiguration>>> {
        let there = rules_there(aws).await?;
        let seen = ids.iter().filter_map(|id| {
            let (registry, rules) = parse(id)?;
            let left: Vec<&Rule> = rules.iter().filter(|rule| there.contains(rule)).collect();
            (!left.is_empty()).then(|| {
                let rules = left.into_iter().map(to_model).collect();
                let resource = ReplicationConfiguration {
                    replication_configuration: ReplicationRules { rules },
                };
                Seen::new(id, resource).output_text("RegistryId", Some(registry))
            })
        });
        Ok(seen.collect())
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let wanted: Vec<_> = search.known::<ReplicationConfiguration>().collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let there = rules_there(aws).await?;
        let found = wanted.into_iter().filter_map(|(wanted, resource)| {
            let rules = rules_of(&resource);
            let all = !rules.is_empty() && rules.is_subset(&there);
            all.then(|| Found {
                ownership: wanted.ownership.clone(),
                id: physical(aws.account(), &rules),
            })
        });
        Ok(found.collect())
    }

    async fn create(
        &self,
        aws: &Clients,
        new: &New<'_, ReplicationConfiguration>,
    ) -> Result<String> {
        let rules = rules_of(&new.resource);
        let id = physical(aws.account(), &rules);
        let _alone = WRITING.lock().await;
        let there = rules_there(aws).await?;
        if !rules.is_subset(&there) {
            write(aws, there.union(&rules)).await?;
        }
        Ok(id)
    }

    /// Rules that somebody took away come back.
    async fn update(&self, aws: &Clients, change: &Change<ReplicationConfiguration>) -> Result<()> {
        let _alone = WRITING.lock().await;
        let there = rules_there(aws).await?;
        write(aws, there.union(&rules_of(&change.after))).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<ReplicationConfiguration>) -> Result<()> {
        let Some((_, rules)) = parse(&old.id) else {
            return Ok(());
        };
        let _alone = WRITING.lock().await;
        let there = rules_there(aws).await?;
        if there.is_disjoint(&rules) {
            return Ok(());
        }
        write(aws, there.difference(&rules)).await
    }
}

async fn rules_there(aws: &Clients) -> Result<BTreeSet<Rule>> {
    let answer = aws.ecr().describe_registry().send().await;
    let answer = answer.map_err(error::of("DescribeRegistry"))?;
    let rules = answer.replication_configuration().map(|all| all.rules());
    Ok(rules.unwrap_or_default().iter().map(from_sdk).collect())
}

async fn write(aws: &Clients, rules: impl Iterator<Item = &Rule>) -> Result<()> {
    let configuration = SdkConfiguration::builder().set_rules(Some(rules.map(to_sdk).collect()));
    let call = aws
        .ecr()
        .put_replication_configuration()
        .replication_configuration(built(configuration.build()));
    let answer = call.send().await;
    answer
        .map(|_| ())
        .map_err(error::of("PutReplicationConfiguration"))
}

fn rules_of(resource: &ReplicationConfiguration) -> BTreeSet<Rule> {
    let rules = resource.replication_configuration.rules.iter();
    let filter = |filter: &RepositoryFilter| filter.filter.value().to_owned();
    let destination = |destination: &ReplicationDestination| {
        let ReplicationDestination {
            region,
            registry_id,
        } = destination;
        (region.value().to_string(), registry_id.value().to_string())
    };
    rules
        .map(|rule| Rule {
            filters: rule.repository_filters.iter().map(filter).collect(),
            destinations: rule.destinations.iter().map(destination).collect(),
        })
        .collect()
}

fn to_model(rule: &Rule) -> ReplicationRule {
    let destinations = rule.destinations.iter().filter_map(|(region, account)| {
        Some(ReplicationDestination {
            region: Input::Known(region.parse().ok()?),
            registry_id: Input::Known(AccountId::new(account.clone())),
        })
    });
    let filters = rule.filters.iter().map(|filter| RepositoryFilter {
        filter: Text::known(filter),
        filter_type: Input::Known(FilterType::PrefixMatch),
    });
    ReplicationRule {
        destinations: destinations.collect(),
        repository_filters: filters.collect(),
    }
}

fn from_sdk(rule: &SdkRule) -> Rule {
    let destinations = rule.destinations().iter();
    let destination =
        |one: &SdkDestination| (one.region().to_owned(), one.registry_id().to_owned());
    let filters = rule.repository_filters().iter();
    Rule {
        filters: filters.map(|filter| filter.filter().to_owned()).collect(),
        destinations: destinations.map(destination).collect(),
    }
}

fn to_sdk(rule: &Rule) -> SdkRule {
    let destinations = rule.destinations.iter().map(|(region, account)| {
        let one = SdkDestination::builder()
            .region(region)
            .registry_id(account);
        built(one.build())
    });
    let filters = rule.filters.iter().map(|filter| {
        let one = SdkFilter::builder()
            .filter(filter)
            .filter_type(RepositoryFilterType::PrefixMatch);
        built(one.build())
    });
    let filters: Vec<SdkFilter> = filters.collect();
    let rule = SdkRule::builder()
        .set_destinations(Some(destinations.collect()))
        .set_repository_filters((!filters.is_empty()).then_some(filters));
    built(rule.build())
}

/// `123456789012|app,web>eu-central-1/123456789012;…`. None of the signs can be in a name.
fn physical(registry: &str, rules: &BTreeSet<Rule>) -> String {
    let joined = |parts: Vec<String>| parts.join(",");
    let rules: Vec<String> = (rules.iter())
        .map(|rule| {
            let filters = rule.filters.iter().cloned().collect();
            let destinations = rule.destinations.iter();
            let destinations = destinations.map(|(region, account)| format!("{region}/{account}"));
            format!("{}>{}", joined(filters), joined(destinations.collect()))
        })
        .collect();
    format!("{registry}|{}", rules.join(";"))
}

fn parse(id: &str) -> Option<(&str, BTreeSet<Rule>)> {
    let (registry, rules) = id.split_once('|')?;
    let rules = rules.split(';').map(|rule| {
        let (filters, destinations) = rule.split_once('>')?;
        let filters = filters.split(',').filter(|filter| !filter.is_empty());
        let destinations = destinations.split(',').map(|one| {
            let (region, account) = one.split_once('/')?;
            Some((region.to_owned(), account.to_owned()))
        });
        Some(Rule {
            filters: filters.map(str::to_owned).collect(),
            destinations: destinations.collect::<Option<_>>()?,
        })
    });
    Some((registry, rules.collect::<Option<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_says_what_the_rules_say() {
        let to = |region: &str| (region.to_owned(), "123456789012".to_owned());
        let rules = BTreeSet::from([
            Rule {
                filters: BTreeSet::new(),
                destinations: [to("eu-central-1")].into(),
            },
            Rule {
                filters: ["team/app".to_owned(), "web".to_owned()].into(),
                destinations: [to("eu-central-1"), to("us-east-1")].into(),
            },
        ]);
        let id = physical("123456789012", &rules);
        assert_eq!(
            id,
            "123456789012|>eu-central-1/123456789012;\
             team/app,web>eu-central-1/123456789012,us-east-1/123456789012"
        );
        assert_eq!(parse(&id), Some(("123456789012", rules)));
    }
}
