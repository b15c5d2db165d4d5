//! [`pair()`]: which of the things that exist is meant by which declaration.
//!
//! For taking over what something else made. Nothing is guessed: where two things fit equally well,
//! or one fits two declarations, a person has to say which.

use std::collections::BTreeMap;

use jeancloud_model::{Address, ResourceKind, Tagging, reference};
use serde_json::{Map, Value as Json};

use super::{
    Observations, PlanError, by_aws,
    diff::{Comparison, Difference},
    json,
    needs::Needs,
    order, replace, show,
};
use crate::{Declaration, View, provider::Observed};

/// Something that exists and may be what a declaration means.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// CloudFormation's name of its type.
    pub type_name: String,
    /// Where it is.
    pub region: jeancloud_model::Region,
    /// What AWS has of it.
    pub observed: Observed,
}

/// Which candidates are meant, each by its index in the list of them.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Pairs {
    /// Declarations that mean one candidate, and no other declaration means it.
    pub found: Vec<(Address, usize)>,
    /// Declarations that several candidates fit equally well, or that share one.
    pub ambiguous: Vec<(Address, Vec<usize>)>,
    /// Declarations whose nearest candidate differs in what AWS can't change, and in what.
    pub unlike: Vec<(Address, usize, Vec<String>)>,
}

/// Pairs declarations with candidates: by the name that the author gave, else by the properties
/// that AWS can't change, and among those that fit, by the fewest differences.
///
/// `observed` are what is the stack's already and the answers to its lookups. Types that can't say
/// whose they are are left out: they belong to whoever owns their parent.
///
/// ```
/// use jeancloud_model::{Address, Region, cidr, ec2::Vpc};
/// use jeancloud_stack::{Stack, plan::{Candidate, Observations, pair}, provider::Observed};
/// use serde_json::json;
///
/// let stack = Stack::new("web");
/// let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build();
/// stack.region("france", Region::EuWest3).add("vpc", vpc);
/// let exists = |id: &str, block: &str| Candidate {
///     type_name: "AWS::EC2::VPC".into(),
///     region: Region::EuWest3,
///     observed: Observed {
///         id: id.into(),
///         properties: json!({"CidrBlock": block}),
///         outputs: [("VpcId".to_owned(), json!(id))].into(),
///         ownership: None,
///         going: false,
///     },
/// };
/// let mut all = vec![exists("vpc-1", "10.9.0.0/16"), exists("vpc-2", "10.0.0.0/16")];
/// let pairs = pair(&stack.view(), &Observations::default(), &all)?;
/// assert_eq!(pairs.found, [(Address::new("france/vpc"), 1)]);
///
/// all.push(exists("vpc-3", "10.0.0.0/16")); // Nothing is guessed.
/// let pairs = pair(&stack.view(), &Observations::default(), &all)?;
/// assert_eq!(pairs.found, []);
/// assert_eq!(pairs.ambiguous, [(Address::new("france/vpc"), vec![1, 2])]);
/// # Ok::<(), jeancloud_stack::plan::PlanError>(())
/// ```
///
/// # Errors
/// If the stack's references form a circle.
pub fn pair(
    view: &View,
    observed: &Observations,
    candidates: &[Candidate],
) -> Result<Pairs, PlanError> {
    let needs = Needs::new(view);
    let mut pairing = Pairing {
        candidates,
        outputs: known(observed),
        taken: vec![false; candidates.len()],
        pairs: Pairs::default(),
    };
    let declarations = order::declarations(view, &needs)?.into_iter();
    let open: Vec<&Declaration> = declarations
        .filter(|it| it.kind == ResourceKind::Managed && it.facts.tagging != Tagging::None)
        .filter(|it| !observed.resources.contains_key(&it.address))
        .collect();
    // Declarations of one type and region compete; whatever they refer to is of other types, and
    // stands before them.
    for rivals in rivals(open) {
        pairing.compete(rivals);
    }
    Ok(pairing.pairs)
}

/// The properties of an adopted resource that differ from what is declared, that AWS can't change,
/// and that mean nothing any more: they are kept as they are.
pub fn kept(declaration: &Declaration, desired: &Json, observed: &Json) -> Vec<String> {
    let differences = differences(declaration, desired, observed);
    let mut kept: Vec<String> = differences
        .iter()
        .map(Difference::property)
        .filter(|property| declaration.facts.inert.contains(property))
        .map(str::to_owned)
        .collect();
    kept.dedup();
    kept
}

