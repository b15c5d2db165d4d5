//! Tests of the rules for task definitions.

use insta::assert_snapshot;
use jeancloud_model::ecs::{
    Compatibility, CpuArchitecture, EfsAuthorizationConfig, EfsVolumeConfiguration, FargateSize,
    NetworkMode, OperatingSystemFamily, RuntimePlatform, TaskVolume, secret,
};

use super::super::testing::{container, task};
use crate::check::testing::broken;

#[test]
fn containers_have_different_names() {
    assert_snapshot!(broken("task-containers", |h| {
        let mut other = container();
        other.port_mappings.clear();
        h.scope.add("task", task([container(), other]));
    }), @"
    error: main/task: ContainerDefinitions two containers are named app
      rule: containers of a task have different names (ClientException)
      hint: give one of them another name
      see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
    ");
}

#[test]
fn a_task_has_an_essential_container() {
    assert_snapshot!(broken("task-containers", |h| {
        let mut only = container();
        only.essential = Some(jeancloud_model::Input::Known(false));
        h.scope.add("task", task([only]));
    }), @"
    error: main/task: ContainerDefinitions no container is essential
      rule: a task has at least one essential container (ClientException)
      hint: leave Essential out of the container that the task is for
      see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
    ");
}

#[test]
fn fargate_has_one_network_mode() {
    assert_snapshot!(broken("task-fargate", |h| {
        let mut bridged = task([container()]);
        bridged.network_mode = Some(jeancloud_model::Input::Known(NetworkMode::Bridge));
        h.scope.add("task", bridged);
    }), @"
    error: main/task: NetworkMode bridge is no network mode of Fargate's
      rule: tasks on Fargate have the network mode awsvpc (ClientException)
      hint: leave NetworkMode out
      see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
    ");
}

#[test]
fn a_task_with_secrets_has_an_execution_role() {
    assert_snapshot!(broken("task-execution-role", |h| {
        let mut app = container();
        app.secrets = vec![secret("TOKEN", "arn:aws:secretsmanager:eu-west-3:123456789012:secret:token")];
        h.scope.add("task", task([app]));
    }), @r#"
    error: main/task: ExecutionRoleArn is left out, and the task reads secrets
      rule: ECS pulls images of ECR, reads secrets and writes logs with the execution role (ClientException)
      hint: a Role that ecs-tasks.amazonaws.com may assume, with aws_managed_policy("service-role/AmazonECSTaskExecutionRolePolicy")
      see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    "#);
}

#[test]
fn an_access_point_is_reached_encrypted() {
    assert_snapshot!(broken("task-volumes", |h| {
        let mut app = task([container()]);
        let efs = EfsVolumeConfiguration::builder()
            .filesystem_id("fs-0a1b2c3d")
            .authorization_config(EfsAuthorizationConfig::builder().access_point_id("fsap-0a1b2c3d").build())
            .build();
        app.volumes = vec![TaskVolume::builder().name("data").efs_volume_configuration(efs).build()];
        h.scope.add("task", app);
    }), @"
    error: main/task: Volumes fs-0a1b2c3d is reached with authorization and in clear
      rule: an access point or IAM authorization needs transit encryption (ClientException)
      hint: `.transit_encryption(EfsTransitEncryption::Enabled)`
      see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html
    ");
}

#[test]
fn windows_does_not_run_on_graviton() {
    assert_snapshot!(broken("task-windows", |h| {
        let mut app = task([container()]);
        app.size = FargateSize::Cpu1024Gb2;
        app.runtime_platform = Some(RuntimePlatform::builder()
            .operating_system_family(OperatingSystemFamily::WindowsServer2022Core)
            .cpu_architecture(CpuArchitecture::Arm64)
            .build());
        h.scope.add("task", app);
    }), @"
    error: main/task: RuntimePlatform WINDOWS_SERVER_2022_CORE does not run on ARM64
      rule: Windows tasks run on X86_64 (ClientException)
      hint: leave CpuArchitecture out
      see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
    ");
}

#[test]
fn secrets_are_read_with_the_execution_role_everywhere() {
    assert_snapshot!(broken("task-execution-role", |h| {
        let mut app = container();
        app.secrets = vec![secret("TOKEN", "arn:aws:secretsmanager:eu-west-3:123456789012:secret:x")];
        let mut whole = task([app]);
        whole.requires_compatibilities = vec![Compatibility::Ec2];
        h.scope.add("task", whole);
    }), @r#"
    error: main/task: ExecutionRoleArn is left out, and the task reads secrets
      rule: ECS pulls images of ECR, reads secrets and writes logs with the execution role (ClientException)
      hint: a Role that ecs-tasks.amazonaws.com may assume, with aws_managed_policy("service-role/AmazonECSTaskExecutionRolePolicy")
      see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    "#);
}

#[test]
fn windows_has_a_whole_cpu() {
    assert_snapshot!(broken("task-windows", |h| {
        let mut app = task([container()]);
        app.runtime_platform = Some(RuntimePlatform::builder()
            .operating_system_family(OperatingSystemFamily::WindowsServer2022Core)
            .build());
        h.scope.add("task", app);
    }), @"
    error: main/task: Cpu 256 CPU units are too few for WINDOWS_SERVER_2022_CORE
      rule: Windows tasks on Fargate have 1024 to 4096 CPU units (ClientException)
      hint: FargateSize::Cpu1024Gb2
      see: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
    ");
}
