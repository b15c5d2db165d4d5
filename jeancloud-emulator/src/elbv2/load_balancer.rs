//! Load balancers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    attributes::{self, Attributes},
    common,
    listener::{self, Listener},
    load_balancer_settings as settings,
};
use crate::{
    call::Call,
    durations::{LOAD_BALANCER_ACTIVE, LOAD_BALANCER_GONE},
    error::{AwsError, Outcome},
    fields::Fields,
    interfaces,
    world::{Task, resource},
};

pub(super) const ACTIVE: Task = Task {
    service: "elbv2",
    name: "load-balancer/active",
    run: |call, arn| {
        if let Some(mut balancer) = call.table_mut::<LoadBalancer>().get_mut(arn) {
            balancer.view["State"] = json!({"Code": "active"});
        }
    },
};

/// The interface, by its id, of a load balancer that was deleted goes.
pub(super) const GONE: Task = Task {
    service: "elbv2",
    name: "load-balancer/interface-gone",
    run: |call, interface| interfaces::remove(call, interface),
};

resource! {
    /// A load balancer, by its ARN.
    pub(crate) struct LoadBalancer: "elbv2/load-balancer" in Region {
        attributes: Attributes,
        tags: BTreeMap<String, String>,
        /// Interfaces by their subnets.
        interfaces: BTreeMap<String, String>,
    }
    found by |it: &LoadBalancer| vec![common::name_key(it.view.text("LoadBalancerName"))]
}

/// CreateLoadBalancer: "This operation is idempotent, which means that it completes at most one
/// time.
/// If you attempt to create multiple load balancers with the same settings, each call succeeds."
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("Name");
    common::check_name("The load balancer", name)?;
    if name.starts_with("internal-") {
        let message = format!("The load balancer name '{name}' cannot begin with 'internal-'");
        return Err(common::invalid(message));
    }
    let kind = input.some_text("Type").unwrap_or("application");
    let scheme = input.some_text("Scheme").unwrap_or("internet-facing");
    let tags = common::tags(input.items("Tags"))?;
    let place = settings::place(call, input, kind, scheme)?;
    let groups = settings::groups(call, input, kind, &place.vpc)?;
    let mut view = json!({
        "AvailabilityZones": place.zones,
        "CanonicalHostedZoneId": hosted_zone(kind, &call.region),
        "CreatedTime": call.now,
        "IpAddressType": input.some_text("IpAddressType").unwrap_or("ipv4"),
        "LoadBalancerName": name,
        "Scheme": scheme,
        "State": {"Code": "provisioning"},
        "Type": kind,
        "VpcId": place.vpc,
    });
    if kind == "gateway" {
        view.clear("Scheme");
    }
    if let Some(groups) = groups {
        view["SecurityGroups"] = json!(groups);
    }
    let there = call
        .table::<LoadBalancer>()
        .with(&common::name_key(name))
        .next();
    if let Some((_, there)) = there {
        let same = [
            "Type",
            "Scheme",
            "IpAddressType",
            "AvailabilityZones",
            "SecurityGroups",
        ]
        .iter()
        .all(|member| there.view.get(member) == view.get(member));
        if same {
            return Ok(json!({"LoadBalancers": [there.view]}));
        }
        let message = format!(
            "A load balancer with the same name '{name}' exists, but with different settings"
        );
        return Err(AwsError::new("DuplicateLoadBalancerName", message));
    }
    let id = call.draw("load-balancer").hex(16);
    let path = path(kind, name, &id);
    let arn = call.arn("elasticloadbalancing", &format!("loadbalancer/{path}"));
    view["LoadBalancerArn"] = arn.as_str().into();
    view["DNSName"] = dns_name(call, kind, scheme, name, &id).into();
    let mut balancer = LoadBalancer {
        view,
        attributes: attributes::of_load_balancer(kind),
        tags,
        interfaces: BTreeMap::new(),
    };
    settings::attach(call, &mut balancer)?;
    let view = balancer.view.clone();
    call.insert(arn.as_str(), balancer);
    call.after(LOAD_BALANCER_ACTIVE, &ACTIVE, &arn);
    Ok(json!({"LoadBalancers": [view]}))
}

/// What stands in ARNs: `app/name/id`.
fn path(kind: &str, name: &str, id: &str) -> String {
    let short = match kind {
        "network" => "net",
        "gateway" => "gwy",
        _ => "app",
    };
    format!("{short}/{name}/{id}")
}

fn dns_name(call: &mut Call<'_>, kind: &str, scheme: &str, name: &str, id: &str) -> String {
    let region = call.region.clone();
    if kind == "network" {
        return format!("{name}-{id}.elb.{region}.amazonaws.com");
    }
    let number = call.draw("load-balancer-name").text("123456789", 10);
    let internal = if scheme == "internal" {
        "internal-"
    } else {
        ""
    };
    format!("{internal}{name}-{number}.{region}.elb.amazonaws.com")
}