/// The properties of an adopted resource that AWS never tells: they are taken to be as declared. A
/// secret that is generated when it is made is not generated once more.
pub fn untold(declaration: &Declaration, desired: &Json) -> Json {
    let mut untold = Json::Object(Map::new());
    for &property in declaration.facts.write_only {
        let value = desired.get(property);
        if let Some(value) = value.filter(|value| !reference::is_unknown(value)) {
            untold[property] = value.clone();
        }
    }
    for path in declaration.facts.sensitive {
        show::mask(&mut untold, &path.split('/').collect::<Vec<_>>());
    }
    untold
}

fn known(observed: &Observations) -> BTreeMap<Address, BTreeMap<String, Json>> {
    let newest = observed.resources.iter();
    let newest = newest.filter_map(|(address, all)| Some((*address, &all.last()?.observed)));
    let lookups = observed.lookups.iter();
    newest
        .chain(lookups.map(|(address, answer)| (*address, answer)))
        .map(|(address, observed)| (address, observed.outputs.clone()))
        .collect()
}

/// The declarations of each type and region, in the order of their first ones.
fn rivals(declarations: Vec<&Declaration>) -> Vec<Vec<&Declaration>> {
    let mut groups: Vec<Vec<&Declaration>> = Vec::new();
    for declaration in declarations {
        let same = |group: &&mut Vec<&Declaration>| {
            (group[0].type_name, group[0].region) == (declaration.type_name, declaration.region)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(declaration),
            None => groups.push(vec![declaration]),
        }
    }
    groups
}

struct Pairing<'a> {
    candidates: &'a [Candidate],
    outputs: BTreeMap<Address, BTreeMap<String, Json>>,
    taken: Vec<bool>,
    pairs: Pairs,
}

/// How far a candidate is from a declaration: whether its name is another one or none is given, and
/// how many differences there are.
type Distance = (bool, usize);

impl Pairing<'_> {
    fn compete(&mut self, mut rivals: Vec<&Declaration>) {
        loop {
            let bids: Vec<Vec<(Distance, usize)>> =
                rivals.iter().map(|rival| self.bids(rival)).collect();
            let won = (0..rivals.len()).find_map(|at| Some((at, sole_winner(&bids, at)?)));
            let Some((at, candidate)) = won else { break };
            self.found(rivals.remove(at), candidate);
        }
        for rival in rivals {
            self.lost(rival);
        }
    }

    /// What fits, the nearest first.
    fn bids(&self, declaration: &Declaration) -> Vec<(Distance, usize)> {
        let desired = self.desired(declaration);
        let fitting = self.of_its_kind(declaration);
        let mut bids: Vec<(Distance, usize)> = fitting
            .filter_map(|at| {
                let there = &self.candidates[at].observed.properties;
                Some((distance(declaration, &desired, there)?, at))
            })
            .collect();
        bids.sort_unstable();
        bids
    }

    fn of_its_kind(&self, declaration: &Declaration) -> impl Iterator<Item = usize> {
        let kind = (declaration.type_name, declaration.region);
        let candidates = self.candidates.iter().enumerate();
        candidates
            .filter(move |(at, it)| !self.taken[*at] && (&*it.type_name, it.region) == kind)
            .map(|(at, _)| at)
    }

    fn desired(&self, declaration: &Declaration) -> Json {
        let outputs = |address: &str, output: &str| {
            self.outputs
                .get(&Address::new(address))?
                .get(output)
                .cloned()
        };
        reference::resolve(&declaration.properties, declaration.region, &outputs)
    }

    fn found(&mut self, declaration: &Declaration, candidate: usize) {
        let address = declaration.address;
        let outputs = self.candidates[candidate].observed.outputs.clone();
        self.outputs.insert(address, outputs);
        self.taken[candidate] = true;
        self.pairs.found.push((address, candidate));
    }

    fn lost(&mut self, declaration: &Declaration) {
        let bids = self.bids(declaration);
        if !bids.is_empty() {
            let nearest = bids.iter().filter(|bid| bid.0 == bids[0].0);
            let nearest = nearest.map(|(_, at)| *at).collect();
            self.pairs.ambiguous.push((declaration.address, nearest));
            return;
        }
        let desired = self.desired(declaration);
        let unlike = self.of_its_kind(declaration).map(|at| {
            let there = &self.candidates[at].observed.properties;
            (fixed(declaration, &desired, there), at)
        });
        if let Some((properties, at)) = unlike.min_by_key(|(properties, _)| properties.len()) {
            self.pairs
                .unlike
                .push((declaration.address, at, properties));
        }
    }
}

