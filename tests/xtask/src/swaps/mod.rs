//! `cargo xtask swaps`: each adjacent pair of lines of four generated `run`s, swapped.
//!
//! ```text
//! load(cx)?;            rule(cx)?;          rustc refuses it, or
//! rule(cx)?;     ──▶    load(cx)?;     ──▶  the run ends off the graph, and nothing is written
//! ```

mod cases;
mod compile;
mod trial;
mod variants;

use crate::Failed;
use crate::tools::{root, scratch};
use cases::{Case, SERVICES, SHOP, Service};
use compile::{Built, Program, compile};
use std::path::Path;
use std::process::Command;
use trial::{End, Place};
use variants::{Variant, variants};

pub(crate) const HELP: &str = "\
cargo xtask swaps: swap each adjacent pair of lines of four generated `run`s

Each change must be refused by rustc, or end off the graph with nothing written when it is called over HTTP.
";

/// How many variants ended how.
#[derive(Default)]
struct Counts {
    refused: usize,
    off: usize,
    wrong: Vec<String>,
}

/// `false` if a swapped pair went unnoticed.
pub(crate) fn run() -> Result<bool, Failed> {
    let built = Built::new()?;
    let folder = scratch("swaps")?;
    let mut good = true;
    for service in &SERVICES {
        good &= of_service(service, &built, &folder.join(service.name))?;
    }
    Ok(good)
}

fn of_service(service: &Service, built: &Built, folder: &Path) -> Result<bool, Failed> {
    let generated = built.generated(service.name)?;
    let mut all: Vec<(String, Variant)> = Vec::new();
    for case in service.cases {
        let file = generated.join(format!("{}.rs", case.operation));
        let source =
            std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let of_case = variants(&source)?.into_iter().enumerate();
        all.extend(of_case.map(|(number, variant)| (format!("{}_{number}", case.operation), variant)));
    }
    let program = compile(built, &generated, folder, &all)?;
    let place = seed(service, folder)?;
    let mut good = true;
    for case in service.cases {
        let of_case = all.iter().filter(|(name, _)| {
            name.strip_prefix(case.operation)
                .and_then(|rest| rest.strip_prefix('_'))
                .is_some_and(|number| number.parse::<usize>().is_ok())
        });
        let counts = of_operation(service, case, of_case, &program, &place)?;
        println!(
            "{}: {} pairs do not compile, {} end off the graph with nothing written, {} wrong",
            case.operation,
            counts.refused,
            counts.off,
            counts.wrong.len()
        );
        counts.wrong.iter().for_each(|wrong| println!("  {wrong}"));
        good &= counts.wrong.is_empty() && counts.off > 0;
    }
    Ok(good)
}

fn of_operation<'v>(
    service: &Service,
    case: &Case,
    variants: impl Iterator<Item = &'v (String, Variant)>,
    program: &Program,
    place: &Place,
) -> Result<Counts, Failed> {
    let mut counts = Counts::default();
    let original = || Command::new(service_program(service));
    let as_written: Vec<End> = case
        .calls
        .iter()
        .map(|call| place.call(original(), case.operation, call))
        .collect::<Result<_, _>>()?;
    if as_written.iter().any(|end| !matches!(end, End::Other { status: 200, .. })) {
        return Err(format!("{}: a call that should be answered is not", case.operation));
    }
    for (name, variant) in variants {
        if !program.compiled.contains(name) {
            counts.refused += 1;
            continue;
        }
        let (mut off, mut unnoticed, mut written) = (false, false, false);
        for (call, as_written) in case.calls.iter().zip(&as_written) {
            let mut command = Command::new(&program.path);
            command.env("SWAPPED", name);
            match place.call(command, case.operation, call)? {
                End::Off { written: false } => off = true,
                End::Off { written: true } => written = true,
                other => unnoticed |= other != *as_written,
            }
        }
        let [first, second] = &variant.pair;
        if off && !unnoticed && !written {
            counts.off += 1;
        } else {
            let how = if written { "written" } else { "unnoticed" };
            counts.wrong.push(format!("swapped and {how}: `{first}` and `{second}`"));
        }
    }
    Ok(counts)
}

fn service_program(service: &Service) -> std::path::PathBuf {
    root().join("target").join("debug").join(service.name)
}

/// A database that the variants start from, and a token that may call them.
fn seed(service: &Service, folder: &Path) -> Result<Place, Failed> {
    let shop = folder.join("shop.json");
    std::fs::write(&shop, SHOP).map_err(|error| format!("cannot write {}: {error}", shop.display()))?;
    said(service, folder, &["migrate"])?;
    said(service, folder, service.fill)?;
    let mut add = vec!["token", "add", "swaps"];
    add.extend(service.cases.iter().map(|case| case.capability));
    let printed = said(service, folder, &add)?;
    let token = printed.split_whitespace().find(|word| word.starts_with("opw_"));
    let token = token.ok_or_else(|| format!("no token was printed: {printed}"))?.to_owned();
    Ok(Place { folder: folder.to_path_buf(), token })
}

fn said(service: &Service, folder: &Path, args: &[&str]) -> Result<String, Failed> {
    let mut command = Command::new(service_program(service));
    command.args(args).args(["--database", "sqlite:seeded.db"]).current_dir(folder);
    let done = command.output().map_err(|error| format!("cannot run {}: {error}", service.name))?;
    if !done.status.success() {
        return Err(format!(
            "{} {}: {}",
            service.name,
            args.join(" "),
            String::from_utf8_lossy(&done.stderr)
        ));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}
