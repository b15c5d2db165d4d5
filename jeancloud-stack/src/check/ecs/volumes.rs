//! Rules for the volumes and the disk of a task.

use std::collections::BTreeSet;

use jeancloud_model::{
    Input,
    ecs::{EfsIam, EfsTransitEncryption, TaskDefinition},
};

use super::{
    super::{Report, Rule},
    TASK_DEFINITION, is_fargate,
};
use crate::View;

const EFS: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html";

pub(super) const VOLUMES: Rule = Rule {
    name: "task-volumes",
    check: a_file_system_that_asks_who_one_is_is_reached_encrypted,
};
pub(super) const NAMES: Rule = Rule {
    name: "task-volume-names",
    check: volumes_have_names_of_their_own,
};
pub(super) const FOLDER: Rule = Rule {
    name: "task-volume-folder",
    check: an_access_point_has_its_own_folder,
};
pub(super) const DISK: Rule = Rule {
    name: "task-disk",
    check: a_larger_disk_is_fargates,
};

fn a_file_system_that_asks_who_one_is_is_reached_encrypted(view: &View, report: &mut Report) {
    for task in view.all::<TaskDefinition>() {
        for efs in task
            .volumes
            .iter()
            .filter_map(|volume| volume.efs_volume_configuration.as_ref())
        {
            let Some(authorization) = &efs.authorization_config else {
                continue;
            };
            let iam = authorization.iam.as_ref().and_then(Input::known) == Some(&EfsIam::Enabled);
            let encrypted = efs.transit_encryption.as_ref().and_then(Input::known)
                == Some(&EfsTransitEncryption::Enabled);
            if !encrypted && (iam || authorization.access_point_id.is_some()) {
                report
                    .error(
                        task.declaration,
                        "Volumes",
                        format!("{} is reached with authorization and in clear", efs.filesystem_id.pattern()),
                    )
                    .rule("an access point or IAM authorization needs transit encryption (ClientException)")
                    .hint("`.transit_encryption(EfsTransitEncryption::Enabled)`")
                    .document("https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html");
            }
        }
    }
}

fn volumes_have_names_of_their_own(view: &View, report: &mut Report) {
    for task in view.all::<TaskDefinition>() {
        let mut seen = BTreeSet::new();
        for name in task
            .volumes
            .iter()
            .filter_map(|volume| volume.name.as_known())
        {
            let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
            let wrong = if !(1..=255).contains(&name.len()) || !name.bytes().all(allowed) {
                format!("`{name}` is no name of a volume")
            } else if !seen.insert(name) {
                format!("two volumes are named {name}")
            } else {
                continue;
            };
            report
                .error(task.declaration, "Volumes", wrong)
                .rule("a volume has a name of its own in its task: 1 to 255 letters, digits, underscores and hyphens (ClientException)")
                .hint("give it another name, also where it is mounted")
                .document("https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html");
        }
    }
}

fn an_access_point_has_its_own_folder(view: &View, report: &mut Report) {
    for task in view.all::<TaskDefinition>() {
        let efs = task.volumes.iter();
        for efs in efs.filter_map(|volume| volume.efs_volume_configuration.as_ref()) {
            let authorization = efs.authorization_config.as_ref();
            let point = authorization.is_some_and(|by| by.access_point_id.is_some());
            let folder = efs
                .root_directory
                .as_ref()
                .and_then(|folder| folder.as_known());
            if let Some(folder) = folder.filter(|folder| point && *folder != "/") {
                report
                    .error(
                        task.declaration,
                        "Volumes",
                        format!("an access point is asked for the folder {folder}"),
                    )
                    .rule(
                        "beside an access point RootDirectory is left out, or / (ClientException)",
                    )
                    .hint("leave RootDirectory out: the access point has a folder of its own")
                    .document(EFS);
            }
        }
    }
}

fn a_larger_disk_is_fargates(view: &View, report: &mut Report) {
    for task in view.all::<TaskDefinition>() {
        if task.ephemeral_storage.is_some() && !is_fargate(&task) {
            report
                .error(task.declaration, "EphemeralStorage", "is set for a task that is not for Fargate")
                .rule("a task's own disk is Fargate's; elsewhere it is the instance's (ClientException)")
                .hint("leave it out, or name Compatibility::Fargate")
                .document(TASK_DEFINITION);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::ecs::{
        Compatibility, EfsAuthorizationConfig, EfsTransitEncryption, EfsVolumeConfiguration,
        EphemeralStorage, TaskVolume,
    };

    use super::super::testing::{container, task};
    use crate::check::testing::broken;

    #[test]
    fn volumes_have_names_of_their_own() {
        assert_snapshot!(broken("task-volume-names", |h| {
            let mut app = task([container()]);
            app.volumes = vec![TaskVolume::scratch("tmp"), TaskVolume::scratch("tmp")];
            h.scope.add("task", app);
        }), @"
        error: main/task: Volumes two volumes are named tmp
          rule: a volume has a name of its own in its task: 1 to 255 letters, digits, underscores and hyphens (ClientException)
          hint: give it another name, also where it is mounted
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html
        ");
        assert_snapshot!(broken("task-volume-names", |h| {
            let mut app = task([container()]);
            app.volumes = vec![TaskVolume::scratch("/tmp")];
            h.scope.add("task", app);
        }), @"
        error: main/task: Volumes `/tmp` is no name of a volume
          rule: a volume has a name of its own in its task: 1 to 255 letters, digits, underscores and hyphens (ClientException)
          hint: give it another name, also where it is mounted
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html
        ");
    }

    #[test]
    fn an_access_point_has_its_own_folder() {
        assert_snapshot!(broken("task-volume-folder", |h| {
            let mut app = task([container()]);
            let point = EfsAuthorizationConfig::builder().access_point_id("fsap-0a1b2c3d");
            let efs = EfsVolumeConfiguration::builder()
                .filesystem_id("fs-0a1b2c3d")
                .root_directory("/data")
                .transit_encryption(EfsTransitEncryption::Enabled)
                .authorization_config(point.build());
            app.volumes = vec![TaskVolume::builder().name("data").efs_volume_configuration(efs.build()).build()];
            h.scope.add("task", app);
        }), @"
        error: main/task: Volumes an access point is asked for the folder /data
          rule: beside an access point RootDirectory is left out, or / (ClientException)
          hint: leave RootDirectory out: the access point has a folder of its own
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html
        ");
    }

    #[test]
    fn a_larger_disk_is_fargates() {
        assert_snapshot!(broken("task-disk", |h| {
            let mut app = task([container()]);
            app.requires_compatibilities = vec![Compatibility::Ec2];
            app.ephemeral_storage = Some(EphemeralStorage::builder().size_in_gib(50).build());
            h.scope.add("task", app);
        }), @"
        error: main/task: EphemeralStorage is set for a task that is not for Fargate
          rule: a task's own disk is Fargate's; elsewhere it is the instance's (ClientException)
          hint: leave it out, or name Compatibility::Fargate
          see: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
        ");
    }
}