/// The zone in which the names of a region's load balancers stand: application, network.
///
/// <https://docs.aws.amazon.com/general/latest/gr/elb.html>
const HOSTED_ZONES: [(&str, &str, &str); 9] = [
    ("us-east-1", "Z35SXDOTRQ7X7K", "Z26RNL4JYFTOTI"),
    ("us-east-2", "Z3AADJGX6KTTL2", "ZLMOA37VPKANP"),
    ("us-west-1", "Z368ELLRRE2KJ0", "Z24FKFUX50B4VW"),
    ("us-west-2", "Z1H1FL5HABSF5", "Z18D5FSROUN65G"),
    ("eu-central-1", "Z215JYRZR1TBD5", "Z3F0SRJ5LGBH90"),
    ("eu-west-1", "Z32O12XQLNTSW2", "Z2IFOLAFXWLO4F"),
    ("eu-west-2", "ZHURV8PSTC4K8", "ZD4D7Y8KGAS4G"),
    ("eu-west-3", "Z3Q77PNBQS71R4", "Z1CMS0P5QUZ6D5"),
    ("ap-northeast-1", "Z14GRHDCWA56QT", "Z31USIVHYNEOWT"),
];

/// Regions that the table lacks have an id of the right form.
fn hosted_zone(kind: &str, region: &str) -> &'static str {
    let found = HOSTED_ZONES.iter().find(|(name, ..)| *name == region);
    let (_, application, network) = found.unwrap_or(&HOSTED_ZONES[0]);
    if kind == "application" {
        application
    } else {
        network
    }
}

/// DescribeLoadBalancers.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arns: Vec<&str> = input.texts("LoadBalancerArns").collect();
    let names: Vec<&str> = input.texts("Names").collect();
    if arns.len() > 20 || names.len() > 20 {
        let message = "You can describe up to 20 load balancers at a time";
        return Err(common::invalid(message));
    }
    let table = call.table::<LoadBalancer>();
    if arns.iter().any(|arn| !table.contains(arn)) {
        return Err(common::no_load_balancer());
    }
    if let Some(name) = names
        .iter()
        .find(|name| !table.any_with(&common::name_key(name)))
    {
        let message = format!("Load balancers '[{name}]' not found");
        return Err(AwsError::new("LoadBalancerNotFound", message));
    }
    let all = arns.is_empty() && names.is_empty();
    let rows: Vec<(String, &LoadBalancer)> = if arns.is_empty() {
        let rows = table.iter();
        rows.filter(|(_, it)| all || names.contains(&it.view.text("LoadBalancerName")))
            .map(|(arn, it)| (arn.to_owned(), it))
            .collect()
    } else {
        let rows = arns.iter().filter_map(|arn| table.key_value(arn));
        let mut rows: Vec<_> = rows.map(|(arn, it)| (arn.to_owned(), it)).collect();
        rows.sort_by(|one, other| one.0.cmp(&other.0));
        rows.dedup_by(|one, other| one.0 == other.0);
        rows
    };
    call.page(input, common::PAGE, rows, |it| it.view.clone())
}

