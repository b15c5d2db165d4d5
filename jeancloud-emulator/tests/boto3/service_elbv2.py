"""Elastic Load Balancing: load balancers, listeners, rules, and targets."""

import contextlib

from check import expect, holds, only, pairs, refused, same, tags, until
from ec2_network import a_subnet, a_vpc
from service_acm import change, record_of


@contextlib.contextmanager
def a_network(aws):
    """A VPC with a gateway, two subnets and a group."""
    ec2 = aws.client("ec2")
    with a_vpc(aws) as vpc, a_subnet(aws, vpc) as a, a_subnet(aws, vpc, "10.0.2.0/24", "eu-west-3b") as b:
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        group = ec2.create_security_group(GroupName="alb", Description="a test", VpcId=vpc)["GroupId"]
        yield vpc, [a, b], group
        gone(aws, vpc)
        ec2.delete_security_group(GroupId=group)
        ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        ec2.delete_internet_gateway(InternetGatewayId=gateway)


def gone(aws, vpc):
    """The interfaces of what was deleted go a while later."""
    of_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
    none = lambda: not aws.client("ec2").describe_network_interfaces(Filters=of_vpc)["NetworkInterfaces"]
    until(none, "the end of the interfaces")


@contextlib.contextmanager
def a_balancer(aws, subnets, group, name="alb"):
    """An application load balancer that is active."""
    elb = aws.client("elbv2")
    made = elb.create_load_balancer(Name=name, Subnets=subnets, SecurityGroups=[group], Tags=tags(a="1"))
    arn = only(made["LoadBalancers"])["LoadBalancerArn"]
    aws.wait("elbv2", "load_balancer_exists", LoadBalancerArns=[arn])
    aws.wait("elbv2", "load_balancer_available", LoadBalancerArns=[arn])
    yield arn
    elb.delete_load_balancer(LoadBalancerArn=arn)
    aws.wait("elbv2", "load_balancers_deleted", LoadBalancerArns=[arn])


def a_target_group(elb, vpc, name="targets"):
    wanted = {"Name": name, "Protocol": "HTTP", "Port": 80, "VpcId": vpc, "TargetType": "ip"}
    return only(elb.create_target_group(**wanted)["TargetGroups"])["TargetGroupArn"]


def attributes(**pairs):
    return [{"Key": key.replace("__", "."), "Value": value} for key, value in pairs.items()]


def check_catalogue(aws):
    """Limits and policies are known without a load balancer."""
    elb = aws.client("elbv2")
    expect(len(aws.pages("elbv2", "describe_account_limits", size=5)) > 5, "limits are missing")
    policies = aws.whole("elbv2", "describe_ssl_policies")
    expect("ELBSecurityPolicy-TLS13-1-2-2021-06" in [it["Name"] for it in policies], "policies are missing")
    with refused("LoadBalancerNotFound", 400):
        elb.describe_load_balancers(Names=["none"])


def check_load_balancers(aws):
    """Load balancers come up, are changed, and take their interfaces with them."""
    elb = aws.client("elbv2")
    with a_network(aws) as (_, subnets, group):
        with a_balancer(aws, subnets, group, "a") as a, a_balancer(aws, subnets, group, "b"), a_balancer(
            aws, subnets, group, "c"
        ):
            listed = aws.pages("elbv2", "describe_load_balancers", size=2)
            same(sorted(it["LoadBalancerName"] for it in listed), ["a", "b", "c"])
            with refused("DuplicateLoadBalancerName", 400):
                elb.create_load_balancer(Name="a", Subnets=subnets, SecurityGroups=[])
            settings(elb, a, subnets, group)
            elb.modify_load_balancer_attributes(
                LoadBalancerArn=a, Attributes=attributes(deletion_protection__enabled="true")
            )
            with refused("OperationNotPermitted", 400):
                elb.delete_load_balancer(LoadBalancerArn=a)
            elb.modify_load_balancer_attributes(
                LoadBalancerArn=a, Attributes=attributes(deletion_protection__enabled="false")
            )
            with refused("DependencyViolation", 400):
                aws.client("ec2").delete_subnet(SubnetId=subnets[0])


