//! `cargo xtask sabotage`: plausible bugs, planted one at a time; a test has to find each of them.
//!
//! ```text
//! tests/xtask/sabotage/07_….patch ──▶ a copy of the work tree ──▶ the tests that it names ──▶ all others ──▶ caught, or not
//! ```
//!
//! The work tree itself is never touched. Copy and copies of what is built lie in `target/sabotage`.

mod copy;
mod patch;
mod trial;

use crate::Failed;
use crate::needs::Needs;
use crate::tools::root;
use copy::Copy;
use patch::Patch;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use trial::{End, Tests};

pub(crate) const HELP: &str = "\
cargo xtask sabotage: plant plausible bugs, one at a time, and see a test fail for each

  NUMBER…    only the patches of these numbers
  --check    only see that every patch still applies
  --named    run the tests that a patch names, and no others

The patches are in tests/xtask/sabotage. Each says which bug it plants, and which tests are run first: the rest only if none
of these fails. What is not caught shows what no test looks at. The work tree is copied to target/sabotage and is not touched.
";

/// How a patch ended.
enum Found {
    Caught { by: String, named: bool },
    Survived,
    Wrong(String),
}

/// Runs it; `false` if a patch survives, or does not apply.
pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<bool, Failed> {
    let Some(options) = options(parser).map_err(|error| format!("{error}\n\n{HELP}"))? else {
        print!("{HELP}");
        return Ok(true);
    };
    let numbers = &options.numbers;
    let mut patches = patch::all()?;
    if let Some(unknown) = numbers.iter().find(|it| patches.iter().all(|patch| patch.number() != **it)) {
        return Err(format!("there is no patch {unknown}; they are in {}", patch::FOLDER));
    }
    patches.retain(|patch| numbers.is_empty() || numbers.contains(patch.number()));
    if options.check { check(&patches) } else { plant(&patches, options.named) }
}

/// What is asked for.
#[derive(Default)]
struct Options {
    /// The numbers of the patches; all if there are none.
    numbers: BTreeSet<String>,
    /// Whether it is only seen that they apply.
    check: bool,
    /// Whether only the tests are run that they name.
    named: bool,
}

/// `None` asks for help.
fn options(parser: &mut lexopt::Parser) -> Result<Option<Options>, lexopt::Error> {
    let mut options = Options::default();
    while let Some(argument) = parser.next()? {
        match argument {
            lexopt::Arg::Long("help") | lexopt::Arg::Short('h') => return Ok(None),
            lexopt::Arg::Long("check") => options.check = true,
            lexopt::Arg::Long("named") => options.named = true,
            lexopt::Arg::Value(number) => {
                options.numbers.insert(number.to_string_lossy().into_owned());
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(options))
}

/// Whether every patch applies to the work tree as it is: the cheap part, for `cargo xtask test`.
pub(crate) fn step() -> Result<bool, Failed> {
    check(&patch::all()?)
}

fn check(patches: &[Patch]) -> Result<bool, Failed> {
    let mut good = true;
    for patch in patches {
        if let Err(why) = patch.applies_to(&root()) {
            println!("{}: {why}\n{}", patch.name, patch::MEND);
            good = false;
        }
    }
    println!("{} patches apply", if good { "all" } else { "not all" });
    Ok(good)
}

fn plant(patches: &[Patch], only_named: bool) -> Result<bool, Failed> {
    let needs = Needs::new().postgres().dot();
    for (tests, why) in &needs.missing {
        println!("without {tests} more may survive: {why}");
    }
    let copy = Copy::new()?;
    let mut tests = Tests::new(&copy, needs.env());
    println!("without a patch, the tests that are run first:");
    for first in patches.iter().map(|patch| patch.first.as_str()).collect::<BTreeSet<&str>>() {
        tests.pass(first)?;
    }
    let (mut survived, mut wrong) = (0, 0);
    for patch in patches {
        let start = Instant::now();
        let found = plant_one(patch, &copy, &mut tests, only_named)?;
        survived += usize::from(matches!(found, Found::Survived));
        wrong += usize::from(matches!(found, Found::Wrong(_)));
        say(patch, &found, start.elapsed());
    }
    let caught = patches.len() - survived - wrong;
    println!("{caught} caught, {survived} survived, {wrong} could not be planted");
    Ok(survived + wrong == 0)
}

fn plant_one(patch: &Patch, copy: &Copy, tests: &mut Tests<'_>, only_named: bool) -> Result<Found, Failed> {
    if let Err(why) = patch.applies_to(&copy.tree) {
        return Ok(Found::Wrong(format!("{why}\n{}", patch::MEND)));
    }
    let planted = copy.plant(patch)?;
    let mut end = tests.run(&patch.first)?;
    let named = !matches!(end, End::Passed);
    if !named && !only_named {
        // What else fails has to be told from what fails anyway.
        copy.restore(&planted)?;
        tests.pass("")?;
        copy.plant(patch)?;
        end = tests.run("")?;
    }
    copy.restore(&planted)?;
    Ok(match end {
        End::Failed(by) => Found::Caught { by, named },
        End::Passed => Found::Survived,
        End::NotBuilt(why) => {
            Found::Wrong(format!("it does not build, so it is no bug that tests could find:\n{why}"))
        }
    })
}

fn say(patch: &Patch, found: &Found, took: Duration) {
    let (name, took) = (&patch.name, took.as_secs_f64());
    match found {
        Found::Caught { by, named: true } => println!("{name:<40} {took:>5.0} s  caught by {by}"),
        Found::Caught { by, named: false } => {
            println!("{name:<40} {took:>5.0} s  caught by {by}; name its target in `first:`");
        }
        Found::Survived => {
            println!("{name:<40} {took:>5.0} s  SURVIVED: no test fails. Write the one that does:");
            println!("{}", patch.why);
        }
        Found::Wrong(why) => println!("{name:<40} {took:>5.0} s  WRONG: {why}"),
    }
}