/// DeleteLoadBalancer: with its listeners and their rules. "If the load balancer does not exist or
/// has
/// already been deleted, the call succeeds."
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.text("LoadBalancerArn");
    let Some(balancer) = call.get::<LoadBalancer>(arn).cloned() else {
        return Ok(json!({}));
    };
    let protection = balancer.attributes.get("deletion_protection.enabled");
    if protection.is_some_and(|it| it == "true") {
        let message = format!(
            "Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
        );
        return Err(AwsError::new("OperationNotPermitted", message));
    }
    let listeners = call.table::<Listener>().with(arn);
    let listeners: Vec<String> = listeners.map(|(id, _)| id.to_owned()).collect();
    for id in listeners {
        listener::remove(call, &id);
    }
    call.table_mut::<LoadBalancer>().remove(arn);
    for interface in balancer.interfaces.values() {
        call.after(LOAD_BALANCER_GONE, &GONE, interface);
    }
    Ok(json!({}))
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use crate::{Emulator, testing::Aws};

    /// A VPC with a way out and two subnets.
    pub struct Net {
        pub aws: Aws,
        pub vpc: String,
        pub subnets: [String; 2],
    }

    impl Net {
        pub fn new() -> Self {
            Self::of(Aws::new())
        }

        pub fn of(aws: Aws) -> Self {
            let vpc = aws.ok("ec2", "CreateVpc", json!({"CidrBlock": "10.0.0.0/16"}));
            let vpc = vpc["Vpc"]["VpcId"].as_str().unwrap().to_owned();
            let gateway = aws.ok("ec2", "CreateInternetGateway", json!({}));
            let gateway = &gateway["InternetGateway"]["InternetGatewayId"];
            let attach = json!({"VpcId": vpc, "InternetGatewayId": gateway});
            aws.ok("ec2", "AttachInternetGateway", attach);
            let subnets = ["a", "b"].map(|zone| {
                let block = if zone == "a" {
                    "10.0.1.0/24"
                } else {
                    "10.0.2.0/24"
                };
                let zone = format!("eu-west-3{zone}");
                let subnet = json!({"VpcId": vpc, "CidrBlock": block, "AvailabilityZone": zone});
                let made = aws.ok("ec2", "CreateSubnet", subnet);
                made["Subnet"]["SubnetId"].as_str().unwrap().to_owned()
            });
            Self { aws, vpc, subnets }
        }

        pub fn input(&self, name: &str) -> Value {
            json!({"Name": name, "Subnets": self.subnets})
        }

        pub fn balancer(&self, name: &str) -> String {
            let made = self.aws.ok("elbv2", "CreateLoadBalancer", self.input(name));
            let arn = &made["LoadBalancers"][0]["LoadBalancerArn"];
            arn.as_str().unwrap().to_owned()
        }

        pub fn group(&self, name: &str) -> String {
            let group = json!({
                "Name": name, "Protocol": "HTTP", "Port": 80, "VpcId": self.vpc, "TargetType": "ip",
            });
            let made = self.aws.ok("elbv2", "CreateTargetGroup", group);
            let arn = &made["TargetGroups"][0]["TargetGroupArn"];
            arn.as_str().unwrap().to_owned()
        }

        pub fn listener(&self, balancer: &str, group: &str) -> String {
            let input = json!({
                "LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 80,
                "DefaultActions": [{"Type": "forward", "TargetGroupArn": group}],
            });
            let made = self.aws.ok("elbv2", "CreateListener", input);
            let arn = &made["Listeners"][0]["ListenerArn"];
            arn.as_str().unwrap().to_owned()
        }
    }

    #[test]
    fn a_load_balancer_is_provisioned_for_minutes() {
        let emulator = Emulator::new();
        let net = Net::of(Aws::of(emulator.client()));
        let arn = net.balancer("web");
        let state = || {
            let told = net.aws.ok("elbv2", "DescribeLoadBalancers", json!({}));
            let balancer = &told["LoadBalancers"][0];
            assert_eq!(balancer["LoadBalancerArn"], json!(arn));
            assert_eq!(balancer["CanonicalHostedZoneId"], "Z3Q77PNBQS71R4");
            balancer["State"]["Code"].as_str().unwrap().to_owned()
        };
        assert_eq!(state(), "provisioning");
        emulator.advance(Duration::from_secs(60));
        assert_eq!(state(), "provisioning");
        emulator.advance(Duration::from_secs(120));
        assert_eq!(state(), "active");
    }

    /// "If you attempt to create multiple load balancers with the same settings, each call
    /// succeeds",
    /// API_CreateLoadBalancer.
    #[test]
    fn the_same_again_is_the_one_that_is_there() {
        let net = Net::new();
        assert_eq!(net.balancer("web"), net.balancer("web"));
        let mut other = net.input("web");
        other["Scheme"] = "internal".into();
        let code = net.aws.code("elbv2", "CreateLoadBalancer", other);
        assert_eq!(code, "DuplicateLoadBalancerName");
    }

    /// "You must specify subnets from at least two Availability Zones", the same.
    #[test]
    fn subnets_are_of_two_zones() {
        let net = Net::new();
        let one = json!({"Name": "web", "Subnets": [net.subnets[0]]});
        assert_eq!(
            net.aws.code("elbv2", "CreateLoadBalancer", one),
            "ValidationError"
        );
        let absent = json!({"Name": "web", "Subnets": [net.subnets[0], "subnet-00000000"]});
        let code = net.aws.code("elbv2", "CreateLoadBalancer", absent);
        assert_eq!(code, "SubnetNotFound");
    }

    /// "can have a maximum of 32 characters, must contain only alphanumeric characters or hyphens,
    /// must not begin or end with a hyphen, and must not begin with "internal-"", the same.
    #[test]
    fn names_have_a_form() {
        let net = Net::new();
        let long = "a".repeat(33);
        for name in ["-web", "web-", "we_b", "internal-web", &long] {
            let code = net.aws.code("elbv2", "CreateLoadBalancer", net.input(name));
            assert_eq!(code, "ValidationError", "{name}");
        }
    }

    /// "You can't delete a load balancer if deletion protection is enabled",
    /// API_DeleteLoadBalancer.
    #[test]
    fn a_protected_load_balancer_stays() {
        let net = Net::new();
        let arn = net.balancer("web");
        let set = |on: &str| {
            let attributes = json!([{"Key": "deletion_protection.enabled", "Value": on}]);
            let input = json!({"LoadBalancerArn": arn, "Attributes": attributes});
            net.aws.ok("elbv2", "ModifyLoadBalancerAttributes", input);
        };
        set("true");
        let of = json!({"LoadBalancerArn": arn});
        let code = net.aws.code("elbv2", "DeleteLoadBalancer", of.clone());
        assert_eq!(code, "OperationNotPermitted");
        set("false");
        net.aws.ok("elbv2", "DeleteLoadBalancer", of.clone());
        net.aws.ok("elbv2", "DeleteLoadBalancer", of);
        let named = json!({"Names": ["web"]});
        let refusal = net.aws.refused("elbv2", "DescribeLoadBalancers", named);
        assert_eq!(refusal.code, "LoadBalancerNotFound");
    }
}
