//! Taking secrets out of what AWS answers: its messages repeat the values that they complain of.

use std::collections::BTreeSet;

use jeancloud_model::{Facts, catalogue};

use crate::{
    plan::{Action, secrets_in},
    provider::ProviderError,
};

/// An error without the values of the action that must not be shown.
pub(super) fn error(action: &Action, mut error: ProviderError) -> ProviderError {
    let secrets = secrets(action);
    error.message = without(&secrets, error.message);
    error.hint = error.hint.map(|hint| without(&secrets, hint));
    error
}

/// A text without the values of the action that must not be shown.
pub(super) fn text(action: &Action, text: String) -> String {
    without(&secrets(action), text)
}

fn without(secrets: &BTreeSet<String>, mut text: String) -> String {
    for secret in secrets {
        text = text.replace(secret, "(sensitive)");
    }
    text
}

fn secrets(action: &Action) -> BTreeSet<String> {
    let mut types = catalogue::types().iter();
    let info = types.find(|info| info.type_name == action.type_name);
    let facts = info.map_or(&Facts::DEFAULT, |info| &info.facts);
    let work = &action.work;
    let all = [&work.properties, &work.declared, &work.before].into_iter();
    all.flat_map(|properties| secrets_in(facts, properties))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_taken_out_of_a_text() {
        let found = BTreeSet::from(["hunter2".to_owned(), "swordfish".to_owned()]);
        let message = without(&found, "hunter2 is no swordfish, anne".to_owned());
        assert_eq!(message, "(sensitive) is no (sensitive), anne");
    }
}
