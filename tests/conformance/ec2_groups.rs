//! EC2's security groups, their rules, and VPC endpoints.

use jeancloud_model::{
    Az, Handle, Region, cidr,
    ec2::{
        Anywhere, DeclaredRule, EndpointServiceName, GatewayEndpoint, InterfaceEndpoint,
        RouteTable, SecurityGroup, Side, Subnet, Vpc, VpcEndpoint, rules, tcp, udp,
    },
    iam::{PolicyDocument, Principal, Statement},
    lookup::ManagedPrefixList,
};
use jeancloud_stack::{
    Scope, Stack,
    plan::Op,
    provider::{Create, Marks, Ownership, Place},
};
use serde_json::json;

use crate::{
    gaps,
    harness::{Case, On, World},
};

conformance! {
    security_group: Case {
        type_name: "AWS::EC2::SecurityGroup",
        address: "main/group",
        base: |stack| { group(stack); },
        updates: &[
            ("set", |stack| { let vpc = vpc(stack); main(stack).add("group", SecurityGroup::builder()
                .vpc_id(vpc).group_description("web").tag("Name", "one").build()); }),
            ("change", |stack| { let vpc = vpc(stack); main(stack).add("group", SecurityGroup::builder()
                .vpc_id(vpc).group_description("web").tag("Name", "two").tag("Team", "web").build()); }),
            ("clear", |stack| { group(stack); }),
        ],
        replaced: Some(|stack| { let vpc = vpc(stack); main(stack).add("group", SecurityGroup::builder()
            .vpc_id(vpc).group_description("another").build()); }),
        gaps: &[],
    },
    ingress: Case {
        type_name: "AWS::EC2::SecurityGroupIngress",
        address: "main/rule",
        base: |stack| ingress(stack, tcp(80).from(Anywhere), None),
        updates: &[
            ("set", |stack| ingress(stack, tcp(80).from(Anywhere), Some("one"))),
            ("change", |stack| ingress(stack, tcp(80).from(Anywhere), Some("two"))),
            ("clear", |stack| ingress(stack, tcp(80).from(Anywhere), None)),
        ],
        replaced: Some(|stack| ingress(stack, tcp(81).from(Anywhere), None)),
        gaps: &[],
    },
    egress: Case {
        type_name: "AWS::EC2::SecurityGroupEgress",
        address: "main/rule",
        base: |stack| egress(stack, udp(53), Anywhere, None),
        updates: &[
            ("set", |stack| egress(stack, udp(53), Anywhere, Some("one"))),
            ("change", |stack| egress(stack, udp(53), Anywhere, Some("two"))),
            ("clear", |stack| egress(stack, udp(53), Anywhere, None)),
        ],
        replaced: Some(|stack| egress(stack, udp(53), cidr!("192.0.2.0/24"), None)),
        gaps: &[],
    },
    egress_to_a_prefix_list: Case {
        type_name: "AWS::EC2::SecurityGroupEgress",
        address: "main/rule",
        base: |stack| {
            let s3 = main(stack).lookup("s3", ManagedPrefixList::of(Region::EuWest3, "s3"));
            egress(stack, tcp(443), s3, None);
        },
        updates: &[],
        replaced: Some(|stack| {
            let dynamo = main(stack).lookup("dynamo", ManagedPrefixList::of(Region::EuWest3, "dynamodb"));
            egress(stack, tcp(443), dynamo, None);
        }),
        gaps: &[],
    },
    gateway_endpoint: Case {
        type_name: "AWS::EC2::VPCEndpoint",
        address: "main/endpoint",
        base: |stack| gateway(stack, "s3", |endpoint, tables| (endpoint, vec![tables[0]])),
        updates: &[
            ("set", |stack| gateway(stack, "s3", |mut endpoint, tables| {
                endpoint.tags.insert("Name", "one");
                endpoint.policy_document = Some(pull_only());
                (endpoint, tables.to_vec())
            })),
            ("change", |stack| gateway(stack, "s3", |mut endpoint, tables| {
                endpoint.tags.insert("Name", "two");
                endpoint.policy_document = Some(pull_only());
                (endpoint, vec![tables[1]])
            })),
            ("clear", |stack| gateway(stack, "s3", |endpoint, tables| (endpoint, vec![tables[1]]))),
        ],
        replaced: Some(|stack| gateway(stack, "dynamodb", |endpoint, tables| (endpoint, vec![tables[0]]))),
        gaps: &[],
    },
    interface_endpoint: Case {
        type_name: "AWS::EC2::VPCEndpoint",
        address: "main/endpoint",
        base: |stack| interface(stack, "ecr.api", |endpoint, network| {
            (endpoint, network.builder(&[network.subnets[0]]))
        }),
        updates: &[
            ("set", |stack| interface(stack, "ecr.api", |mut endpoint, network| {
                endpoint.tags.insert("Name", "one");
                endpoint.policy_document = Some(pull_only());
                (endpoint, network.builder(&network.subnets))
            })),
            ("change", |stack| interface(stack, "ecr.api", |mut endpoint, network| {
                endpoint.tags.insert("Name", "two");
                endpoint.policy_document = Some(pull_only());
                (endpoint, network.builder(&[network.subnets[1]]))
            })),
            ("clear", |stack| interface(stack, "ecr.api", |endpoint, network| {
                (endpoint, network.builder(&[network.subnets[1]]))
            })),
        ],
        replaced: Some(|stack| interface(stack, "ecr.dkr", |endpoint, network| {
            (endpoint, network.builder(&[network.subnets[0]]))
        })),
        gaps: &[],
    },
}

