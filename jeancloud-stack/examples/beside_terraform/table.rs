//! [`Table`] and [`Row`]: single changes, as a stack and as a Terraform configuration say them.
//!
//! ```text
//! let mut vpc = table.of("aws_vpc", |_| Vpc::builder()…build(), json!({"cidr_block": "10.9.0.0/16"}));
//! vpc.change(|it, _| it.enable_dns_hostnames = some(true), json!({"enable_dns_hostnames": true}));
//! ```
//!
//! Terraform's side of each row is a resource of its own beside the others', so that one apply makes
//! all of them and one plan gives all verdicts. `{n}` in it is the row's number, for names that have to
//! be unique.

use std::rc::Rc;

use jeancloud_model::{Input, IntoInput, Placement, Resource};
use jeancloud_stack::Stack;
use serde_json::{Value as Json, json};

use crate::ground::Ground;

/// The name of the resource that a row is about.
pub const SUBJECT: &str = "subject";

/// All rows.
#[derive(Default)]
pub struct Table {
    rows: Vec<Row>,
}

/// One change of one resource.
pub struct Row {
    /// CloudFormation's name of the resource's type.
    pub type_name: &'static str,
    /// Terraform's name of what is changed.
    pub kind: &'static str,
    /// Its arguments before and after.
    pub arguments: [Json; 2],
    /// Terraform's resources that only this row needs.
    pub beside: Json,
    /// Why the two verdicts differ, where they do.
    pub because: Option<Because>,
    before: Rc<dyn Fn(&Stack)>,
    after: Rc<dyn Fn(&Stack)>,
}

/// Why two verdicts differ.
pub struct Because {
    /// In a word.
    pub kind: Kind,
    /// In sentences.
    pub why: &'static str,
    /// AWS's document that says what AWS does.
    pub document: &'static str,
}

/// The kinds of reasons for which two verdicts differ.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// AWS refuses the update that Terraform plans: its plan is no promise there.
    AwsRefuses,
    /// AWS makes the change in place, and Terraform makes another resource.
    TheyReplace,
    /// AWS could make the change in place, and jeancloud makes another resource: another identity.
    WeReplace,
    /// The author removes a property.
    Removed,
}

impl Kind {
    /// As the document says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwsRefuses => {
                "AWS refuses the update that Terraform plans; jeancloud plans the replacement"
            }
            Self::TheyReplace => {
                "AWS makes the change in place, as jeancloud plans; Terraform makes another resource"
            }
            Self::WeReplace => {
                "AWS has a call for the change; what changes is what jeancloud finds it by, so that it makes another resource"
            }
            Self::Removed => {
                "what the author removes goes back to AWS's documented default; Terraform leaves it as it is"
            }
        }
    }
}

/// The rows of one resource type that begin alike.
pub struct Type<'t, R> {
    table: &'t mut Table,
    kind: &'static str,
    base: Rc<dyn Fn(&Ground<'_>) -> R>,
    arguments: Json,
    beside: Json,
}

impl Table {
    /// Rows about this resource, which is Terraform's `kind` with these arguments.
    pub fn of<R: Resource>(
        &mut self,
        kind: &'static str,
        base: impl Fn(&Ground<'_>) -> R + 'static,
        arguments: Json,
    ) -> Type<'_, R> {
        Type {
            table: self,
            kind,
            base: Rc::new(base),
            arguments,
            beside: json!({}),
        }
    }

    /// The rows in their order.
    pub fn rows(self) -> Vec<Row> {
        self.rows
    }
}

impl<R: Resource> Type<'_, R> {
    /// The same with more of Terraform's resources beside: `{KIND: {NAME: ARGUMENTS}}`.
    pub fn beside(mut self, resources: Json) -> Self {
        self.beside = resources;
        self
    }

    /// The same with other properties to begin with.
    pub fn starting(
        &mut self,
        change: impl Fn(&mut R, &Ground<'_>) + 'static,
        patch: Json,
    ) -> Type<'_, R> {
        let mut arguments = self.arguments.clone();
        merge(&mut arguments, patch);
        Type {
            table: self.table,
            kind: self.kind,
            base: changed(&self.base, change),
            arguments,
            beside: self.beside.clone(),
        }
    }

    /// A row: this change of the resource, and of its arguments. Null takes an argument away.
    pub fn change(
        &mut self,
        change: impl Fn(&mut R, &Ground<'_>) + 'static,
        patch: Json,
    ) -> &mut Row {
        let mut after = self.arguments.clone();
        merge(&mut after, patch);
        let row = Row {
            type_name: R::TYPE,
            kind: self.kind,
            arguments: [self.arguments.clone(), after],
            beside: self.beside.clone(),
            because: None,
            before: declaring(self.base.clone()),
            after: declaring(changed(&self.base, change)),
        };
        self.table.rows.push(row);
        let last = self.table.rows.len() - 1;
        &mut self.table.rows[last]
    }
}

impl Row {
    /// Says why the verdicts differ, and which of AWS's documents knows what AWS does.
    pub fn because(&mut self, kind: Kind, why: &'static str, document: &'static str) {
        self.because = Some(Because {
            kind,
            why,
            document,
        });
    }

    /// The parts of its type's name that tell types apart, as `EC2` and `Subnet`.
    pub fn service_and_name(&self) -> (&'static str, &'static str) {
        let (_, rest) = self.type_name.split_once("::").unwrap_or_default();
        rest.split_once("::").unwrap_or_default()
    }

    /// The stack before and after the change.
    pub fn stacks(&self) -> [Stack; 2] {
        [&self.before, &self.after].map(|declare| {
            let stack = Stack::new("beside-terraform");
            declare(&stack);
            stack
        })
    }
}

fn changed<R: Resource>(
    base: &Rc<dyn Fn(&Ground<'_>) -> R>,
    change: impl Fn(&mut R, &Ground<'_>) + 'static,
) -> Rc<dyn Fn(&Ground<'_>) -> R> {
    let base = base.clone();
    Rc::new(move |ground| {
        let mut resource = base(ground);
        change(&mut resource, ground);
        resource
    })
}

fn declaring<R: Resource>(resource: Rc<dyn Fn(&Ground<'_>) -> R>) -> Rc<dyn Fn(&Stack)> {
    Rc::new(move |stack| {
        let ground = Ground::on(stack);
        let scope = match R::FACTS.placement {
            Placement::Global => ground.global,
            Placement::Regional | Placement::Anywhere => ground.main,
        };
        scope.add(SUBJECT, resource(&ground));
    })
}

/// A JSON merge patch (RFC 7396) of the members of an object.
fn merge(object: &mut Json, patch: Json) {
    let (Json::Object(members), Json::Object(patch)) = (object, patch) else {
        panic!("broken invariant: arguments are an object");
    };
    for (name, value) in patch {
        match value {
            Json::Null => members.remove(&name),
            value => members.insert(name, value),
        };
    }
}

/// A property's value.
pub fn known<T>(value: impl IntoInput<T>) -> Input<T> {
    value.into_input()
}

/// An optional property's value.
pub fn some<T>(value: impl IntoInput<T>) -> Option<Input<T>> {
    Some(value.into_input())
}
