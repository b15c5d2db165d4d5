//! A sign of life while there is nothing else to see.

use std::time::Duration;

use indicatif::ProgressBar;

use super::live::style;
use crate::cli::screen::Screen;

/// Turns until it is told to end. Where lines can't be redrawn, it is not seen.
pub(crate) struct Spinner(Option<ProgressBar>);

impl Spinner {
    /// Begins to turn.
    pub(crate) fn start(screen: Screen, what: &'static str) -> Self {
        Self(screen.is_live().then(|| {
            let bar = ProgressBar::new_spinner();
            let template = match screen.is_coloured() {
                true => "{spinner:.cyan} {msg} {for:.dim}",
                false => "{spinner} {msg} {for}",
            };
            bar.set_style(style(template, None));
            bar.set_message(what);
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        }))
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
