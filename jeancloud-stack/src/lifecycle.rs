//! [`Declare`]: what can be declared, a resource as it is or with its [`Lifecycle`]: what its author
//! says about its changes and its end.

use std::time::Duration;

use jeancloud_model::{Handle, IntoText, Resource, reference};
use serde_json::{Value as Json, json};

use crate::provider::Marks;

/// What an author says about a resource's changes and its end.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Lifecycle {
    /// See [`Declare::protect`].
    pub protect: bool,
    /// See [`Declare::retain`].
    pub retain: bool,
    /// See [`Declare::ignore_changes`].
    pub ignore_changes: Vec<String>,
    /// See [`Declare::replace_when`]: the values, with markers for what is known later.
    pub replace_when: Vec<Json>,
    /// See [`Declare::depends_on`]: an output's marker each.
    pub depends_on: Vec<Json>,
    /// How long AWS may take.
    pub timeouts: Timeouts,
}

/// How long AWS may take; `None`: as long as each wait says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// See [`Declare::create_timeout`].
    pub create: Option<Duration>,
    /// See [`Declare::update_timeout`].
    pub update: Option<Duration>,
    /// See [`Declare::delete_timeout`].
    pub delete: Option<Duration>,
}

impl Lifecycle {
    /// What stands in its tags.
    pub fn marks(&self) -> Marks {
        Marks {
            protect: self.protect,
            retain: self.retain,
            adopted: false,
        }
    }

    /// Takes the stack's number out of its markers; see [`reference::own`].
    pub(crate) fn own(&mut self, number: u32, foreign: &mut impl FnMut(&str)) {
        for marker in self.replace_when.iter_mut().chain(&mut self.depends_on) {
            reference::own(marker, number, foreign);
        }
    }

    /// Calls `found` with the address and the attribute of everything that it refers to.
    pub(crate) fn each<'l>(&'l self, found: &mut impl FnMut(&'l str, &'l str)) {
        for marker in self.replace_when.iter().chain(&self.depends_on) {
            reference::each(marker, found);
        }
    }
}

/// A resource with its lifecycle: what `.protect()` and its like give, for `scope.add`.
#[derive(Clone, Debug)]
#[must_use = "declare it with `scope.add(\"name\", …)`"]
pub struct WithLifecycle<R> {
    resource: R,
    lifecycle: Lifecycle,
}

/// What can be declared: a resource, and a resource with what its author says about its changes and
/// its end.
///
/// Each method adds one thing and can be followed by others; they stand after `.build()`.
///
/// ```
/// use std::time::Duration;
/// use jeancloud_model::{Region, s3::Bucket};
/// use jeancloud_stack::{Declare, Stack};
///
/// let stack = Stack::new("web");
/// let france = stack.region("france", Region::EuWest3);
/// let bucket = Bucket::builder().build();
/// france.add("photos", bucket.protect().retain().delete_timeout(Duration::from_secs(3600)));
/// assert!(stack.check().is_empty());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no resource",
    label = "a finished resource belongs here; is `.build()` missing?"
)]
pub trait Declare: Sized {
    /// The resource's type.
    type Resource: Resource;

    /// The resource and its lifecycle.
    fn into_parts(self) -> (Self::Resource, Lifecycle);

    /// Refuses every plan that would delete or replace it; `destroy` too.
    ///
    /// The mark is in the state and in AWS, as the tag `jeancloud:protect` (where the type has
    /// tags), so that neither removing the declaration nor losing the state gets around it. The way
    /// out: take `.protect()` away, apply, and delete it then. `state forget` lets go of it without
    /// deleting it.
    ///
    /// ```
    /// use jeancloud_model::{Region, cidr, ec2::Vpc};
    /// use jeancloud_stack::{Declare, Stack, plan::{PlanError, between}};
    ///
    /// let [before, after] = [Stack::new("web"), Stack::new("web")];
    /// let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build();
    /// before.region("france", Region::EuWest3).add("vpc", vpc.protect());
    /// // `after` has no VPC.
    /// let Err(PlanError::Protected(refused)) = between(&before, &after) else { panic!() };
    /// assert_eq!(refused[0].address.as_str(), "france/vpc");
    /// ```
    fn protect(self) -> WithLifecycle<Self::Resource> {
        with(self, |lifecycle| lifecycle.protect = true)
    }

