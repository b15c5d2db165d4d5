//! [`FargateSize`]: the pairs of CPU and memory that Fargate runs.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};

use crate::{
    Checked, Invalid,
    shape::{Member, Shape, Shaped},
};

/// AWS's rule, for messages.
const RULE: &str = "Fargate runs 256 CPU units with 512, 1024 or 2048 MiB; 512 with 1 to 4 GiB; 1024 with 2 to 8; \
     2048 with 4 to 16; 4096 with 8 to 30; 8192 with 16 to 60 by 4; 16384 with 32 to 120 by 8";
const DOCUMENT: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html";

macro_rules! sizes {
    ($($name:ident = $cpu:literal, $memory:literal;)*) => {
        /// A pair of CPU and memory that Fargate runs; another can't be written.
        ///
        /// 1024 CPU units are one vCPU. Follows "Task CPU and memory" of the ECS developer guide.
        /// Windows containers want 1024 CPU units or more.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum FargateSize {
            $(#[doc = concat!(stringify!($cpu), " CPU units, ", stringify!($memory), " MiB.")] $name),*
        }

        impl FargateSize {
            /// Every size, the smallest first.
            pub const ALL: &'static [FargateSize] = &[$(FargateSize::$name),*];

            /// The CPU units: 1024 are one vCPU.
            pub const fn cpu(self) -> u32 {
                match self { $(FargateSize::$name => $cpu),* }
            }

            /// The memory, in MiB.
            pub const fn memory(self) -> u32 {
                match self { $(FargateSize::$name => $memory),* }
            }
        }
    };
}

sizes! {
    Cpu256Mb512 = 256, 512;
    Cpu256Gb1 = 256, 1024;
    Cpu256Gb2 = 256, 2048;
    Cpu512Gb1 = 512, 1024;
    Cpu512Gb2 = 512, 2048;
    Cpu512Gb3 = 512, 3072;
    Cpu512Gb4 = 512, 4096;
    Cpu1024Gb2 = 1024, 2048;
    Cpu1024Gb3 = 1024, 3072;
    Cpu1024Gb4 = 1024, 4096;
    Cpu1024Gb5 = 1024, 5120;
    Cpu1024Gb6 = 1024, 6144;
    Cpu1024Gb7 = 1024, 7168;
    Cpu1024Gb8 = 1024, 8192;
    Cpu2048Gb4 = 2048, 4096;
    Cpu2048Gb5 = 2048, 5120;
    Cpu2048Gb6 = 2048, 6144;
    Cpu2048Gb7 = 2048, 7168;
    Cpu2048Gb8 = 2048, 8192;
    Cpu2048Gb9 = 2048, 9216;
    Cpu2048Gb10 = 2048, 10240;
    Cpu2048Gb11 = 2048, 11264;
    Cpu2048Gb12 = 2048, 12288;
    Cpu2048Gb13 = 2048, 13312;
    Cpu2048Gb14 = 2048, 14336;
    Cpu2048Gb15 = 2048, 15360;
    Cpu2048Gb16 = 2048, 16384;
    Cpu4096Gb8 = 4096, 8192;
    Cpu4096Gb9 = 4096, 9216;
    Cpu4096Gb10 = 4096, 10240;
    Cpu4096Gb11 = 4096, 11264;
    Cpu4096Gb12 = 4096, 12288;
    Cpu4096Gb13 = 4096, 13312;
    Cpu4096Gb14 = 4096, 14336;
    Cpu4096Gb15 = 4096, 15360;
    Cpu4096Gb16 = 4096, 16384;
    Cpu4096Gb17 = 4096, 17408;
    Cpu4096Gb18 = 4096, 18432;
    Cpu4096Gb19 = 4096, 19456;
    Cpu4096Gb20 = 4096, 20480;
    Cpu4096Gb21 = 4096, 21504;
    Cpu4096Gb22 = 4096, 22528;
    Cpu4096Gb23 = 4096, 23552;
    Cpu4096Gb24 = 4096, 24576;
    Cpu4096Gb25 = 4096, 25600;
    Cpu4096Gb26 = 4096, 26624;
    Cpu4096Gb27 = 4096, 27648;
    Cpu4096Gb28 = 4096, 28672;
    Cpu4096Gb29 = 4096, 29696;
    Cpu4096Gb30 = 4096, 30720;
    Cpu8192Gb16 = 8192, 16384;
    Cpu8192Gb20 = 8192, 20480;
    Cpu8192Gb24 = 8192, 24576;
    Cpu8192Gb28 = 8192, 28672;
    Cpu8192Gb32 = 8192, 32768;
    Cpu8192Gb36 = 8192, 36864;
    Cpu8192Gb40 = 8192, 40960;
    Cpu8192Gb44 = 8192, 45056;
    Cpu8192Gb48 = 8192, 49152;
    Cpu8192Gb52 = 8192, 53248;
    Cpu8192Gb56 = 8192, 57344;
    Cpu8192Gb60 = 8192, 61440;
    Cpu16384Gb32 = 16384, 32768;
    Cpu16384Gb40 = 16384, 40960;
    Cpu16384Gb48 = 16384, 49152;
    Cpu16384Gb56 = 16384, 57344;
    Cpu16384Gb64 = 16384, 65536;
    Cpu16384Gb72 = 16384, 73728;
    Cpu16384Gb80 = 16384, 81920;
    Cpu16384Gb88 = 16384, 90112;
    Cpu16384Gb96 = 16384, 98304;
    Cpu16384Gb104 = 16384, 106496;
    Cpu16384Gb112 = 16384, 114688;
    Cpu16384Gb120 = 16384, 122880;
}

