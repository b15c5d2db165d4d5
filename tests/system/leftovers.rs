//! What is left in an account, asked of AWS directly and not through jeancloud's handlers.

use jeancloud::prelude::*;
use jeancloud_aws::Aws;

/// Everything in the system's regions that a new account doesn't have.
pub async fn of(aws: &Aws) -> Vec<String> {
    let mut found = Vec::new();
    for region in [Region::EuWest3, Region::EuCentral1] {
        let left = in_region(aws, region).await;
        found.extend(left.into_iter().map(|what| format!("{region}: {what}")));
    }
    found.extend(in_no_region(aws).await);
    found
}

async fn in_region(aws: &Aws, region: Region) -> Vec<String> {
    let clients = aws.clients(region).await.expect("there is every region");
    let mut found = Vec::new();
    let mut add = |kind: &str, names: Vec<String>| {
        found.extend(names.into_iter().map(|name| format!("{kind} {name}")));
    };

    let vpcs = clients
        .ec2()
        .describe_vpcs()
        .send()
        .await
        .expect("DescribeVpcs");
    let ours = vpcs
        .vpcs()
        .iter()
        .filter(|vpc| vpc.is_default() != Some(true));
    add(
        "vpc",
        ours.filter_map(|vpc| vpc.vpc_id().map(str::to_owned))
            .collect(),
    );
    let gateways = clients.ec2().describe_internet_gateways().send().await;
    let gateways = gateways.expect("DescribeInternetGateways");
    let loose = gateways
        .internet_gateways()
        .iter()
        .filter(|gateway| gateway.attachments().is_empty());
    add(
        "gateway",
        loose
            .filter_map(|gateway| gateway.internet_gateway_id().map(str::to_owned))
            .collect(),
    );

    let balancers = clients
        .elb()
        .describe_load_balancers()
        .send()
        .await
        .expect("DescribeLoadBalancers");
    let names = balancers
        .load_balancers()
        .iter()
        .filter_map(|one| one.load_balancer_name());
    add("load balancer", names.map(str::to_owned).collect());
    let targets = clients
        .elb()
        .describe_target_groups()
        .send()
        .await
        .expect("DescribeTargetGroups");
    let names = targets
        .target_groups()
        .iter()
        .filter_map(|one| one.target_group_name());
    add("target group", names.map(str::to_owned).collect());

    let clusters = clients
        .ecs()
        .list_clusters()
        .send()
        .await
        .expect("ListClusters");
    // A deleted cluster stays listed for a while, INACTIVE.
    let clusters = clients
        .ecs()
        .describe_clusters()
        .set_clusters(Some(clusters.cluster_arns().to_vec()))
        .send()
        .await
        .expect("DescribeClusters");
    let active = clusters
        .clusters()
        .iter()
        .filter(|one| one.status() == Some("ACTIVE"));
    add(
        "cluster",
        active
            .filter_map(|one| one.cluster_arn().map(str::to_owned))
            .collect(),
    );
    let tasks = clients
        .ecs()
        .list_task_definitions()
        .send()
        .await
        .expect("ListTaskDefinitions");
    add("task definition", tasks.task_definition_arns().to_vec());
    let logs = clients
        .logs()
        .describe_log_groups()
        .send()
        .await
        .expect("DescribeLogGroups");
    let names = logs
        .log_groups()
        .iter()
        .filter_map(|group| group.log_group_name());
    add("log group", names.map(str::to_owned).collect());
    let repositories = clients
        .ecr()
        .describe_repositories()
        .send()
        .await
        .expect("DescribeRepositories");
    let names = repositories
        .repositories()
        .iter()
        .filter_map(|one| one.repository_name());
    add("repository", names.map(str::to_owned).collect());

    let databases = clients
        .rds()
        .describe_db_instances()
        .send()
        .await
        .expect("DescribeDBInstances");
    let names = databases
        .db_instances()
        .iter()
        .filter_map(|one| one.db_instance_identifier());
    add("database", names.map(str::to_owned).collect());
    let groups = clients
        .rds()
        .describe_db_subnet_groups()
        .send()
        .await
        .expect("DescribeDBSubnetGroups");
    let names = groups
        .db_subnet_groups()
        .iter()
        .filter_map(|one| one.db_subnet_group_name());
    add("database subnet group", names.map(str::to_owned).collect());
    found
}

async fn in_no_region(aws: &Aws) -> Vec<String> {
    let clients = aws
        .clients(Region::Global)
        .await
        .expect("moto has every region");
    let mut found = Vec::new();
    let mut add = |kind: &str, names: Vec<String>| {
        found.extend(names.into_iter().map(|name| format!("{kind} {name}")));
    };
    let buckets = clients
        .s3()
        .list_buckets()
        .send()
        .await
        .expect("ListBuckets");
    add(
        "bucket",
        buckets
            .buckets()
            .iter()
            .filter_map(|one| one.name().map(str::to_owned))
            .collect(),
    );
    let roles = clients.iam().list_roles().send().await.expect("ListRoles");
    let ours = roles
        .roles()
        .iter()
        .filter(|role| !role.path().starts_with("/aws-service-role/"));
    add(
        "role",
        ours.map(|role| role.role_name().to_owned()).collect(),
    );
    let zones = clients
        .route53()
        .list_hosted_zones()
        .send()
        .await
        .expect("ListHostedZones");
    add(
        "zone",
        zones
            .hosted_zones()
            .iter()
            .map(|zone| zone.name().to_owned())
            .collect(),
    );
    let distributions = clients.cloud_front().list_distributions().send().await;
    let distributions = distributions.expect("ListDistributions");
    let list = distributions.distribution_list();
    let items = list.into_iter().flat_map(|list| list.items());
    add(
        "distribution",
        items.map(|one| one.id().to_owned()).collect(),
    );
    let controls = clients
        .cloud_front()
        .list_origin_access_controls()
        .send()
        .await;
    let controls = controls.expect("ListOriginAccessControls");
    let list = controls.origin_access_control_list();
    let items = list.into_iter().flat_map(|list| list.items());
    add(
        "origin access control",
        items.map(|one| one.id().to_owned()).collect(),
    );
    found
}
