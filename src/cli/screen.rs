//! [`Screen`]: stdout for results, stderr for everything else.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use console::Term;

use super::{error::CliError, show::style::wrapped};

/// Where a command writes to. Colours are taken out where they can't be seen or aren't wanted:
/// no terminal, `NO_COLOR`, `--no-color`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen;

impl Screen {
    /// Takes colours out everywhere, of usage errors too.
    pub(crate) fn without_colours() {
        ColorChoice::Never.write_global();
    }

    /// Writes a result that a person reads: on a terminal, long lines are broken between words.
    pub(crate) fn page(self, text: &str) -> Result<(), CliError> {
        self.result(&fitting(text, &Term::stdout()))
    }

    /// Writes a result as it is.
    pub(crate) fn result(self, text: &str) -> Result<(), CliError> {
        let mut stream = AutoStream::auto(io::stdout().lock());
        let written = stream
            .write_all(text.as_bytes())
            .and_then(|()| stream.flush());
        written.map_err(CliError::Output)
    }

    /// Tells something beside the result. Where nobody listens, nothing is lost.
    pub(crate) fn tell(self, text: &str) {
        let mut stream = AutoStream::auto(io::stderr().lock());
        let text = self.fitting(text.trim_end_matches('\n'));
        let _ = writeln!(stream, "{text}").and_then(|()| stream.flush());
    }

    /// Asks, and leaves the cursor behind the question.
    pub(crate) fn ask(self, question: &str) {
        let mut stream = AutoStream::auto(io::stderr().lock());
        let question = self.fitting(question);
        let _ = write!(stream, "{question} ").and_then(|()| stream.flush());
    }

    /// `text` with lines that fit stderr.
    pub(crate) fn fitting(self, text: &str) -> String {
        fitting(text, &Term::stderr())
    }

    /// Whether stderr takes colours.
    pub(crate) fn is_coloured(self) -> bool {
        AutoStream::choice(&io::stderr()) != ColorChoice::Never
    }

    /// Whether lines on stderr can be redrawn.
    pub(crate) fn is_live(self) -> bool {
        io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
    }
}

/// `text` with lines that fit the terminal; as it is where there is none.
fn fitting(text: &str, terminal: &Term) -> String {
    match terminal.size_checked() {
        Some((_, columns)) => wrapped(text, columns.into()),
        None => text.to_owned(),
    }
}