impl FargateSize {
    /// The size of so many CPU units and MiB, where Fargate has it: for sizes that come from
    /// outside of the program.
    ///
    /// # Errors
    /// Where Fargate has no such pair; the hint names the memory that fits, or the CPU units.
    pub fn new(cpu: u32, memory: u32) -> Result<Self, Invalid> {
        let exact = |size: &&Self| size.cpu() == cpu && size.memory() == memory;
        Self::ALL.iter().find(exact).copied().ok_or_else(|| {
            let wrong = format!("Fargate runs no task of {cpu} CPU units and {memory} MiB");
            let with_cpu: Vec<String> = (Self::ALL.iter())
                .filter(|size| size.cpu() == cpu)
                .map(|size| size.memory().to_string())
                .collect();
            let hint = match with_cpu.is_empty() {
                true => "CPU units are 256, 512, 1024, 2048, 4096, 8192 or 16384".to_owned(),
                false => format!("with {cpu} CPU units: {} MiB", with_cpu.join(", ")),
            };
            Invalid::new(wrong, RULE).hint(hint).document(DOCUMENT)
        })
    }

    /// The size that AWS writes as these two numbers.
    pub fn from_aws(cpu: &str, memory: &str) -> Option<Self> {
        Self::new(cpu.parse().ok()?, memory.parse().ok()?).ok()
    }
}

impl fmt::Display for FargateSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.cpu(), self.memory())
    }
}

impl FromStr for FargateSize {
    type Err = Invalid;

    /// From `256/512`: CPU units and MiB.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let numbers = text.split_once('/').and_then(|(cpu, memory)| {
            Some((cpu.trim().parse().ok()?, memory.trim().parse().ok()?))
        });
        let Some((cpu, memory)) = numbers else {
            let wrong = format!("`{text}` is no size of a task");
            return Err(Invalid::new(wrong, RULE).hint("write CPU units and MiB, as 256/512"));
        };
        Self::new(cpu, memory)
    }
}

// CloudFormation spreads the pair over two properties, and writes both as strings.
impl Serialize for FargateSize {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("Cpu", &self.cpu().to_string())?;
        map.serialize_entry("Memory", &self.memory().to_string())?;
        map.end()
    }
}

#[derive(Deserialize)]
struct Pair {
    #[serde(rename = "Cpu")]
    cpu: String,
    #[serde(rename = "Memory")]
    memory: String,
}

impl<'de> Deserialize<'de> for FargateSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Pair { cpu, memory } = Pair::deserialize(deserializer)?;
        Self::from_aws(&cpu, &memory).ok_or_else(|| {
            serde::de::Error::custom(format!("no Fargate size: {cpu} CPU units, {memory} MiB"))
        })
    }
}

impl Shaped for FargateSize {
    fn shape() -> Shape {
        Shape::Object(vec![Member::value("Cpu"), Member::value("Memory")])
    }
}

impl Checked for FargateSize {
    fn check_values(&self, _: &str, _: &mut dyn FnMut(&str, Invalid)) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_awss_table() {
        assert_eq!(FargateSize::ALL.len(), 3 + 4 + 7 + 13 + 23 + 12 + 12);
        assert_eq!(FargateSize::new(256, 512), Ok(FargateSize::Cpu256Mb512));
        assert_eq!(FargateSize::new(8192, 20_480), Ok(FargateSize::Cpu8192Gb20));
        assert!(FargateSize::new(8192, 18_432).is_err());
        let refused = FargateSize::new(256, 4096).expect_err("256 goes up to 2048");
        assert_eq!(
            refused.hint.as_deref(),
            Some("with 256 CPU units: 512, 1024, 2048 MiB")
        );
    }

    #[test]
    fn a_size_parses_from_what_it_shows() {
        for size in FargateSize::ALL {
            assert_eq!(size.to_string().parse::<FargateSize>().as_ref(), Ok(size));
        }
        assert!("256".parse::<FargateSize>().is_err());
    }
}
