//! [`View`]: a stack's declarations, for looking around in.

use std::{collections::BTreeMap, ops::Deref};

use jeancloud_model::{Address, Input, Reference, Resource, Value};

use crate::{
    Declaration, Stack,
    stack::{DeclaredOutput, Moved},
};

/// What a stack declares, indexed: how checks and the planner look at it.
pub struct View {
    stack: String,
    declarations: Vec<Declaration>,
    outputs: Vec<DeclaredOutput>,
    moves: Vec<Moved>,
    by_address: BTreeMap<Address, usize>,
}

/// A declaration whose type is known.
#[derive(Debug)]
pub struct Declared<'v, R> {
    /// The declaration: address, region, source line.
    pub declaration: &'v Declaration,
    /// The resource.
    pub resource: &'v R,
}

impl<R> Clone for Declared<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Declared<'_, R> {}

impl<R> Declared<'_, R> {
    /// Its address.
    pub fn address(&self) -> Address {
        self.declaration.address
    }
}

impl<R> Deref for Declared<'_, R> {
    type Target = R;

    fn deref(&self) -> &R {
        self.resource
    }
}

impl View {
    /// A view of what `stack` declares now.
    pub fn new(stack: &Stack) -> Self {
        let declarations = stack.declarations();
        let mut by_address = BTreeMap::new();
        for (index, declaration) in declarations.iter().enumerate() {
            by_address.entry(declaration.address).or_insert(index);
        }
        Self {
            stack: stack.identity(),
            declarations,
            outputs: stack.declared_outputs(),
            moves: stack.moves(),
            by_address,
        }
    }

    /// The stack's identity.
    pub fn stack(&self) -> &str {
        &self.stack
    }

    /// Every declaration, in the order of declaring.
    pub fn declarations(&self) -> &[Declaration] {
        &self.declarations
    }

    /// What the stack shows of itself.
    pub(crate) fn outputs(&self) -> &[DeclaredOutput] {
        &self.outputs
    }

    /// The renamings, as declared.
    pub(crate) fn moves(&self) -> &[Moved] {
        &self.moves
    }

    /// Where what was at `address` is now: where the stack says that it was moved to.
    pub fn moved(&self, address: Address) -> Address {
        let mut here = address;
        // A chain has no more links than there are renamings; a circle is refused by the checks.
        for _ in &self.moves {
            // What is declared is where it is.
            if self.get(here).is_some() {
                break;
            }
            // The renaming that says most about it, of several the first: what was in a component may have
            // gone elsewhere.
            let renamings = self.moves.iter().rev();
            let goes =
                renamings.filter_map(|moved| Some((moved.from.as_str().len(), moved.of(here)?)));
            let Some((_, next)) = goes.max_by_key(|(said, _)| *said) else {
                break;
            };
            here = next;
        }
        here
    }

    /// The addresses at which what is at `address` may have been before.
    pub(crate) fn formerly(&self, address: Address) -> Vec<Address> {
        let mut all = vec![address];
        let mut next = 0;
        while let Some(&here) = all.get(next) {
            let back = self.moves.iter().filter_map(|moved| moved.back(here));
            let news: Vec<Address> = back.filter(|from| !all.contains(from)).collect();
            all.extend(news);
            next += 1;
        }
        all.split_off(1)
    }

    /// What is declared at `address`, first.
    pub fn get(&self, address: Address) -> Option<&Declaration> {
        self.by_address
            .get(&address)
            .map(|index| &self.declarations[*index])
    }

    /// Every declaration of a type.
    pub fn all<R: Resource>(&self) -> impl Iterator<Item = Declared<'_, R>> {
        self.declarations.iter().filter_map(|declaration| {
            let resource = declaration.resource::<R>()?;
            Some(Declared {
                declaration,
                resource,
            })
        })
    }

    /// The declared resource of type `R` whose output a property takes: `view.target::<Vpc>(&subnet.vpc_id)`.
    pub fn target<R: Resource>(&self, input: &Input<impl Value>) -> Option<Declared<'_, R>> {
        self.referred(input.reference()?)
    }

    /// The declared resource of type `R` that `reference` names.
    pub fn referred<R: Resource>(&self, reference: Reference) -> Option<Declared<'_, R>> {
        let declaration = self.get(reference.address)?;
        let resource = declaration.resource::<R>()?;
        Some(Declared {
            declaration,
            resource,
        })
    }

    /// Whether two inputs certainly name the same thing: equal values, or outputs of one resource.
    pub fn same<T: Value>(&self, one: &Input<T>, other: &Input<T>) -> bool {
        match (one, other) {
            (Input::Known(one), Input::Known(other)) => one == other,
            (Input::Output(one), Input::Output(other)) => {
                one.address == other.address && one.output == other.output
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use jeancloud_model::Region;
    use jeancloud_model::s3::Bucket;

    use super::*;

    #[test]
    fn the_renaming_that_says_most_is_the_one_that_counts() {
        for turned in [false, true] {
            let stack = Stack::new("s");
            let main = stack.region("main", Region::EuWest3);
            main.add("new/photos", Bucket::builder().build());
            main.add("films", Bucket::builder().build());
            let mut moves = [("main/old", "main/new"), ("main/old/films", "main/films")];
            if turned {
                moves.reverse();
            }
            for (from, to) in moves {
                stack.moved(from, to);
            }
            let goes = |from: &str| stack.view().moved(Address::new(from)).as_str();
            assert_eq!(goes("main/old/photos"), "main/new/photos");
            assert_eq!(goes("main/old/films"), "main/films");
        }
    }
}