/// The candidate that this one wants most, and that no other wants as much.
fn sole_winner(bids: &[Vec<(Distance, usize)>], at: usize) -> Option<usize> {
    let (distance, candidate) = *bids[at].first()?;
    let no_second = bids[at].get(1).is_none_or(|next| next.0 > distance);
    let mut others = bids.iter().enumerate().filter(|(other, _)| *other != at);
    let no_rival = others.all(|(_, bids)| {
        let mut same = bids.iter().filter(|bid| bid.1 == candidate);
        same.all(|bid| bid.0 > distance)
    });
    (no_second && no_rival).then_some(candidate)
}

/// `None`: it can't be what is meant.
fn distance(declaration: &Declaration, desired: &Json, observed: &Json) -> Option<Distance> {
    let far = differences(declaration, desired, observed).len();
    let name = declaration.facts.name.map(|unique| unique.property);
    let path: Vec<String> = name
        .into_iter()
        .flat_map(|it| it.split('/'))
        .map(str::to_owned)
        .collect();
    let named = match path.is_empty() {
        true => None,
        false => json::get(desired, &path).zip(json::get(observed, &path)),
    };
    match named {
        // Whatever else differs: there can't be a second one of the name.
        Some((wanted, there)) if json::same_scalar(wanted, there) => Some((false, far)),
        Some((wanted, _)) if !reference::is_unknown(wanted) => None,
        _ => fixed(declaration, desired, observed)
            .is_empty()
            .then_some((true, far)),
    }
}

/// The properties that differ and that AWS can't change, but for texts that mean nothing.
fn fixed(declaration: &Declaration, desired: &Json, observed: &Json) -> Vec<String> {
    let mut fixed: Vec<String> = differences(declaration, desired, observed)
        .iter()
        .filter(|difference| replace::is_forced(declaration, difference))
        .map(Difference::property)
        .filter(|property| !declaration.facts.inert.contains(property))
        .map(str::to_owned)
        .collect();
    fixed.dedup();
    fixed
}

