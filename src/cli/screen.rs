//! [`Screen`]: stdout for results, stderr for everything else.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};

use super::error::CliError;

/// Where a command writes to. Colours are taken out where they can't be seen or aren't wanted:
/// no terminal, `NO_COLOR`, `--no-color`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen;

impl Screen {
    /// Takes colours out everywhere, of usage errors too.
    pub(crate) fn without_colours() {
        ColorChoice::Never.write_global();
    }

    /// Writes a result.
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
        let _ = writeln!(stream, "{}", text.trim_end_matches('\n')).and_then(|()| stream.flush());
    }

    /// Asks, and leaves the cursor behind the question.
    pub(crate) fn ask(self, question: &str) {
        let mut stream = AutoStream::auto(io::stderr().lock());
        let _ = write!(stream, "{question} ").and_then(|()| stream.flush());
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
