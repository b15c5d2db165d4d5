//! What a container may have beside its image and ports: health check, dependencies, limits.

use crate::{Arn, Bounded, IntoText, choice, properties};

use super::ContainerName;

properties! {
    /// How ECS sees whether a container is healthy.
    ContainerHealthCheck;
    /// What is run in the container: `["CMD-SHELL", "curl -f http://localhost/ || exit 1"]`, or
    /// `["CMD", program, arguments…]`. Healthy is exit code 0.
    texts command "Command",
    /// The time between two checks, in seconds. AWS's default: 30.
    opt interval "Interval": Bounded<5, 300>,
    /// How long a check may take, in seconds. AWS's default: 5.
    opt timeout "Timeout": Bounded<2, 60>,
    /// How many checks fail before the container is unhealthy. AWS's default: 3.
    opt retries "Retries": Bounded<1, 10>,
    /// How long failed checks don't count after the start, in seconds. AWS's default: 0.
    opt start_period "StartPeriod": Bounded<0, 300>,
}

impl ContainerHealthCheck {
    /// A check that runs `command` in the container's shell, with AWS's times.
    pub fn shell(command: impl IntoText) -> Self {
        Self::builder()
            .command(["CMD-SHELL".into_text(), command.into_text()])
            .build()
    }
}

choice! {
    /// What another container has to have done before one starts.
    ContainerCondition {
        /// Started.
        Start = "START",
        /// Ended, however.
        Complete = "COMPLETE",
        /// Ended with exit code 0.
        Success = "SUCCESS",
        /// Passed its health check.
        Healthy = "HEALTHY",
    }
    /// A right that the kernel can grant to a container, as Docker names it.
    Capability {
        /// Trace other processes: the only one that Fargate adds.
        SysPtrace = "SYS_PTRACE",
        /// Every right.
        All = "ALL",
        /// Write to the kernel's audit log.
        AuditWrite = "AUDIT_WRITE",
        /// Change owners of files.
        Chown = "CHOWN",
        /// Pass over the permissions of files.
        DacOverride = "DAC_OVERRIDE",
        /// Pass over checks that ask for a file's owner.
        Fowner = "FOWNER",
        /// Keep set-user-id bits when files change.
        Fsetid = "FSETID",
        /// Signal any process.
        Kill = "KILL",
        /// Make device files.
        Mknod = "MKNOD",
        /// Configure the network.
        NetAdmin = "NET_ADMIN",
        /// Listen on ports under 1024.
        NetBindService = "NET_BIND_SERVICE",
        /// Use raw sockets.
        NetRaw = "NET_RAW",
        /// Set capabilities of files.
        Setfcap = "SETFCAP",
        /// Change group ids.
        Setgid = "SETGID",
        /// Change its own capabilities.
        Setpcap = "SETPCAP",
        /// Change user ids.
        Setuid = "SETUID",
        /// Administer the system.
        SysAdmin = "SYS_ADMIN",
        /// Change the root folder.
        SysChroot = "SYS_CHROOT",
    }
    /// What a limit limits, as Docker names it.
    UlimitName {
        /// The size of core files.
        Core = "core",
        /// CPU time.
        Cpu = "cpu",
        /// Data segments.
        Data = "data",
        /// The size of files.
        Fsize = "fsize",
        /// Locks.
        Locks = "locks",
        /// Locked memory.
        Memlock = "memlock",
        /// Message queues.
        Msgqueue = "msgqueue",
        /// Nice values.
        Nice = "nice",
        /// Open files. AWS's default on Fargate: 65535.
        Nofile = "nofile",
        /// Processes.
        Nproc = "nproc",
        /// Resident memory.
        Rss = "rss",
        /// Real-time priority.
        Rtprio = "rtprio",
        /// Real-time CPU time.
        Rttime = "rttime",
        /// Waiting signals.
        Sigpending = "sigpending",
        /// Stacks.
        Stack = "stack",
    }
}

properties! {
    /// A container that has to have done something before this one starts.
    ContainerDependency;
    /// The other container.
    one container_name "ContainerName": ContainerName,
    /// What it has to have done before this one starts; `HEALTHY` needs a health check of it.
    one condition "Condition": ContainerCondition,
}

properties! {
    /// A limit of a container's processes.
    Ulimit;
    /// What it limits, as `nofile`, the number of open files.
    one name "Name": UlimitName,
    /// What a process may raise itself to.
    one hard_limit "HardLimit": u32,
    /// What a process starts with.
    one soft_limit "SoftLimit": u32,
}

properties! {
    /// What the kernel grants a container.
    LinuxParameters;
    /// Whether an init process reaps children and passes signals on. AWS's default: false.
    opt init_process_enabled "InitProcessEnabled": bool,
    /// Rights beside Docker's usual ones, or fewer.
    opt_plain capabilities "Capabilities": KernelCapabilities,
}

properties! {
    /// Rights of a container, beside Docker's usual ones.
    KernelCapabilities;
    /// More of them; on Fargate only `SYS_PTRACE`.
    opt_list add "Add": Capability,
    /// Fewer of them.
    opt_list drop "Drop": Capability,
}

properties! {
    /// Whether ECS starts a container again without a new task.
    ContainerRestartPolicy;
    /// Whether it does.
    one enabled "Enabled": bool,
    /// Exit codes after which it does not restart; 50 at most.
    opt_list ignored_exit_codes "IgnoredExitCodes": u32,
    /// How long the container has to have run before it is started again, in seconds.
    /// AWS's default: 300.
    opt restart_attempt_period "RestartAttemptPeriod": Bounded<60, 1800>,
}

properties! {
    /// Where the user name and password of an image's registry are.
    RepositoryCredentials;
    /// The ARN of the secret in Secrets Manager.
    one credentials_parameter "CredentialsParameter": Arn,
}