/// What is known to differ.
fn differences(declaration: &Declaration, desired: &Json, observed: &Json) -> Vec<Difference> {
    let comparison = Comparison {
        facts: declaration.facts,
        desired,
        applied: None,
        observed,
        moved: &by_aws::movable(declaration.facts),
    };
    let mut found = comparison.differences().found;
    found.retain(|difference| !reference::is_unknown(&difference.after));
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jeancloud_model::{
        Az, Handle, Region, cidr,
        ec2::{InternetGateway, SecurityGroup, Subnet, Vpc},
    };
    use serde_json::json;

    use super::*;
    use crate::Stack;

    fn exists(type_name: &str, id: &str, output: &str, properties: Json) -> Candidate {
        Candidate {
            type_name: type_name.to_owned(),
            region: Region::EuWest3,
            observed: Observed {
                id: id.to_owned(),
                properties,
                outputs: BTreeMap::from([(output.to_owned(), json!(id))]),
                ownership: None,
                going: false,
            },
        }
    }

    fn vpc(id: &str, block: &str) -> Candidate {
        exists("AWS::EC2::VPC", id, "VpcId", json!({"CidrBlock": block}))
    }

    fn subnet(id: &str, vpc: &str, block: &str) -> Candidate {
        let properties =
            json!({"VpcId": vpc, "CidrBlock": block, "AvailabilityZone": "eu-west-3a"});
        exists("AWS::EC2::Subnet", id, "SubnetId", properties)
    }

    /// A VPC with two subnets.
    fn network(stack: &Stack) -> Handle<Vpc> {
        let main = stack.region("main", Region::EuWest3);
        let block = cidr!("10.0.0.0/16");
        let vpc = main.add("vpc", Vpc::builder().cidr_block(block).build());
        for (name, number) in [("one", 1), ("two", 2)] {
            let subnet = Subnet::builder().vpc_id(&vpc).availability_zone(Az::A);
            main.add(name, subnet.cidr_block(block.part(24, number)).build());
        }
        vpc
    }

    fn paired(declare: impl FnOnce(&Stack), candidates: &[Candidate]) -> Pairs {
        let stack = Stack::new("test");
        declare(&stack);
        pair(&stack.view(), &Observations::default(), candidates).expect("no circle")
    }

    fn found(pairs: &Pairs, candidates: &[Candidate]) -> Vec<String> {
        let line = |(address, at): &(Address, usize)| {
            format!("{address} is {}", candidates[*at].observed.id)
        };
        let mut lines: Vec<String> = pairs.found.iter().map(line).collect();
        lines.sort();
        lines
    }

    #[test]
    fn what_cannot_be_changed_tells_things_apart() {
        let candidates = [
            subnet("subnet-2", "vpc-1", "10.0.2.0/24"),
            subnet("subnet-9", "vpc-9", "10.0.1.0/24"),
            subnet("subnet-1", "vpc-1", "10.0.1.0/24"),
            vpc("vpc-9", "10.9.0.0/16"),
            vpc("vpc-1", "10.0.0.0/16"),
        ];
        let pairs = paired(
            |stack| {
                network(stack);
            },
            &candidates,
        );
        let lines = [
            "main/one is subnet-1",
            "main/two is subnet-2",
            "main/vpc is vpc-1",
        ];
        assert_eq!(found(&pairs, &candidates), lines);
        assert_eq!((pairs.ambiguous, pairs.unlike), (vec![], vec![]));
    }

    #[test]
    fn two_that_fit_equally_well_are_left_to_a_person() {
        let candidates = [vpc("vpc-1", "10.0.0.0/16"), vpc("vpc-2", "10.0.0.0/16")];
        let pairs = paired(
            |stack| {
                network(stack);
            },
            &candidates,
        );
        assert_eq!(pairs.found, []);
        assert_eq!(pairs.ambiguous, [(Address::new("main/vpc"), vec![0, 1])]);
    }

    #[test]
    fn one_that_fits_two_declarations_is_left_to_a_person() {
        let gateway = |id| {
            exists(
                "AWS::EC2::InternetGateway",
                id,
                "InternetGatewayId",
                json!({}),
            )
        };
        let candidates = [gateway("igw-1")];
        let pairs = paired(
            |stack| {
                let main = stack.region("main", Region::EuWest3);
                for name in ["one", "two"] {
                    main.add(name, InternetGateway::builder().build());
                }
            },
            &candidates,
        );
        assert_eq!((pairs.found, pairs.ambiguous.len()), (vec![], 2));
    }

    #[test]
    fn a_tag_tells_apart_what_nothing_else_does() {
        let tagged = |id, name| {
            let tags = json!({"Tags": [{"Key": "Name", "Value": name}]});
            exists("AWS::EC2::InternetGateway", id, "InternetGatewayId", tags)
        };
        let candidates = [tagged("igw-1", "two"), tagged("igw-2", "one")];
        let pairs = paired(
            |stack| {
                let main = stack.region("main", Region::EuWest3);
                for name in ["one", "two"] {
                    main.add(name, InternetGateway::builder().tag("Name", name).build());
                }
            },
            &candidates,
        );
        assert_eq!(
            found(&pairs, &candidates),
            ["main/one is igw-2", "main/two is igw-1"]
        );
    }

    #[test]
    fn the_same_name_is_the_same_thing_and_a_description_means_nothing() {
        let group = |id, name, description| {
            let properties =
                json!({"GroupName": name, "GroupDescription": description, "VpcId": "vpc-1"});
            exists("AWS::EC2::SecurityGroup", id, "GroupId", properties)
        };
        let candidates = [
            vpc("vpc-1", "10.0.0.0/16"),
            group("sg-1", "db", "the web"),
            group("sg-2", "web", "Managed by somebody else"),
        ];
        let stack = Stack::new("test");
        let vpc = network(&stack);
        let web = SecurityGroup::in_vpc(&vpc, "web", "the web");
        stack.region("main", Region::EuWest3).add("web", web);
        let view = stack.view();
        let pairs = pair(&view, &Observations::default(), &candidates).expect("no circle");
        assert_eq!(
            found(&pairs, &candidates),
            ["main/vpc is vpc-1", "main/web is sg-2"]
        );
        let web = view.get(Address::new("main/web")).expect("declared");
        let there = &candidates[2].observed.properties;
        assert_eq!(kept(web, &web.properties, there), ["GroupDescription"]);
    }

    /// [`untold`] takes them from there.
    #[test]
    fn what_aws_never_tells_stands_at_the_top() {
        for info in jeancloud_model::catalogue::types() {
            let mut paths = info.facts.write_only.iter();
            let below = paths.find(|path| path.contains('/'));
            assert_eq!(below, None, "of {}", info.type_name);
        }
    }

    #[test]
    fn the_nearest_that_is_another_thing_is_named_with_what_differs() {
        let candidates = [vpc("vpc-1", "10.9.0.0/16")];
        let pairs = paired(
            |stack| {
                network(stack);
            },
            &candidates,
        );
        let unlike = (Address::new("main/vpc"), 0, vec!["CidrBlock".to_owned()]);
        assert_eq!((pairs.found, pairs.unlike), (vec![], vec![unlike]));
    }
}
