//! [`Stack`] and [`Scope`]: where resources are declared.

mod moved;
mod versions;

use std::{
    any::Any,
    fmt,
    panic::Location,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use jeancloud_model::{
    Address, Facts, Handle, IntoText, Invalid, Region, Resource, ResourceKind, Text,
    ec2::{Allow, DeclaredRule},
    reference, to_json,
};
use serde_json::Value as Json;

pub(crate) use self::moved::Moved;
use crate::{Declare, Lifecycle, View, check};

/// What is wanted of AWS: resources, lookups and outputs, each at an address.
///
/// A stack is built through `&self`, so several scopes can live at once and handles cross between
/// them. Its name and its environment are its identity in an account: whatever it makes is tagged
/// with them.
pub struct Stack {
    name: String,
    environment: Option<String>,
    number: u32,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    declarations: Vec<Declaration>,
    outputs: Vec<DeclaredOutput>,
    moves: Vec<Moved>,
}

/// What `jeancloud output` prints under a name.
#[derive(Clone, Debug)]
pub(crate) struct DeclaredOutput {
    pub(crate) name: String,
    /// With markers for what is known later.
    pub(crate) value: Json,
    /// Addresses in handles that another stack gave.
    pub(crate) foreign: Vec<String>,
}

/// A declared resource or lookup.
#[derive(Clone)]
pub struct Declaration {
    /// Its name in the stack.
    pub address: Address,
    /// Where it lives.
    pub region: Region,
    /// The line that declared it.
    pub at: &'static Location<'static>,
    /// CloudFormation's name of its type.
    pub type_name: &'static str,
    /// The output that identifies it.
    pub id: &'static str,
    /// Whether it is made or only read.
    pub kind: ResourceKind,
    /// What the planner knows of its type.
    pub facts: &'static Facts,
    /// The properties of its type.
    pub property_names: &'static [&'static str],
    /// What the author set, in CloudFormation's shape, with markers for what is known later.
    pub properties: Json,
    /// What the author says about its changes and its end.
    pub lifecycle: Lifecycle,
    /// Addresses in handles that another stack gave.
    pub(crate) foreign: Vec<String>,
    resource: Arc<dyn AnyResource>,
}

impl Declaration {
    /// The resource itself, if it is of this type.
    pub fn resource<R: Resource>(&self) -> Option<&R> {
        self.resource.any().downcast_ref()
    }

    /// Calls `found` with the address and the attribute of every output that it refers to, in its
    /// properties or its lifecycle.
    pub(crate) fn each_reference<'d>(&'d self, found: &mut impl FnMut(&'d str, &'d str)) {
        reference::each(&self.properties, found);
        self.lifecycle.each(found);
    }

    /// Reports every known value that AWS would refuse, with its path.
    pub(crate) fn check_values(&self, found: &mut dyn FnMut(&str, Invalid)) {
        self.resource.check_values(found);
    }
}

impl fmt::Debug for Declaration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut properties = self.properties.clone();
        for path in self.facts.sensitive {
            crate::plan::mask(&mut properties, &path.split('/').collect::<Vec<_>>());
        }
        write!(f, "{} ({}) {properties}", self.address, self.type_name)
    }
}

trait AnyResource: Send + Sync {
    fn any(&self) -> &dyn Any;
    fn check_values(&self, found: &mut dyn FnMut(&str, Invalid));
}

impl<R: Resource> AnyResource for R {
    fn any(&self) -> &dyn Any {
        self
    }

    fn check_values(&self, found: &mut dyn FnMut(&str, Invalid)) {
        jeancloud_model::Checked::check_values(self, "", found);
    }
}

