//! Tests of the rules for containers.

use insta::assert_snapshot;
use jeancloud_model::{
    Bounded, Input,
    ecs::{
        ContainerCondition, ContainerDefinition, ContainerDependency, ContainerHealthCheck,
        MountPoint, Ulimit, UlimitName, env, secret,
    },
};

use super::super::testing::{container, task};
use crate::check::testing::{Healthy, broken, healthy};

fn broken_container(rule: &str, change: impl FnOnce(&mut ContainerDefinition)) -> String {
    broken(rule, |h| add(h, change))
}

fn add(h: &Healthy<'_>, change: impl FnOnce(&mut ContainerDefinition)) {
    let mut app = container();
    change(&mut app);
    h.scope.add("task", task([app]));
}

fn waits(container: &str, condition: ContainerCondition) -> ContainerDependency {
    ContainerDependency::builder()
        .container_name(container)
        .condition(condition)
        .build()
}

#[test]
fn a_container_fits_into_its_task() {
    assert_snapshot!(broken_container("container-size", |app| app.cpu = Some(Input::Known(512))), @"
    error: main/task: Cpu its containers want 512 CPU units of 256
      rule: what containers reserve fits into their task (ClientException)
      hint: take a larger FargateSize, or let containers share what there is
      see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
    ");
}

#[test]
fn a_port_is_taken_once() {
    assert_snapshot!(broken("container-ports", |h| {
        let other = ContainerDefinition::builder().name("other").image("x:1").port_mappings([8000]).build();
        h.scope.add("task", task([container(), other]));
    }), @"
    error: main/task: ContainerDefinitions app and other both listen on port 8000
      rule: containers of a task share one network interface (ClientException)
      hint: let one of them listen on another port
      see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
    ");
}

#[test]
fn a_host_port_is_the_containers_own() {
    assert_snapshot!(broken_container("container-ports", |app| {
        app.port_mappings[0].host_port = Some(Input::Known(jeancloud_model::Port::new(80)));
    }), @"
    error: main/task: ContainerDefinitions app maps port 8000 to 80
      rule: under awsvpc the host port is the container's own (ClientException)
      hint: leave HostPort out
      see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
    ");
}

#[test]
fn a_secret_is_no_variable_as_well() {
    assert_snapshot!(broken("container-variables", |h| {
        let mut app = container();
        app.environment = vec![env("TOKEN", "x")];
        app.secrets = vec![secret("TOKEN", "arn:aws:secretsmanager:eu-west-3:123456789012:secret:x")];
        let mut whole = task([app]);
        whole.execution_role_arn = Some(Input::Known("arn:aws:iam::123456789012:role/x".into()));
        h.scope.add("task", whole);
    }), @"
    error: main/task: ContainerDefinitions app has TOKEN twice
      rule: a variable or secret has a name of its own in its container (ClientException)
      hint: set each variable once, in Environment or in Secrets
      see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
    ");
}

#[test]
fn a_container_waits_for_one_that_exists() {
    assert_snapshot!(broken_container("container-dependencies", |app| {
        app.depends_on = vec![waits("proxy", ContainerCondition::Start)];
    }), @"
    error: main/task: ContainerDefinitions app waits for proxy, which the task has not
      rule: a container waits for another one of its task that does not wait for it; for HEALTHY that one has a health check, for COMPLETE and SUCCESS it is not essential (ClientException)
      hint: name a container of this task, and the condition that it can reach
      see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
    ");
}

#[test]
fn containers_do_not_wait_for_each_other() {
    let found = crate::check::testing::problems(|h| {
        let mut one = container();
        one.depends_on = vec![waits("other", ContainerCondition::Start)];
        let mut other = ContainerDefinition::builder()
            .name("other")
            .image("x:1")
            .build();
        other.depends_on = vec![waits("app", ContainerCondition::Start)];
        h.scope.add("task", task([one, other]));
    });
    let wrong: Vec<&str> = found.iter().map(|problem| problem.wrong.as_str()).collect();
    assert_eq!(
        wrong,
        [
            "app and other wait for each other",
            "other and app wait for each other"
        ]
    );
}

#[test]
fn what_is_waited_for_until_healthy_has_a_health_check() {
    let with = |check: Option<ContainerHealthCheck>| {
        move |h: &Healthy<'_>| {
            let mut one = container();
            one.depends_on = vec![waits("other", ContainerCondition::Healthy)];
            let mut other = ContainerDefinition::builder()
                .name("other")
                .image("x:1")
                .build();
            other.health_check = check;
            h.scope.add("task", task([one, other]));
        }
    };
    healthy(with(Some(ContainerHealthCheck::shell("true"))));
    assert_snapshot!(broken("container-dependencies", with(None)), @"
    error: main/task: ContainerDefinitions app waits until other is healthy, and it has no HealthCheck
      rule: a container waits for another one of its task that does not wait for it; for HEALTHY that one has a health check, for COMPLETE and SUCCESS it is not essential (ClientException)
      hint: name a container of this task, and the condition that it can reach
      see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
    ");
}

#[test]
fn a_mounted_volume_is_the_tasks() {
    assert_snapshot!(broken_container("container-mounts", |app| {
        app.mount_points = vec![MountPoint::builder().source_volume("tmp").container_path("/tmp").build()];
    }), @r#"
    error: main/task: ContainerDefinitions app mounts tmp, which is no volume of the task
      rule: a mount point names one of the task's Volumes (ClientException: Unknown volume)
      hint: `.volumes([TaskVolume::scratch("tmp")])`
      see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
    "#);
}

#[test]
fn a_health_check_begins_with_how_it_is_run() {
    assert_snapshot!(broken_container("container-health-check", |app| {
        app.health_check = Some(ContainerHealthCheck::builder().command(["curl", "localhost"]).build());
    }), @r#"
    error: main/task: ContainerDefinitions the health check of app begins with curl
      rule: a health check is CMD-SHELL and one command, or CMD, a program and its arguments
      hint: ContainerHealthCheck::shell("curl -f http://localhost:8000/health || exit 1")
      see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
    "#);
}

#[test]
fn a_container_uses_no_more_memory_than_its_task_has() {
    assert_snapshot!(broken_container("container-size", |app| {
        app.memory = Some(Input::Known(Bounded::new(4096)));
        app.memory_reservation = Some(Input::Known(Bounded::new(128)));
    }), @"
    error: main/task: ContainerDefinitions app may use 4096 MiB of 512
      rule: a container's Memory is at most its task's (ClientException)
      hint: leave Memory out, or take a larger FargateSize
      see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
    ");
}

#[test]
fn an_essential_container_is_not_waited_for_until_it_ends() {
    let with = |essential: Option<bool>| {
        move |h: &Healthy<'_>| {
            let mut app = container();
            app.depends_on = vec![waits("migrate", ContainerCondition::Success)];
            let mut migrate = ContainerDefinition::builder()
                .name("migrate")
                .image("x:1")
                .build();
            migrate.essential = essential.map(Input::Known);
            h.scope.add("task", task([app, migrate]));
        }
    };
    healthy(with(Some(false)));
    assert_snapshot!(broken("container-dependencies", with(None)), @"
    error: main/task: ContainerDefinitions app waits until migrate has ended, and with it, being essential, the task ends
      rule: a container waits for another one of its task that does not wait for it; for HEALTHY that one has a health check, for COMPLETE and SUCCESS it is not essential (ClientException)
      hint: name a container of this task, and the condition that it can reach
      see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
    ");
}

#[test]
fn a_soft_limit_is_at_most_its_hard_limit() {
    assert_snapshot!(broken_container("container-ulimits", |app| {
        let limit = Ulimit::builder().name(UlimitName::Nofile).soft_limit(65_536u32).hard_limit(1024u32);
        app.ulimits = vec![limit.build()];
    }), @"
    error: main/task: ContainerDefinitions app starts with 65536 and may have 1024 of nofile
      rule: a SoftLimit is at most its HardLimit (ClientException)
      hint: a HardLimit of 65536
      see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html
    ");
}
