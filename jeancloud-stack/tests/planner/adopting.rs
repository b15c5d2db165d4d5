//! What something else made becomes the stack's, and is not made again.

use jeancloud_model::{
    Az, Region, cidr,
    ec2::{Anywhere, InternetGateway, SecurityGroup, Subnet, Vpc, tcp},
    secrets_manager::{GenerateSecretString, Secret},
};
use jeancloud_stack::{Stack, engine::AdoptError, plan::Op};
use serde_json::json;

use crate::{aws::Maps, world::World};

fn network(name: &str, description: &str, subnets: &[&str]) -> Stack {
    let stack = Stack::new(name);
    let main = stack.region("main", Region::EuWest3);
    let block = cidr!("10.0.0.0/16");
    let vpc = main.add("vpc", Vpc::builder().cidr_block(block).build());
    for (number, name) in (1..).zip(subnets) {
        let subnet = Subnet::builder().vpc_id(&vpc).availability_zone(Az::A);
        main.add(name, subnet.cidr_block(block.part(24, number)).build());
    }
    main.add("web", SecurityGroup::in_vpc(&vpc, "web", description));
    stack
}

/// An account with a network of nobody's, and what Terraform's state says of it.
fn theirs() -> (Maps, String) {
    let stack = network("theirs", "Managed by Terraform", &["a", "b"]);
    let mut world = World::new(&stack);
    let _ = world.apply(&stack);
    world.let_go();
    let resource = |address: &str, kind: &str| {
        let record = world.state().resources.iter();
        let mut record = record.filter(|(at, _)| at.as_str() == address);
        let (_, record) = record.next().expect("it was made");
        let attributes = json!({"id": record.id, "region": "eu-west-3"});
        let name = address.replace('/', "_");
        json!({"mode": "managed", "type": kind, "name": name, "instances": [{"attributes": attributes}]})
    };
    let state = json!({"version": 4, "resources": [
        resource("main/b", "aws_subnet"),
        resource("main/a", "aws_subnet"),
        resource("main/web", "aws_security_group"),
        resource("main/vpc", "aws_vpc"),
        {"mode": "managed", "type": "aws_vpc", "name": "gone", "instances": [
            {"attributes": {"id": "VPC#999;", "region": "eu-west-3"}}]},
        {"mode": "managed", "type": "aws_vpc_security_group_ingress_rule", "name": "http", "instances": [
            {"attributes": {"id": "sgr-1"}}]},
    ]});
    (world.aws.clone(), state.to_string())
}

