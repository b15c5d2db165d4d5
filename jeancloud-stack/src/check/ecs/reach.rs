//! Rules for what a task reaches from its subnets: images, logs, secrets.

use std::collections::BTreeSet;

use jeancloud_model::{
    Address, Input, Resource,
    ec2::{Route, RouteTable, Subnet, SubnetRouteTableAssociation, VpcEndpoint},
    ecs::{AssignPublicIp, LogDriver, Service, TaskDefinition},
    reference,
};

use super::super::{Report, Rule};
use crate::{Declaration, View};

const ENDPOINTS: &str = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html";

pub(super) const IMAGE: Rule = Rule {
    name: "service-reach",
    check: a_task_reaches_what_it_starts_with,
};

/// A task that can't pull its image, read its secrets or write its logs never starts; ECS takes the
/// service and its deployment fails.
fn a_task_reaches_what_it_starts_with(view: &View, report: &mut Report) {
    for service in view.all::<Service>() {
        let count = service.desired_count.as_ref();
        let rests =
            count.is_some_and(|count| count.known().is_some_and(|count| count.number() == 0));
        let Some(task) = view.target::<TaskDefinition>(&service.task_definition) else {
            continue;
        };
        if rests {
            continue;
        }
        for (subnet, table) in tables(view, &service) {
            if leads_out(view, table, has_public_address(&service)) {
                continue;
            }
            let there = services_at_hand(view, table, &subnet.vpc_id);
            let missing: Vec<&str> = (needs(&task).into_iter())
                .filter(|needed| !there.iter().any(|name| name == needed))
                .collect();
            if missing.is_empty() {
                continue;
            }
            let wrong = format!(
                "no way leads from {} to {}",
                subnet.address,
                missing.join(", ")
            );
            report
                .error(service.declaration, "NetworkConfiguration", wrong)
                .rule("a task starts when it has pulled its image, read its secrets and opened its logs (CannotPullContainerError, ResourceInitializationError)")
                .hint(format!("VPC endpoints for them (S3, which holds the layers of images, as a gateway of {table}), or a default route to a NAT gateway"))
                .document(ENDPOINTS);
            break;
        }
    }
}

struct Place {
    address: Address,
    vpc_id: Input<jeancloud_model::ec2::VpcId>,
}

/// The service's subnets whose route tables are declared, with those.
fn tables(view: &View, service: &Service) -> Vec<(Place, Address)> {
    let network = service.network_configuration.iter();
    let subnets = network
        .flat_map(|network| &network.awsvpc_configuration)
        .flat_map(|vpc| &vpc.subnets);
    let mut all = Vec::new();
    for subnet in subnets.filter_map(|subnet| view.target::<Subnet>(subnet)) {
        let table = view
            .all::<SubnetRouteTableAssociation>()
            .find_map(|association| {
                let same =
                    view.target::<Subnet>(&association.subnet_id)?.address() == subnet.address();
                let table = view.target::<RouteTable>(&association.route_table_id)?;
                same.then(|| table.address())
            });
        let place = Place {
            address: subnet.address(),
            vpc_id: subnet.vpc_id.clone(),
        };
        all.extend(table.map(|table| (place, table)));
    }
    all
}

fn has_public_address(service: &Service) -> bool {
    let network = service.network_configuration.as_ref();
    let vpc = network.and_then(|network| network.awsvpc_configuration.as_ref());
    let public = vpc.and_then(|vpc| vpc.assign_public_ip.as_ref());
    public.is_some_and(|public| public.known() != Some(&AssignPublicIp::Disabled))
}

/// Whether the table's default route leads out of the VPC, for one with or without a public address.
fn leads_out(view: &View, table: Address, public: bool) -> bool {
    let declarations = of_type::<Route>(view).filter(|route| refers(route, table));
    declarations.into_iter().any(|route| {
        let property = |name: &str| route.properties.get(name);
        let default =
            property("DestinationCidrBlock").is_some_and(|to| to == "0.0.0.0/0" || to.is_object());
        // An internet gateway translates only for those that have a public address.
        default && (public || property("GatewayId").is_none())
    })
}

/// The ends of the names of the services that have an endpoint in the VPC: `ecr.api`, `s3`.
fn services_at_hand(
    view: &View,
    table: Address,
    vpc: &Input<jeancloud_model::ec2::VpcId>,
) -> BTreeSet<String> {
    let endpoints = view
        .all::<VpcEndpoint>()
        .filter(|endpoint| view.same(&endpoint.vpc_id, vpc));
    let usable = endpoints.filter(|endpoint| {
        let gateway = endpoint.declaration.properties.get("VpcEndpointType");
        let interface = gateway.is_some_and(|kind| kind == "Interface");
        interface || refers(endpoint.declaration, table)
    });
    usable
        .filter_map(|endpoint| {
            // com.amazonaws.eu-west-3.ecr.api
            let name = endpoint
                .service_name
                .known()?
                .as_str()
                .splitn(4, '.')
                .nth(3)?;
            Some(name.to_owned())
        })
        .collect()
}

fn needs(task: &TaskDefinition) -> BTreeSet<&'static str> {
    let mut all = BTreeSet::new();
    for container in &task.container_definitions {
        let image = container.image.pattern();
        if image.contains(".dkr.ecr.") || image.contains(".RepositoryUri}") {
            all.extend(["ecr.api", "ecr.dkr", "s3"]);
        } else {
            all.insert("the registry of its image");
        }
        let log = container.log_configuration.as_ref();
        if log.is_some_and(|log| log.log_driver.known() == Some(&LogDriver::Awslogs)) {
            all.insert("logs");
        }
        for secret in &container.secrets {
            match secret.value_from.pattern().contains(":ssm:") {
                true => all.insert("ssm"),
                false => all.insert("secretsmanager"),
            };
        }
    }
    all
}

fn of_type<R: Resource>(view: &View) -> impl Iterator<Item = &Declaration> {
    let declarations = view.declarations().iter();
    declarations.filter(|declaration| declaration.type_name == R::TYPE)
}

fn refers(declaration: &Declaration, to: Address) -> bool {
    let mut found = false;
    reference::each(&declaration.properties, &mut |address, _| {
        found |= address == to.as_str()
    });
    found
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::ec2::{RouteTable, SubnetRouteTableAssociation};

    use super::super::testing::add_service;
    use crate::check::testing::{Healthy, problems};

    fn add_tables(h: &Healthy<'_>) {
        let table = h
            .scope
            .add("table", RouteTable::builder().vpc_id(&h.vpc).build());
        for (name, subnet) in ["a", "b"].into_iter().zip(&h.subnets) {
            let association = SubnetRouteTableAssociation::builder()
                .subnet_id(subnet)
                .route_table_id(&table)
                .build();
            h.scope.add(&format!("table-{name}"), association);
        }
    }

    #[test]
    fn an_image_is_pulled_through_something() {
        let found = problems(|h| {
            add_tables(h);
            add_service(h, |_| ());
        });
        let reach: Vec<String> = found
            .iter()
            .filter(|one| one.code == "service-reach")
            .map(|one| one.wrong.clone())
            .collect();
        assert_snapshot!(reach.join("\n"), @"no way leads from main/subnet-a to the registry of its image");
    }

    #[test]
    fn a_service_that_rests_reaches_for_nothing() {
        let found = problems(|h| {
            add_tables(h);
            add_service(h, |service| {
                service.desired_count = Some(jeancloud_model::Input::Known(
                    jeancloud_model::Bounded::new(0),
                ))
            });
        });
        assert!(
            found.iter().all(|one| one.code != "service-reach"),
            "{found:#?}"
        );
    }
}
