//! Losses: what becomes of the data of what a plan deletes.
//!
//! Each text says what the type's handler does (`jeancloud-aws/src/<service>/`), and what AWS does then.
//! Types that hold nothing but what the program declares lose nothing, and are not told.

use std::collections::BTreeMap;

use jeancloud_model::{
    Address, Resource, ec2, ecr, kms, logs,
    rds::{self, DbInstance},
    route53, s3, secrets_manager,
};
use serde_json::Value as Json;

use super::{Loss, Op, PlanInput, draft::Draft, endings::Ending};

/// What is lost by these drafts, whose ends are settled: by their deletions, and by their replacements.
pub(super) fn of<'d>(
    input: PlanInput<'_>,
    drafts: impl IntoIterator<Item = &'d Draft>,
) -> Vec<Loss> {
    let drafts: Vec<&Draft> = drafts.into_iter().collect();
    let made = drafts.iter().filter(|draft| draft.op == Op::Create);
    let made: BTreeMap<(Address, &str), &Draft> = made
        .map(|new| ((new.address, new.type_name.as_str()), *new))
        .collect();
    let mut losses = Vec::new();
    let mut told = Vec::new();
    for old in drafts.iter().filter(|draft| draft.op == Op::Delete) {
        let key = (old.address, old.type_name.as_str());
        let new = made.get(&key).copied();
        told.extend(new.map(|_| key));
        let ending = Ending::of(input, old);
        let back = is_back(old, ending.as_ref(), &drafts);
        losses.extend(ending.and_then(|ending| one(&ending, old, new, back)));
    }
    // Of some the old one is not in the plan: whoever needs the new one is a target, and it is not.
    for (key, new) in made {
        if new.replacement && !told.contains(&key) {
            losses.extend(without(new, "the old one stays for now"));
        }
    }
    losses.sort_by_key(|loss| loss.address);
    losses
}

/// Whether it was to replace one that goes on instead of it.
fn is_back(old: &Draft, ending: Option<&Ending<'_>>, drafts: &[&Draft]) -> bool {
    let made = |it: &&Draft| it.op == Op::Create && it.address == old.address;
    let newest = ending.is_some_and(Ending::is_newest);
    old.replacement && newest && !drafts.iter().any(made)
}

fn one(ending: &Ending<'_>, old: &Draft, new: Option<&Draft>, back: bool) -> Option<Loss> {
    if old.work.forget {
        return without(new?, "the old one stays in AWS, and is let go of");
    }
    if ending.is_going() {
        return without(new?, "the old one is being deleted already");
    }
    let replaced = old.replacement && !back;
    let end = End {
        ending,
        old,
        replaced,
    };
    let Gone { text, detail } = end.gone()?;
    let text = match new.and_then(fresh) {
        Some(fresh) => format!("{fresh}; of the old one: {text}"),
        None if back => format!("of the one that was to replace it: {text}"),
        None if replaced => format!("of the old one: {text}"),
        None => text,
    };
    Some(Loss {
        address: old.address,
        text,
        detail,
    })
}

/// The same of one whose old one is not deleted.
fn without(new: &Draft, old: &str) -> Option<Loss> {
    Some(Loss {
        address: new.address,
        text: format!("{}; {old}", fresh(new)?),
        detail: None,
    })
}

/// What the new one of a replacement lacks.
fn fresh(new: &Draft) -> Option<&'static str> {
    Some(match new.type_name.as_str() {
        rds::DbInstance::TYPE => "the new database is empty",
        s3::Bucket::TYPE => "the new bucket is empty, and no objects move there",
        ecr::Repository::TYPE => "the new repository is empty, and no images move there",
        logs::LogGroup::TYPE => "the new log group is empty",
        kms::Key::TYPE => "the new key can't read what the old one encrypted",
        secrets_manager::Secret::TYPE => "the new secret has another value",
        route53::HostedZone::TYPE if is_private(&new.work.properties) => {
            "the new zone lacks the records that others made"
        }
        route53::HostedZone::TYPE => {
            "the new zone has other name servers, which the domain's registrar has to name, and lacks the records that others made"
        }
        ec2::Eip::TYPE => "the new one is another address",
        _ => return None,
    })
}

/// What becomes of the data of something, and what is this one's alone.
struct Gone {
    text: String,
    detail: Option<String>,
}

impl From<String> for Gone {
    fn from(text: String) -> Self {
        Self { text, detail: None }
    }
}

impl From<&str> for Gone {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// The end of something that is deleted.
struct End<'e> {
    ending: &'e Ending<'e>,
    old: &'e Draft,
    /// Another one comes in its place.
    replaced: bool,
}

