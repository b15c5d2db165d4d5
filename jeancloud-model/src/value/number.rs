//! Numbers with bounds: [`Port`] and [`Bounded`].

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Given, Input, IntoInput, Invalid, Value};

/// A TCP or UDP port, 1 to 65535. [`port!`](crate::port!) checks a literal when compiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Port(u16);

impl Port {
    /// The port with this number; 0 is refused by the stack's check.
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// For `port!`: stops the compilation where the number is no port.
    #[track_caller]
    pub const fn literal(number: u32) -> Self {
        if number == 0 || number > 65_535 {
            panic!("port!: a port is between 1 and 65535");
        }
        Self(number as u16)
    }

    /// The number.
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Value for Port {
    const NAME: &'static str = "Port";

    fn check(&self) -> Result<(), Invalid> {
        if self.0 == 0 {
            return Err(Invalid::new(
                "0 is no port",
                "a port is between 1 and 65535",
            ));
        }
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl IntoInput<Port> for u16 {
    fn into_input(self) -> Input<Port> {
        Input::Known(Port(self))
    }
}

/// A port whose number is checked when compiling: `port!(8000)`.
#[macro_export]
macro_rules! port {
    ($number:literal) => {{
        const PORT: $crate::Port = $crate::Port::literal($number);
        PORT
    }};
}

/// A whole number from `MIN` to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bounded<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Bounded<MIN, MAX> {
    /// This number; one outside the bounds is refused by the stack's check.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The number, as the SDK takes it.
    pub const fn to_i32(self) -> i32 {
        self.0 as i32
    }
}

impl<const MIN: u32, const MAX: u32> fmt::Display for Bounded<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<const MIN: u32, const MAX: u32> Value for Bounded<MIN, MAX> {
    const NAME: &'static str = "number";

    fn check(&self) -> Result<(), Invalid> {
        if (MIN..=MAX).contains(&self.0) {
            return Ok(());
        }
        let wrong = format!("{} is not between {MIN} and {MAX}", self.0);
        Err(Invalid::new(wrong, "AWS takes numbers within these bounds"))
    }
}

#[diagnostic::do_not_recommend]
impl<const MIN: u32, const MAX: u32> IntoInput<Bounded<MIN, MAX>> for u32 {
    fn into_input(self) -> Input<Bounded<MIN, MAX>> {
        Input::Known(Bounded(self))
    }
}

impl<const MIN: u32, const MAX: u32> crate::text::Hole for Bounded<MIN, MAX> {
    fn hole(&self) -> crate::text::Piece {
        crate::text::Piece::Known(self.0.to_string())
    }
}

const _: () = {
    const fn given<T: Given>() {}
    given::<u32>();
};