def settings(elb, arn, subnets, group):
    elb.set_ip_address_type(LoadBalancerArn=arn, IpAddressType="ipv4")
    same(elb.set_security_groups(LoadBalancerArn=arn, SecurityGroups=[group])["SecurityGroupIds"], [group])
    zones = elb.set_subnets(LoadBalancerArn=arn, Subnets=subnets)["AvailabilityZones"]
    same(sorted(it["ZoneName"] for it in zones), ["eu-west-3a", "eu-west-3b"])
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=arn, Attributes=attributes(idle_timeout__timeout_seconds="90")
    )
    told = pairs(elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"])
    same(told["idle_timeout.timeout_seconds"], "90")
    elb.describe_capacity_reservation(LoadBalancerArn=arn)
    elb.add_tags(ResourceArns=[arn], Tags=tags(b="2"))
    elb.remove_tags(ResourceArns=[arn], TagKeys=["a"])
    same(pairs(only(elb.describe_tags(ResourceArns=[arn])["TagDescriptions"])["Tags"]), {"b": "2"})


def check_targets(aws):
    """Targets are registered, found healthy, and drained."""
    elb = aws.client("elbv2")
    with a_network(aws) as (vpc, subnets, group), a_balancer(aws, subnets, group) as balancer:
        made = [a_target_group(elb, vpc, name) for name in ["a", "b", "c"]]
        with refused("DuplicateTargetGroupName", 400):
            elb.create_target_group(Name="a", Protocol="HTTP", Port=81, VpcId=vpc, TargetType="ip")
        listed = aws.pages("elbv2", "describe_target_groups", size=2)
        same(sorted(it["TargetGroupName"] for it in listed), ["a", "b", "c"])
        targets = made[0]
        elb.modify_target_group(
            TargetGroupArn=targets, HealthCheckPath="/health", HealthCheckIntervalSeconds=10
        )
        got = only(elb.describe_target_groups(TargetGroupArns=[targets])["TargetGroups"])
        holds(got, HealthCheckPath="/health", HealthCheckIntervalSeconds=10, Protocol="HTTP", TargetType="ip")
        elb.modify_target_group_attributes(
            TargetGroupArn=targets, Attributes=attributes(deregistration_delay__timeout_seconds="1")
        )
        told = pairs(elb.describe_target_group_attributes(TargetGroupArn=targets)["Attributes"])
        same(told["deregistration_delay.timeout_seconds"], "1")
        forward = [{"Type": "forward", "TargetGroupArn": targets}]
        listener = elb.create_listener(
            LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=forward
        )
        listener = only(listener["Listeners"])["ListenerArn"]
        one = [{"Id": "10.0.1.10", "Port": 80}]
        elb.register_targets(TargetGroupArn=targets, Targets=one)
        aws.wait("elbv2", "target_in_service", TargetGroupArn=targets, Targets=one)
        elb.deregister_targets(TargetGroupArn=targets, Targets=one)
        aws.wait("elbv2", "target_deregistered", TargetGroupArn=targets, Targets=one)
        with refused("ResourceInUse", 400):
            elb.delete_target_group(TargetGroupArn=targets)
        elb.delete_listener(ListenerArn=listener)
        for arn in made:
            elb.delete_target_group(TargetGroupArn=arn)


def check_listeners(aws):
    """A listener has rules in an order, attributes, and certificates."""
    elb = aws.client("elbv2")
    with a_network(aws) as (vpc, subnets, group), a_balancer(aws, subnets, group) as balancer:
        answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
        made = [
            only(
                elb.create_listener(
                    LoadBalancerArn=balancer, Protocol="HTTP", Port=port, DefaultActions=[answer]
                )["Listeners"]
            )
            for port in [80, 81, 82]
        ]
        other = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}
        with refused("DuplicateListener", 400):
            elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[other])
        listed = aws.pages("elbv2", "describe_listeners", size=2, LoadBalancerArn=balancer)
        same(sorted(it["Port"] for it in listed), [80, 81, 82])
        listener = made[0]["ListenerArn"]
        elb.modify_listener(ListenerArn=listener, Port=8080)
        elb.modify_listener_attributes(
            ListenerArn=listener, Attributes=attributes(routing__http__response__server__enabled="false")
        )
        told = pairs(elb.describe_listener_attributes(ListenerArn=listener)["Attributes"])
        same(told["routing.http.response.server.enabled"], "false")
        rules(aws, listener, answer)
        certificates(aws, listener)
        for it in made:
            elb.delete_listener(ListenerArn=it["ListenerArn"])
        with refused("ListenerNotFound", 400):
            elb.describe_listeners(ListenerArns=[listener])


def rules(aws, listener, answer):
    elb = aws.client("elbv2")
    made = []
    for priority, path in [(10, "/a"), (20, "/b")]:
        conditions = [{"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}]
        rule = elb.create_rule(
            ListenerArn=listener, Priority=priority, Conditions=conditions, Actions=[answer]
        )
        made.append(only(rule["Rules"])["RuleArn"])
    with refused("PriorityInUse", 400):
        elb.create_rule(ListenerArn=listener, Priority=10, Conditions=conditions, Actions=[answer])
    elb.set_rule_priorities(RulePriorities=[{"RuleArn": made[0], "Priority": 30}])
    hosts = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["a.example"]}}]
    elb.modify_rule(RuleArn=made[1], Conditions=hosts)
    listed = aws.pages("elbv2", "describe_rules", size=2, ListenerArn=listener)
    same(sorted(it["Priority"] for it in listed), ["20", "30", "default"])
    shown = next(it for it in listed if it["RuleArn"] == made[1])
    same(only(shown["Conditions"])["HostHeaderConfig"], {"Values": ["a.example"]})
    for rule in made:
        elb.delete_rule(RuleArn=rule)


def certificates(aws, listener):
    """HTTPS needs a certificate that is issued; more may be added."""
    elb, acm, route53 = aws.client("elbv2"), aws.client("acm"), aws.client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="elb")["HostedZone"]["Id"]
    made, records = [], []
    for name in ["a.example.com", "b.example.com"]:
        arn = acm.request_certificate(DomainName=name, ValidationMethod="DNS")["CertificateArn"]
        record = record_of(acm, arn)
        change(route53, zone, "CREATE", record)
        aws.wait("acm", "certificate_validated", CertificateArn=arn)
        made.append(arn)
        records.append(record)
    elb.modify_listener(
        ListenerArn=listener, Protocol="HTTPS", Port=443, Certificates=[{"CertificateArn": made[0]}]
    )
    more = [{"CertificateArn": made[1]}]
    elb.add_listener_certificates(ListenerArn=listener, Certificates=more)
    listed = aws.pages("elbv2", "describe_listener_certificates", size=1, ListenerArn=listener)
    same({it["CertificateArn"]: it["IsDefault"] for it in listed}, {made[0]: True, made[1]: False})
    with refused("ResourceInUseException", 400):
        acm.delete_certificate(CertificateArn=made[0])
    elb.remove_listener_certificates(ListenerArn=listener, Certificates=more)
    elb.modify_listener(ListenerArn=listener, Protocol="HTTP", Port=8080)
    for arn, record in zip(made, records):
        acm.delete_certificate(CertificateArn=arn)
        change(route53, zone, "DELETE", record)
    route53.delete_hosted_zone(Id=zone)