impl Stack {
    /// An empty stack. The name is part of its identity in AWS: letters, digits, `-` and `_`.
    pub fn new(name: impl Into<String>) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        Self {
            name: name.into(),
            environment: None,
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            inner: Mutex::default(),
        }
    }

    /// The same stack for an environment, as `prod` or `staging`: two environments of one stack
    /// live side by side in an account.
    #[must_use]
    pub fn environment(mut self, environment: impl Into<String>) -> Self {
        self.environment = Some(environment.into());
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its identity in an account, the value of the tag `jeancloud:stack`: `name` or
    /// `name/environment`.
    pub fn identity(&self) -> String {
        match &self.environment {
            None => self.name.clone(),
            Some(environment) => format!("{}/{environment}", self.name),
        }
    }

    /// A scope for what lives in `region`; the addresses in it begin with `name/`.
    pub fn region(&self, name: &str, region: Region) -> Scope<'_> {
        Scope {
            stack: self,
            prefix: Address::new(name),
            region,
        }
    }

    /// The scope for what lives in no region: IAM, Route 53, CloudFront. Its addresses begin with
    /// `global/`.
    pub fn global(&self) -> Scope<'_> {
        self.region("global", Region::Global)
    }

    /// Declares what `jeancloud output` prints.
    pub fn output(&self, name: impl Into<String>, value: impl IntoText) {
        let text: Text = value.into_text();
        let mut json = serde_json::to_value(text)
            .unwrap_or_else(|error| panic!("broken invariant: a text does not serialise: {error}"));
        let mut foreign = Vec::new();
        reference::own(&mut json, self.number, &mut |address| {
            foreign.push(address.to_owned());
        });
        self.lock().outputs.push(DeclaredOutput {
            name: name.into(),
            value: json,
            foreign,
        });
    }

    /// Says that what was at the address `from`, and below it, is at `to` now: the state and
    /// jeancloud's own tags follow, and nothing else is touched in AWS. The rules of `scope.allow` follow
    /// both groups that they name.
    ///
    /// It may stay in the program as long as one likes: where nothing is at `from`, it means nothing.
    ///
    /// ```
    /// use jeancloud_model::{Region, cidr, ec2::Vpc};
    /// use jeancloud_stack::{Stack, plan::{Op, between}};
    ///
    /// let version = |name: &str| {
    ///     let stack = Stack::new("web");
    ///     let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build();
    ///     stack.region("france", Region::EuWest3).add(name, vpc);
    ///     stack
    /// };
    /// let after = version("network");
    /// after.moved("france/vpc", "france/network");
    /// let (plan, _report) = between(&version("vpc"), &after)?;
    /// let retag = &plan.actions[0];
    /// assert_eq!((plan.actions.len(), retag.op), (1, Op::Update));
    /// assert_eq!(retag.reason, "moved from france/vpc");
    /// assert_eq!(retag.changes[0].path, "/Tags/jeancloud:address");
    /// # Ok::<(), jeancloud_stack::plan::PlanError>(())
    /// ```
    #[track_caller]
    pub fn moved(&self, from: impl AsRef<str>, to: impl AsRef<str>) {
        self.lock().moves.push(Moved {
            from: Address::new(from.as_ref()),
            to: Address::new(to.as_ref()),
            at: Location::caller(),
        });
    }

    pub(crate) fn moves(&self) -> Vec<Moved> {
        self.lock().moves.clone()
    }

    /// The declared outputs: names and values, with markers for what is known later.
    pub fn outputs(&self) -> Vec<(String, Json)> {
        let outputs = self.declared_outputs().into_iter();
        outputs.map(|output| (output.name, output.value)).collect()
    }

    pub(crate) fn declared_outputs(&self) -> Vec<DeclaredOutput> {
        self.lock().outputs.clone()
    }

    #[cfg(test)]
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// What is declared, in the order of the declarations.
    pub fn declarations(&self) -> Vec<Declaration> {
        self.lock().declarations.clone()
    }

    /// Everything declared, for looking around in.
    pub fn view(&self) -> View {
        View::new(self)
    }

    /// Every mistake and every doubt, in the order of the addresses; see [`check`].
    pub fn check(&self) -> Vec<check::Problem> {
        check::all(&self.view())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stack")
            .field("identity", &self.identity())
            .field("declarations", &self.lock().declarations)
            .finish_non_exhaustive()
    }
}

/// A place in a stack where resources are declared: a region, or a component in one.
///
/// A `Copy` borrow of the stack: hand it to the functions that make up the stack.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'s> {
    stack: &'s Stack,
    prefix: Address,
    region: Region,
}

impl<'s> Scope<'s> {
    /// Declares `resource` at `scope/name`: as it is, or with what [`Declare`] says about its changes
    /// and its end (`vpc.protect()`).
    #[track_caller]
    pub fn add<D: Declare>(&self, name: impl AsRef<str>, resource: D) -> Handle<D::Resource> {
        let (resource, lifecycle) = resource.into_parts();
        self.declare(name.as_ref(), resource, lifecycle)
    }

    #[track_caller]
    fn declare<R: Resource>(&self, name: &str, resource: R, mut lifecycle: Lifecycle) -> Handle<R> {
        let address = versions::here(self.prefix.join(name));
        let mut properties = to_json(&resource);
        let mut foreign = Vec::new();
        reference::own(&mut properties, self.stack.number, &mut |address| {
            foreign.push(address.to_owned());
        });
        lifecycle.own(self.stack.number, &mut |address| {
            foreign.push(address.to_owned());
        });
        self.stack.lock().declarations.push(Declaration {
            address,
            region: self.region,
            at: Location::caller(),
            type_name: R::TYPE,
            id: R::ID,
            kind: R::KIND,
            facts: const { &R::FACTS },
            property_names: R::PROPERTIES,
            properties,
            lifecycle,
            foreign,
            resource: Arc::new(resource),
        });
        Handle::declared_in(self.stack.number, address)
    }

    /// Declares something to look up at `scope/name`: what the stack needs and does not own.
    #[track_caller]
    pub fn lookup<D: Declare>(&self, name: impl AsRef<str>, lookup: D) -> Handle<D::Resource> {
        self.add(name, lookup)
    }

    /// Allows traffic: `scope.allow(tcp(8000).from(&alb_group).to(&task_group))` declares the rule
    /// on each side that is a group.
    #[track_caller]
    pub fn allow(&self, rule: impl Allow) {
        for (name, rule) in rule.rules() {
            match rule {
                DeclaredRule::Ingress(rule) => {
                    self.add(name, rule);
                }
                DeclaredRule::Egress(rule) => {
                    self.add(name, rule);
                }
            }
        }
    }

    /// A scope below this one: its addresses begin with `scope/name/`.
    #[must_use]
    pub fn component(&self, name: impl AsRef<str>) -> Scope<'s> {
        Scope {
            prefix: self.prefix.join(name.as_ref()),
            ..*self
        }
    }

    /// The region that it is in.
    pub fn region(&self) -> Region {
        self.region
    }

    /// The stack that it is in.
    pub fn stack(&self) -> &'s Stack {
        self.stack
    }

    /// What its addresses begin with.
    pub fn address(&self) -> Address {
        self.prefix
    }
}