#[test]
fn what_terraform_made_is_adopted_whole_and_nothing_is_left_to_do() {
    let (aws, terraform) = theirs();
    let ours = network("ours", "The web", &["one", "two"]);
    let mut world = World::on(aws.clone(), &ours);
    let before = aws.content().len();
    let proposal = world.propose_from_terraform(&ours, &terraform);
    let matched: Vec<String> = proposal
        .matches
        .iter()
        .map(|it| {
            format!(
                "{} = {}",
                it.address,
                it.origin.terraform.as_deref().unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(
        matched,
        [
            "main/one = aws_subnet.main_a",
            "main/two = aws_subnet.main_b",
            "main/vpc = aws_vpc.main_vpc",
            "main/web = aws_security_group.main_web",
        ]
    );
    assert_eq!(proposal.matches[3].kept, ["GroupDescription"]);
    assert_eq!(proposal.gone[0].terraform.as_deref(), Some("aws_vpc.gone"));
    assert_eq!(
        proposal.children,
        ["aws_vpc_security_group_ingress_rule.http"]
    );

    world.adopt(&ours, &proposal);
    let plan = world.plan(&ours).expect("it can be planned");
    assert!(plan.is_empty(), "{plan:#?}");
    let _ = world.apply(&ours);
    assert_eq!(aws.content().len(), before);
    // That it was adopted stands in its tags: the description is no reason to make it anew.
    world.lose_the_state();
    let plan = world.plan(&ours).expect("it can be planned");
    assert!(plan.is_empty(), "{plan:#?}");
    let _ = world.destroy(&ours);
    assert_eq!(aws.content(), Vec::<String>::new());
}

#[test]
fn what_may_be_one_of_two_is_told_once_and_not_adopted() {
    let gateways = |name: &str, all: &[&str]| {
        let stack = Stack::new(name);
        let main = stack.region("main", Region::EuWest3);
        for one in all {
            main.add(one, InternetGateway::builder().build());
        }
        stack
    };
    let (theirs, ours) = (gateways("theirs", &["a", "b"]), gateways("ours", &["one"]));
    let mut world = World::new(&theirs);
    let _ = world.apply(&theirs);
    world.let_go();
    let instance = |number: u32| json!({"attributes": {"id": format!("InternetGateway#{number};"), "region": "eu-west-3"}});
    let state = json!({"version": 4, "resources": [{"mode": "managed", "type": "aws_internet_gateway",
        "name": "all", "instances": [instance(1), instance(2)]}]});
    let world = World::on(world.aws.clone(), &ours);
    let proposal = world.propose_from_terraform(&ours, &state.to_string());
    let (address, all) = &proposal.ambiguous[0];
    assert_eq!((address.as_str(), all.len()), ("main/one", 2));
    assert!(proposal.matches.is_empty() && proposal.undeclared.is_empty());
}

#[test]
fn one_thing_is_adopted_by_its_id_and_differences_are_planned() {
    let (aws, _) = theirs();
    let id = {
        let ours = network("ours", "The web", &[]);
        let world = World::on(aws.clone(), &ours);
        let missing = world.propose(&ours, "main/vpc", "VPC#999;");
        assert!(matches!(missing, Err(AdoptError::NotFound { .. })));
        "VPC#1;"
    };
    let stack = Stack::new("ours");
    let main = stack.region("main", Region::EuWest3);
    let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16"));
    main.add("vpc", vpc.tag("Name", "ours").build());
    let mut world = World::on(aws, &stack);
    let proposal = world.propose(&stack, "main/vpc", id).expect("it is there");
    world.adopt(&stack, &proposal);
    let plan = world.plan(&stack).expect("it can be planned");
    let actions: Vec<String> = plan
        .actions
        .iter()
        .map(|it| format!("{:?} {} {}", it.op, it.address, it.changes[0].path))
        .collect();
    assert_eq!(actions, ["Update main/vpc /Tags/Name"]);
    let again = world.propose(&stack, "main/vpc", id);
    assert!(matches!(again, Err(AdoptError::There { .. })));
}

/// What was taken out of the program goes back to AWS's default, as if jeancloud had made it.
#[test]
fn what_was_adopted_as_declared_is_cleared_when_it_is_taken_out_of_the_program() {
    let stack = |hostnames: Option<bool>| {
        let stack = Stack::new("ours");
        let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16"));
        let vpc = vpc.enable_dns_hostnames(hostnames).build();
        stack.region("main", Region::EuWest3).add("vpc", vpc);
        stack
    };
    let (before, after) = (stack(Some(true)), stack(None));
    let mut theirs = World::new(&before);
    let _ = theirs.apply(&before);
    theirs.let_go();
    let mut world = World::on(theirs.aws.clone(), &before);
    let proposal = world.propose(&before, "main/vpc", "VPC#1;");
    world.adopt(&before, &proposal.expect("it is there"));
    assert!(world.apply(&before).is_empty());

    let plan = world.apply(&after);
    let paths: Vec<&str> = plan.actions[0].changes.iter().map(|it| &*it.path).collect();
    assert_eq!(paths, ["/EnableDnsHostnames"]);
}

/// AWS doesn't tell how a secret was generated: it is not generated once more.
#[test]
fn a_generated_secret_is_adopted_with_its_value() {
    let stack = Stack::new("ours");
    let secret = Secret::builder().name("login");
    let secret = secret.generate_secret_string(GenerateSecretString::password(40));
    stack
        .region("main", Region::EuWest3)
        .add("login", secret.build());
    let mut theirs = World::new(&stack);
    let _ = theirs.apply(&stack);
    theirs.let_go();
    let mut world = World::on(theirs.aws.clone(), &stack);
    let proposal = world.propose(&stack, "main/login", "Secret#1;");
    world.adopt(&stack, &proposal.expect("it is there"));
    let plan = world.plan(&stack).expect("it can be planned");
    assert!(plan.is_empty(), "{plan:#?}");
}

/// What a wide rule let through and a narrow one will is never stopped between.
#[test]
fn a_group_loses_rules_that_nobody_declared_once_those_that_are_declared_are_there() {
    let stack = |open: bool| {
        let stack = Stack::new("ours");
        let main = stack.region("main", Region::EuWest3);
        let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16"));
        let vpc = main.add("vpc", vpc.build());
        let group = main.add("db", SecurityGroup::in_vpc(&vpc, "db", "The database"));
        if open {
            main.allow(tcp(5432).from(Anywhere).to(&group));
        }
        stack
    };
    let mut world = World::new(&stack(false));
    let _ = world.apply(&stack(false));
    let wide = json!([{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]);
    world.aws.change("main/db", "SecurityGroupIngress", &wide);
    let plan = world.plan(&stack(true)).expect("it can be planned");
    let at = |op: Op| plan.actions.iter().position(|action| action.op == op);
    let (made, lost) = (at(Op::Create), at(Op::Update));
    assert!(made.is_some() && made < lost, "{plan:#?}");
    let _ = world.apply(&stack(true));
}

#[test]
fn tags_that_somebody_took_off_are_written_again() {
    let stack = network("ours", "The web", &["one"]);
    let mut world = World::new(&stack);
    let _ = world.apply(&stack);
    world.aws.untag("main/one");
    let plan = world.apply(&stack);
    let [action] = &plan.actions[..] else {
        panic!("one thing is to do: {plan:#?}")
    };
    let paths: Vec<&str> = action.changes.iter().map(|it| &*it.path).collect();
    assert_eq!(
        (action.op, action.address.as_str()),
        (Op::Update, "main/one")
    );
    assert_eq!(
        paths,
        [
            "/Tags/jeancloud:address",
            "/Tags/jeancloud:generation",
            "/Tags/jeancloud:stack"
        ]
    );
    assert!(world.plan(&stack).expect("it can be planned").is_empty());
}

#[test]
fn what_another_stack_has_is_not_adopted() {
    let theirs = network("theirs", "The web", &[]);
    let mut world = World::new(&theirs);
    let _ = world.apply(&theirs);
    let id = world
        .state()
        .resources
        .values()
        .find(|it| it.type_name == "AWS::EC2::VPC");
    let id = id.expect("it was made").id.clone();
    let ours = network("ours", "The web", &[]);
    let world = World::on(world.aws.clone(), &ours);
    let taken = world.propose(&ours, "main/vpc", &id).unwrap_err();
    assert_eq!(
        taken.to_string(),
        format!("{id} belongs to main/vpc of the stack theirs")
    );
}

#[test]
fn an_address_that_nothing_is_declared_at_is_refused_with_one_that_looks_like_it() {
    let stack = Stack::new("ours");
    let main = stack.region("main", Region::EuWest3);
    main.add("gateway", InternetGateway::builder().build());
    let world = World::new(&stack);
    let error = world.propose(&stack, "main/gatway", "igw-1").unwrap_err();
    let AdoptError::NotDeclared { near, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(
        near.map(|near| near.to_string()).as_deref(),
        Some("main/gateway")
    );
}
