//! [`TaskVolume`] and [`MountPoint`]: folders that a task's containers share.

use crate::{Bounded, IntoText, choice, properties};

choice! {
    /// Whether what goes between a task and EFS is encrypted.
    EfsTransitEncryption {
        /// It is.
        Enabled = "ENABLED",
        /// It is not. AWS's default.
        Disabled = "DISABLED",
    }
    /// Whether a task mounts EFS with its task role.
    EfsIam {
        /// It does; the transit has to be encrypted.
        Enabled = "ENABLED",
        /// It does not. AWS's default.
        Disabled = "DISABLED",
    }
}

properties! {
    /// A volume that a task's containers may mount. Without an EFS file system it is an empty
    /// folder on the task's own disk, gone with the task.
    TaskVolume;
    /// Its name in the task.
    text name "Name",
    /// The file system that it is, where it is to outlive the task.
    opt_plain efs_volume_configuration "EFSVolumeConfiguration": EfsVolumeConfiguration,
}

impl TaskVolume {
    /// An empty folder on the task's own disk, gone with the task.
    pub fn scratch(name: impl IntoText) -> Self {
        Self::builder().name(name).build()
    }
}

properties! {
    /// A folder of an EFS file system.
    EfsVolumeConfiguration;
    /// The file system's id, as `fs-0a1b2c3d`.
    text filesystem_id "FilesystemId",
    /// The folder; not beside an access point, which has its own. AWS's default: `/`.
    opt_text root_directory "RootDirectory",
    /// Whether the transit is encrypted.
    opt transit_encryption "TransitEncryption": EfsTransitEncryption,
    /// The port of the encrypted transit. Left out: one that EFS's mount helper picks.
    opt transit_encryption_port "TransitEncryptionPort": Bounded<0, 65_535>,
    /// How the task says who it is; needs transit encryption. Left out: it doesn't.
    opt_plain authorization_config "AuthorizationConfig": EfsAuthorizationConfig,
}

properties! {
    /// How a task says to EFS who it is.
    EfsAuthorizationConfig;
    /// An access point's id, as `fsap-0a1b2c3d`.
    opt_text access_point_id "AccessPointId",
    /// Whether with its task role. AWS's default: no.
    opt iam "IAM": EfsIam,
}

properties! {
    /// Where a container sees a volume of its task.
    MountPoint;
    /// The volume's name in the task.
    text source_volume "SourceVolume",
    /// The folder in the container.
    text container_path "ContainerPath",
    /// Whether it can't be written. AWS's default: false.
    opt read_only "ReadOnly": bool,
}
