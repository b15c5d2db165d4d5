//! One value before and after: on a line where both fit, else line by line.

use serde_json::Value as Json;

use super::{
    difference::{Line, compare},
    style::{CREATE, DELETE, FAINT, UPDATE, paint},
    value::{Shown, Values},
};

/// What a change is to a person. A value that is new gets a sign where `signed`.
pub(crate) fn shown(before: &Json, after: &Json, values: Values<'_>, signed: bool) -> Shown {
    match (before, after) {
        (Json::Null, after) if signed => {
            marked(values.show(after), &paint(CREATE, "+").to_string())
        }
        (Json::Null, after) => values.show(after),
        (before, Json::Null) => marked(values.show(before), &paint(DELETE, "-").to_string()),
        (before, after) => match (values.show(before), values.show(after)) {
            (Shown::Line(before), Shown::Line(after)) => {
                Shown::Line(format!("{before} {} {after}", paint(UPDATE, "→")))
            }
            _ => Shown::Block(compared(&values.block(before), &values.block(after))),
        },
    }
}

/// A pointer (RFC 6901) as a person reads it: `/Tags/team~1owner` is `Tags/team/owner`.
pub(crate) fn name(path: &str) -> String {
    path.trim_start_matches('/')
        .replace("~1", "/")
        .replace("~0", "~")
}

fn marked(shown: Shown, sign: &str) -> Shown {
    match shown {
        Shown::Line(line) => Shown::Line(format!("{sign} {line}")),
        Shown::Block(lines) => {
            Shown::Block(lines.iter().map(|line| format!("{sign}  {line}")).collect())
        }
    }
}

// The sign stands apart from the dash of a list's member.
fn compared(before: &[String], after: &[String]) -> Vec<String> {
    let line = |line: &Line<'_>| match line {
        Line::Same(line) => format!("   {line}"),
        Line::Gone(line) => format!("{}  {line}", paint(DELETE, "-")),
        Line::New(line) => format!("{}  {line}", paint(CREATE, "+")),
        Line::Folded(1) => paint(FAINT, "   … 1 line as before").to_string(),
        Line::Folded(number) => paint(FAINT, format!("   … {number} lines as before")).to_string(),
    };
    compare(before, after).iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::style::plain, *};

    #[test]
    fn names_are_read_as_they_are_written() {
        assert_eq!(name("/Tags/team~1owner~0"), "Tags/team/owner~");
    }

    #[test]
    fn long_values_are_compared_line_by_line() {
        let container =
            |image: &str| json!([{"Name": "web", "Image": image, "Ports": [{"Port": 80}]}]);
        let Shown::Block(lines) =
            shown(&container("a:1"), &container("a:2"), Values::known(), true)
        else {
            panic!("a list of objects fits on no line")
        };
        let expected = "-  - Image: a:1\n+  - Image: a:2\n     Name: web\n   … 2 lines as before";
        assert_eq!(plain(&lines.join("\n")), expected);
    }
}