    /// Lets go of it instead of deleting it: when its declaration is removed, when it is replaced,
    /// and when the stack is destroyed.
    ///
    /// It leaves the state, jeancloud's own tags are taken off it, and it stays in AWS. The mark is
    /// in the state and in AWS, as the tag `jeancloud:retain`.
    ///
    /// ```
    /// use jeancloud_model::{Region, s3::Bucket};
    /// use jeancloud_stack::{Declare, Stack, plan::{Op, between}};
    ///
    /// let [before, after] = [Stack::new("web"), Stack::new("web")];
    /// before.region("france", Region::EuWest3).add("photos", Bucket::builder().build().retain());
    /// let (plan, _report) = between(&before, &after)?;
    /// assert_eq!(plan.actions[0].op, Op::Forget);
    /// # Ok::<(), jeancloud_stack::plan::PlanError>(())
    /// ```
    fn retain(self) -> WithLifecycle<Self::Resource> {
        with(self, |lifecycle| lifecycle.retain = true)
    }

    /// Leaves these properties as AWS has them: neither drift nor another value in the program
    /// changes them. What is created takes the program's values.
    ///
    /// A property is named as CloudFormation names it, or by a path into it: `DesiredCount`,
    /// `Tags/Owner`, `DistributionConfig/Enabled`.
    ///
    /// ```
    /// use jeancloud_model::{Region, cidr, ec2::Vpc};
    /// use jeancloud_stack::{Declare, Stack, plan::between};
    ///
    /// let version = |hostnames| {
    ///     let stack = Stack::new("web");
    ///     let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).enable_dns_hostnames(hostnames);
    ///     let vpc = vpc.build().ignore_changes(["EnableDnsHostnames"]);
    ///     stack.region("france", Region::EuWest3).add("vpc", vpc);
    ///     stack
    /// };
    /// let (plan, _report) = between(&version(true), &version(false))?;
    /// assert!(plan.is_empty());
    /// # Ok::<(), jeancloud_stack::plan::PlanError>(())
    /// ```
    fn ignore_changes<P: Into<String>>(
        self,
        properties: impl IntoIterator<Item = P>,
    ) -> WithLifecycle<Self::Resource> {
        with(self, |lifecycle| {
            let properties = properties.into_iter().map(Into::into);
            lifecycle.ignore_changes.extend(properties);
        })
    }

    /// Replaces it when this value is another one than when it was last applied: a text, or another
    /// resource's output.
    ///
    /// The value is remembered in the state. Where the state doesn't know one, because it was lost
    /// or the option is new, the present one is remembered and nothing is replaced.
    ///
    /// ```
    /// use jeancloud_model::{Region, logs::LogGroup};
    /// use jeancloud_stack::{Declare, Stack, plan::between};
    ///
    /// let version = |format: &str| {
    ///     let stack = Stack::new("web");
    ///     let logs = LogGroup::builder().build().replace_when(format);
    ///     stack.region("france", Region::EuWest3).add("logs", logs);
    ///     stack
    /// };
    /// let (plan, _report) = between(&version("1"), &version("2"))?;
    /// assert_eq!(plan.summary.replace, 1);
    /// # Ok::<(), jeancloud_stack::plan::PlanError>(())
    /// ```
    fn replace_when(self, value: impl IntoText) -> WithLifecycle<Self::Resource> {
        let value = serde_json::to_value(value.into_text())
            .unwrap_or_else(|error| panic!("broken invariant: a text does not serialise: {error}"));
        with(self, |lifecycle| lifecycle.replace_when.push(value))
    }

    /// Makes and changes it after `other`, and deletes it before `other`, without a property that
    /// refers to it.
    ///
    /// ```
    /// use jeancloud_model::{Region, cidr, ec2::Vpc, logs::LogGroup};
    /// use jeancloud_stack::{Declare, Stack, plan::between};
    ///
    /// let stack = Stack::new("web");
    /// let france = stack.region("france", Region::EuWest3);
    /// let logs = france.add("logs", LogGroup::builder().build());
    /// let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build();
    /// france.add("vpc", vpc.depends_on(&logs));
    /// let (plan, _report) = between(&Stack::new("web"), &stack)?;
    /// assert_eq!(plan.actions[1].after, [0]);
    /// # Ok::<(), jeancloud_stack::plan::PlanError>(())
    /// ```
    fn depends_on<O: Resource>(self, other: &Handle<O>) -> WithLifecycle<Self::Resource> {
        let marker = json!(other.id().reference());
        with(self, |lifecycle| lifecycle.depends_on.push(marker))
    }

