//! Rules for route tables and their use by subnets.

use jeancloud_model::{
    Input,
    ec2::{Route, RouteTable, SubnetRouteTableAssociation},
};

use super::{
    super::{Report, Rule},
    network,
};
use crate::View;

const ASSOCIATE: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html";
const TABLES: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html";

pub(super) const USED: Rule = Rule {
    name: "route-table-used",
    check: a_table_with_routes_is_used,
};
pub(super) const ONE_TABLE: Rule = Rule {
    name: "subnet-one-route-table",
    check: a_subnet_uses_one_table,
};
pub(super) const ONE_VPC: Rule = Rule {
    name: "route-table-association-vpc",
    check: subnet_and_table_are_in_one_vpc,
};

fn a_table_with_routes_is_used(view: &View, report: &mut Report) {
    for table in view.all::<RouteTable>() {
        let has_routes = view.all::<Route>().any(|route| {
            let its = view.target::<RouteTable>(&route.resource.route_table_id);
            its.is_some_and(|its| its.address() == table.address())
        });
        let used = view
            .all::<SubnetRouteTableAssociation>()
            .any(|association| {
                let its = view.target::<RouteTable>(&association.resource.route_table_id);
                its.is_some_and(|its| its.address() == table.address())
            });
        if has_routes && !used {
            report
                .warning(table.declaration, "", "is used by no subnet")
                .rule("a subnet without an association uses its VPC's main table, which is another")
                .hint("add a SubnetRouteTableAssociation for each subnet that shall use it")
                .document(TABLES);
        }
    }
}

fn a_subnet_uses_one_table(view: &View, report: &mut Report) {
    let associations: Vec<_> = view.all::<SubnetRouteTableAssociation>().collect();
    for (index, association) in associations.iter().enumerate() {
        let subnet = &association.resource.subnet_id;
        let earlier = associations[..index]
            .iter()
            .find(|earlier| view.same(&earlier.resource.subnet_id, subnet));
        if let Some(earlier) = earlier {
            let subnet = match subnet {
                Input::Known(id) => id.to_string(),
                Input::Output(reference) => reference.address.to_string(),
            };
            let wrong = format!("{subnet} uses a table already, by {}", earlier.address());
            report
                .error(association.declaration, "SubnetId", wrong)
                .rule("a subnet uses one route table (Resource.AlreadyAssociated)")
                .hint("keep one of the two associations, and put all routes into its table")
                .document(ASSOCIATE);
        }
    }
}

fn subnet_and_table_are_in_one_vpc(view: &View, report: &mut Report) {
    for association in view.all::<SubnetRouteTableAssociation>() {
        let subnets = network::vpc_of_subnet(view, &association.resource.subnet_id);
        let tables = network::vpc_of_table(view, &association.resource.route_table_id);
        let (Some(subnets), Some(tables)) = (subnets, tables) else {
            continue;
        };
        if network::apart(view, subnets, tables) {
            let wrong = format!(
                "is a table of {}, and the subnet is in {}",
                network::name(tables),
                network::name(subnets)
            );
            report
                .error(association.declaration, "RouteTableId", wrong)
                .rule("a subnet uses a table of its own VPC (InvalidParameterValue)")
                .hint(format!("use a table of {}", network::name(subnets)))
                .document(ASSOCIATE);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        cidr,
        ec2::{Route, RouteTable, SubnetRouteTableAssociation, TransitGatewayId, Vpc},
    };

    use crate::check::testing::broken;

    #[test]
    fn a_table_with_routes_is_used() {
        assert_snapshot!(broken("route-table-used", |h| {
            let table = h.scope.add("table", RouteTable::builder().vpc_id(h.vpc).build());
            h.scope.add("route", Route::builder().route_table_id(table)
                .destination(cidr!("192.168.0.0/16"))
                .target(TransitGatewayId::new("tgw-0a1b2c3d")).build());
        }), @"
        warning: main/table: is used by no subnet
          rule: a subnet without an association uses its VPC's main table, which is another
          hint: add a SubnetRouteTableAssociation for each subnet that shall use it
          see: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
        ");
    }

    #[test]
    fn a_subnet_uses_one_table() {
        assert_snapshot!(broken("subnet-one-route-table", |h| {
            for name in ["one", "two"] {
                let table = h.scope.add(name, RouteTable::builder().vpc_id(h.vpc).build());
                h.scope.add(&format!("{name}-used"), SubnetRouteTableAssociation::builder()
                    .subnet_id(h.subnets[0]).route_table_id(table).build());
            }
        }), @"
        error: main/two-used: SubnetId main/subnet-a uses a table already, by main/one-used
          rule: a subnet uses one route table (Resource.AlreadyAssociated)
          hint: keep one of the two associations, and put all routes into its table
          see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html
        ");
    }

    #[test]
    fn subnet_and_table_are_in_one_vpc() {
        assert_snapshot!(broken("route-table-association-vpc", |h| {
            let other = h.scope.add("other", Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build());
            let table = h.scope.add("table", RouteTable::builder().vpc_id(other).build());
            h.scope.add("used", SubnetRouteTableAssociation::builder()
                .subnet_id(h.subnets[0]).route_table_id(table).build());
        }), @"
        error: main/used: RouteTableId is a table of main/other, and the subnet is in main/vpc
          rule: a subnet uses a table of its own VPC (InvalidParameterValue)
          hint: use a table of main/vpc
          see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html
        ");
    }
}