on_each!(
    a_description_that_is_left_out_is_removed,
    gaps::DESCRIPTIONS_STAY
);

/// Plans leave alone what the author doesn't set, so this looks itself.
async fn a_description_that_is_left_out_is_removed(on: On) {
    let world = World::new(on, "ec2_groups::a_description_that_is_left_out_is_removed").await;
    let _ = world
        .apply(|stack| ingress(stack, tcp(80).from(Anywhere), Some("one")))
        .await;
    let _ = world
        .apply(|stack| ingress(stack, tcp(80).from(Anywhere), None))
        .await;
    let clients = world.clients(Region::EuWest3).await;
    let rules = clients.ec2().describe_security_group_rules().send().await;
    let rules = rules.expect("DescribeSecurityGroupRules");
    let rules = rules.security_group_rules().iter();
    let described: Vec<_> = rules
        .filter(|rule| rule.from_port() == Some(80))
        .map(|rule| rule.description().unwrap_or_default())
        .collect();
    assert_eq!(described, [""]);
}

on_each!(rules_that_the_stack_does_not_declare_are_taken_away);

/// A rule that somebody adds by hand is in no state and has no declaration: the group shows it, and
/// an apply takes it away. So does AWS's own rule, where nobody took it away.
async fn rules_that_the_stack_does_not_declare_are_taken_away(on: On) {
    const CASE: Case = Case {
        type_name: "AWS::EC2::SecurityGroup",
        address: "main/group",
        base: |stack| ingress(stack, tcp(80).from(Anywhere), None),
        updates: &[],
        replaced: None,
        gaps: &[],
    };
    let world = World::new(on, "rules that the stack does not declare").await;
    let _ = world.apply(CASE.base).await;
    let add = |type_name: &'static str, rule: serde_json::Value| {
        let create = Create {
            ownership: Ownership {
                stack: "somebody".to_owned(),
                address: jeancloud_model::Address::new("by/hand"),
                generation: 1,
                marks: Marks::default(),
            },
            properties: rule,
            token: "token".to_owned(),
            timeout: None,
        };
        let place = Place {
            type_name,
            region: Region::EuWest3,
        };
        let aws = world.provider();
        async move { aws.create(place, &create).await.expect("AWS adds a rule") }
    };
    let group = world.id(&CASE);
    add(
        "AWS::EC2::SecurityGroupIngress",
        json!({"GroupId": group, "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}),
    )
    .await;
    add(
        "AWS::EC2::SecurityGroupEgress",
        json!({"GroupId": group, "IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}),
    )
    .await;

    let plan = world.plan(CASE.base).await;
    let [action] = &plan.actions[..] else {
        panic!("expected one action, planned is {plan:#?}");
    };
    assert_eq!(
        (action.op, action.address.as_str()),
        (Op::Update, "main/group")
    );
    let paths: Vec<&str> = action.changes.iter().map(|change| &*change.path).collect();
    assert_eq!(paths, ["/SecurityGroupEgress", "/SecurityGroupIngress"]);

    let _ = world.apply(CASE.base).await;
    assert!(world.plan(CASE.base).await.actions.is_empty());
}

on_each!(a_renamed_rule_takes_its_own_place);

/// A rule under another address is the same to AWS, which knows it once: the new address waits until
/// the old one is gone.
async fn a_renamed_rule_takes_its_own_place(on: On) {
    let world = World::new(on, "a renamed rule").await;
    let _ = world
        .apply(|stack| ingress(stack, tcp(80).from(Anywhere), None))
        .await;
    let renamed: fn(&Stack) = |stack| {
        let group = group(stack);
        main(stack).allow(tcp(80).from(Anywhere).to(group));
    };
    let _ = world.apply(renamed).await;
    assert!(world.plan(renamed).await.actions.is_empty());
}

struct Network {
    group: Handle<SecurityGroup>,
    subnets: [Handle<Subnet>; 2],
}

impl Network {
    fn builder(&self, subnets: &[Handle<Subnet>]) -> InterfaceEndpoint {
        InterfaceEndpoint::builder()
            .subnet_ids(subnets)
            .security_group_ids([self.group])
            .build()
    }
}

fn interface(
    stack: &Stack,
    service: &str,
    finish: impl FnOnce(VpcEndpoint, &Network) -> (VpcEndpoint, InterfaceEndpoint),
) {
    let scope = main(stack);
    let group = group(stack);
    scope.allow(tcp(443).from(cidr!("10.0.0.0/16")).to(&group));
    let vpc = Handle::<Vpc>::declared(scope.address().join("vpc"));
    let subnets = [Az::A, Az::B].map(|az| {
        let subnet = Subnet::builder()
            .vpc_id(vpc)
            .cidr_block(cidr!("10.0.0.0/16").part(24, az as u32))
            .availability_zone(az);
        scope.add(&format!("subnet-{}", az.letter()), subnet.build())
    });
    let network = Network { group, subnets };
    let endpoint = VpcEndpoint::builder()
        .vpc_id(vpc)
        .service_name(EndpointServiceName::of(Region::EuWest3, service))
        .kind(network.builder(&subnets[..1]))
        .build();
    let (mut endpoint, kind) = finish(endpoint, &network);
    endpoint.kind = kind.into();
    scope.add("endpoint", endpoint);
}

fn gateway(
    stack: &Stack,
    service: &str,
    finish: impl FnOnce(VpcEndpoint, &[Handle<RouteTable>]) -> (VpcEndpoint, Vec<Handle<RouteTable>>),
) {
    let scope = main(stack);
    let vpc = vpc(stack);
    let tables = ["one", "two"].map(|name| {
        let table = RouteTable::builder().vpc_id(vpc).build();
        scope.add(&format!("table-{name}"), table)
    });
    let endpoint = VpcEndpoint::builder()
        .vpc_id(vpc)
        .service_name(EndpointServiceName::of(Region::EuWest3, service))
        .kind(GatewayEndpoint::builder().build())
        .build();
    let (mut endpoint, tables) = finish(endpoint, &tables);
    let kind = GatewayEndpoint::builder().route_table_ids(tables).build();
    endpoint.kind = kind.into();
    scope.add("endpoint", endpoint);
}

fn pull_only() -> PolicyDocument {
    Statement::allow(["ecr:GetAuthorizationToken", "ecr:BatchGetImage"])
        .principal(Principal::anyone())
        .on("*")
        .into()
}

fn ingress<F>(stack: &Stack, traffic: rules::TrafficFrom<F>, description: Option<&str>)
where
    rules::Rule<F, rules::Group>: rules::Allow,
{
    let rule = traffic.to(group(stack));
    declare(stack, rule, description);
}

fn egress<S: Side>(
    stack: &Stack,
    traffic: jeancloud_model::ec2::Traffic,
    to: S,
    description: Option<&str>,
) where
    rules::Rule<rules::Group, S::Kind>: rules::Allow,
{
    let rule = traffic.from(group(stack)).to(to);
    declare(stack, rule, description);
}

/// Declares a rule at an address of its own choice, so that a version can replace it there.
fn declare<F, T>(stack: &Stack, rule: rules::Rule<F, T>, description: Option<&str>)
where
    rules::Rule<F, T>: rules::Allow,
{
    let rule = match description {
        Some(text) => rule.description(text),
        None => rule,
    };
    for (_, rule) in rules::Allow::rules(rule) {
        match rule {
            DeclaredRule::Ingress(rule) => drop(main(stack).add("rule", rule)),
            DeclaredRule::Egress(rule) => drop(main(stack).add("rule", rule)),
        }
    }
}

fn group(stack: &Stack) -> Handle<SecurityGroup> {
    let vpc = vpc(stack);
    let group = SecurityGroup::builder()
        .vpc_id(vpc)
        .group_description("web");
    main(stack).add("group", group.build())
}

fn vpc(stack: &Stack) -> Handle<Vpc> {
    let vpc = Vpc::builder()
        .cidr_block(cidr!("10.0.0.0/16"))
        .enable_dns_hostnames(true);
    main(stack).add("vpc", vpc.build())
}

fn main(stack: &Stack) -> Scope<'_> {
    stack.region("main", Region::EuWest3)
}