    /// How long its creation may take in AWS, in place of each wait's own bound: that of
    /// `AWS::RDS::DBInstance` is 40 minutes, that of `AWS::EC2::NatGateway` ten, and so on, each
    /// with its source in `jeancloud-aws`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use jeancloud_model::{Region, cidr, ec2::Vpc};
    /// use jeancloud_stack::{Declare, Stack, plan::between};
    ///
    /// let stack = Stack::new("web");
    /// let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build();
    /// let vpc = vpc.create_timeout(Duration::from_secs(60));
    /// stack.region("france", Region::EuWest3).add("vpc", vpc);
    /// let (plan, _report) = between(&Stack::new("web"), &stack)?;
    /// assert_eq!(plan.actions[0].work.timeout, Some(Duration::from_secs(60)));
    /// # Ok::<(), jeancloud_stack::plan::PlanError>(())
    /// ```
    fn create_timeout(self, at_most: Duration) -> WithLifecycle<Self::Resource> {
        with(self, |lifecycle| lifecycle.timeouts.create = Some(at_most))
    }

    /// How long a change in place may take in AWS; as [`create_timeout`](Declare::create_timeout).
    ///
    /// ```
    /// use std::time::Duration;
    /// use jeancloud_model::{Region, cidr, ec2::Vpc};
    /// use jeancloud_stack::{Declare, Stack, plan::{Op, between}};
    ///
    /// let version = |name: &str| {
    ///     let stack = Stack::new("web");
    ///     let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).tag("Name", name).build();
    ///     let vpc = vpc.update_timeout(Duration::from_secs(60));
    ///     stack.region("france", Region::EuWest3).add("vpc", vpc);
    ///     stack
    /// };
    /// let (plan, _report) = between(&version("web"), &version("shop"))?;
    /// assert_eq!(plan.actions[0].op, Op::Update);
    /// assert_eq!(plan.actions[0].work.timeout, Some(Duration::from_secs(60)));
    /// # Ok::<(), jeancloud_stack::plan::PlanError>(())
    /// ```
    fn update_timeout(self, at_most: Duration) -> WithLifecycle<Self::Resource> {
        with(self, |lifecycle| lifecycle.timeouts.update = Some(at_most))
    }

    /// How long its deletion may take in AWS, and how long it is tried again while something else
    /// still uses it: ten minutes where nothing is said. The state remembers it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use jeancloud_model::{Region, s3::Bucket};
    /// use jeancloud_stack::{Declare, Stack, plan::between};
    ///
    /// let stack = Stack::new("web");
    /// let bucket = Bucket::builder().build().delete_timeout(Duration::from_secs(60));
    /// stack.region("france", Region::EuWest3).add("photos", bucket);
    /// let (plan, _report) = between(&stack, &Stack::new("web"))?;
    /// assert_eq!(plan.actions[0].work.timeout, Some(Duration::from_secs(60)));
    /// # Ok::<(), jeancloud_stack::plan::PlanError>(())
    /// ```
    fn delete_timeout(self, at_most: Duration) -> WithLifecycle<Self::Resource> {
        with(self, |lifecycle| lifecycle.timeouts.delete = Some(at_most))
    }
}

fn with<D: Declare>(it: D, say: impl FnOnce(&mut Lifecycle)) -> WithLifecycle<D::Resource> {
    let (resource, mut lifecycle) = it.into_parts();
    say(&mut lifecycle);
    WithLifecycle {
        resource,
        lifecycle,
    }
}

#[diagnostic::do_not_recommend]
impl<R: Resource> Declare for R {
    type Resource = R;

    fn into_parts(self) -> (R, Lifecycle) {
        (self, Lifecycle::default())
    }
}

#[diagnostic::do_not_recommend]
impl<R: Resource> Declare for WithLifecycle<R> {
    type Resource = R;

    fn into_parts(self) -> (R, Lifecycle) {
        (self.resource, self.lifecycle)
    }
}