impl End<'_> {
    fn gone(&self) -> Option<Gone> {
        Some(match self.old.type_name.as_str() {
            rds::DbInstance::TYPE => self.database(),
            s3::Bucket::TYPE => self.bucket(),
            ecr::Repository::TYPE => self.repository(),
            logs::LogGroup::TYPE => "its log events are deleted with it".into(),
            kms::Key::TYPE => self.key(),
            secrets_manager::Secret::TYPE => self.secret(),
            route53::HostedZone::TYPE => self.zone(),
            ec2::Eip::TYPE => self.address(),
            _ => return None,
        })
    }

    /// [`DeleteDBInstance`] makes the snapshot before it deletes anything.
    ///
    /// [`DeleteDBInstance`]: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
    fn database(&self) -> Gone {
        const SKIP: &str = "jeancloud:SkipFinalSnapshot";
        let none = self
            .property("BackupRetentionPeriod")
            .and_then(Json::as_u64)
            == Some(0);
        let backups = match self.property("DeleteAutomatedBackups") {
            _ if none => "",
            Some(Json::Bool(false)) => {
                "; its automated backups are kept until their retention ends"
            }
            _ => "; its automated backups are deleted with it",
        };
        if self.is_on(SKIP) {
            let who = self.ending.whose(SKIP);
            return format!("its data is lost: no final snapshot is made, {who}{backups}").into();
        }
        Gone {
            text: format!("its data stays in a final snapshot{backups}"),
            detail: self
                .final_snapshot()
                .map(|name| format!("the snapshot is {name}")),
        }
    }

    fn final_snapshot(&self) -> Option<String> {
        let id = self.output("DbiResourceId")?;
        let name = &self.ending.current.observed.id;
        id.starts_with("db-")
            .then(|| DbInstance::final_snapshot(name, id))
    }

    /// [`DeleteBucket`] deletes no bucket that has objects, versions or delete markers.
    ///
    /// [`DeleteBucket`]: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
    fn bucket(&self) -> Gone {
        const EMPTY: &str = "jeancloud:EmptyOnDelete";
        match self.is_on(EMPTY) {
            true => {
                let who = self.ending.whose(EMPTY);
                format!("its objects are deleted with it, every version of them, {who}").into()
            }
            false => {
                "AWS refuses to delete it while it has objects, old versions among them".into()
            }
        }
    }

    /// [`DeleteRepository`] deletes none that has images, unless it is forced.
    ///
    /// [`DeleteRepository`]: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html
    fn repository(&self) -> Gone {
        const EMPTY: &str = "EmptyOnDelete";
        match self.is_on(EMPTY) {
            true => {
                let who = self.ending.whose(EMPTY);
                format!("its images are deleted with it, {who}").into()
            }
            false => "AWS refuses to delete it while it has images".into(),
        }
    }

    /// [`ScheduleKeyDeletion`]: 30 days where nothing is said.
    ///
    /// [`ScheduleKeyDeletion`]: https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
    fn key(&self) -> Gone {
        let days = self.days("PendingWindowInDays");
        Gone {
            text: format!(
                "what it encrypted can't be read any more; AWS keeps it for {days} days, in which `aws kms cancel-key-deletion` and `enable-key` bring it back"
            ),
            detail: Some(format!("the key is {}", self.ending.current.observed.id)),
        }
    }

    /// [`DeleteSecret`]: 30 days where nothing is said.
    ///
    /// [`DeleteSecret`]: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
    fn secret(&self) -> Gone {
        const FORCE: &str = "jeancloud:ForceDeleteWithoutRecovery";
        if self.is_on(FORCE) {
            let who = self.ending.whose(FORCE);
            return format!("its value is lost: there is no recovery window, {who}").into();
        }
        let days = self.days("jeancloud:RecoveryWindowInDays");
        format!(
            "its value can be had back for {days} days, by `aws secretsmanager restore-secret`, and its name stays taken as long"
        )
        .into()
    }

    /// [`DeleteHostedZone`] deletes none that has records beside its own.
    ///
    /// [`DeleteHostedZone`]: https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteHostedZone.html
    fn zone(&self) -> Gone {
        const REFUSED: &str =
            "AWS refuses to delete it while it has records that the stack does not declare";
        // Of a replacement, the new one's name servers are told already.
        match self.replaced || is_private(&self.old.work.properties) {
            true => REFUSED.into(),
            false => format!(
                "its name servers go with it, and another zone of its name has others; {REFUSED}"
            )
            .into(),
        }
    }

    /// [`ReleaseAddress`]: what is released may be somebody else's a moment later.
    ///
    /// [`ReleaseAddress`]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html
    fn address(&self) -> Gone {
        Gone {
            text: "its public address goes back to AWS, which may give it to somebody else"
                .to_owned(),
            detail: self
                .output("PublicIp")
                .map(|ip| format!("the address is {ip}")),
        }
    }

    fn property(&self, name: &str) -> Option<&Json> {
        self.old.work.properties.get(name)
    }

    fn is_on(&self, property: &str) -> bool {
        self.property(property).and_then(Json::as_bool) == Some(true)
    }

    fn days(&self, property: &str) -> u64 {
        /// What KMS and Secrets Manager take where they are told nothing.
        const DAYS: u64 = 30;
        let told = self.property(property).and_then(Json::as_u64);
        told.unwrap_or(DAYS)
    }

    fn output(&self, name: &str) -> Option<&str> {
        self.ending.current.observed.outputs.get(name)?.as_str()
    }
}

fn is_private(zone: &Json) -> bool {
    let vpcs = zone.get("VPCs").and_then(Json::as_array);
    vpcs.is_some_and(|vpcs| !vpcs.is_empty())
}

#[cfg(test)]
mod tests;
