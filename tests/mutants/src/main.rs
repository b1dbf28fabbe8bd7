//! Mutation testing of who may do what, and of the rules. cargo-mutants builds once for each change,
//! which is days for rules that only the tests through HTTP prove; here all changes are in one build,
//! and each is switched on for the tests that meet it. Run it from anywhere; it begins where it was left.

#![allow(clippy::print_stderr, clippy::print_stdout)]

mod rewrite;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rewrite::Mutants;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const USAGE: &str = "\
cargo run --release --manifest-path tests/mutants/Cargo.toml [-- OPTION…]
  --seconds N   how long the tests of one mutant may take (120)
  --only TEXT   mutants whose line holds the text
  --again       forget what earlier runs found, and write the mutants anew
Survivors are told as they are found and listed in target/mutants/survivors.";

/// What is mutated, below `api/src`.
const MUTATED: [&str; 3] = ["access", "rules", "workflow.rs"];
/// Tests that take long and prove nothing of these files that others do not.
const LEFT_OUT: [&str; 4] = ["walk::", "of_a_hundred", "t1_memory", "t2_slow"];

/// A test, in which program, and how long it takes.
#[derive(Clone, Debug)]
struct Test {
    program: PathBuf,
    folder: PathBuf,
    name: String,
    takes: Duration,
}

fn main() -> ExitCode {
    match run() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(survivors) => {
            eprintln!("{survivors} mutants survived.");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<usize> {
    let (mut seconds, mut only, mut again) = (120, String::new(), false);
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--seconds" => seconds = arguments.next().ok_or(USAGE)?.parse()?,
            "--only" => only = arguments.next().ok_or(USAGE)?,
            "--again" => again = true,
            _ => return Err(USAGE.into()),
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()?;
    let work = root.join("target/mutants");
    if again {
        for gone in ["tree", "met"] {
            let _ = fs::remove_dir_all(work.join(gone));
        }
        let _ = fs::remove_file(work.join("found"));
    }
    let mutants = written(&root, &work)?;
    eprintln!("{} mutants. Building …", mutants.len());
    let tests = measured(&work)?;
    tried(&work, &mutants, &tests, Duration::from_secs(seconds), &only)
}

/// Copies what git knows, with mutants in the copy. Answers with their lines.
fn written(root: &Path, work: &Path) -> Outcome<Vec<String>> {
    let (tree, list) = (work.join("tree"), work.join("tree/mutants"));
    if !list.exists() {
        fs::create_dir_all(&tree)?;
        let known = Command::new("git")
            .current_dir(root)
            .arg("ls-files")
            .output()?;
        for file in String::from_utf8(known.stdout)?.lines() {
            let copy = tree.join(file);
            fs::create_dir_all(copy.parent().unwrap_or(&tree))?;
            fs::copy(root.join(file), copy)?;
        }
        let mut mutants = Mutants::default();
        let source = tree.join("api/src");
        for file in mutated(&source)? {
            let text = fs::read_to_string(source.join(&file))?;
            fs::write(source.join(&file), mutants.of(&file, &text)?)?;
        }
        fs::write(source.join("mutants.rs"), include_str!("switch.rs"))?;
        let crate_root = fs::read_to_string(source.join("lib.rs"))?;
        let crate_root = crate_root
            .replacen("#![", "#![allow(warnings)]\n#![", 1)
            .replacen(
                "\nmod municipality;",
                "\nmod municipality;\nmod mutants;",
                1,
            );
        fs::write(source.join("lib.rs"), crate_root)?;
        fs::write(&list, mutants.all.join("\n"))?;
    }
    Ok(fs::read_to_string(list)?
        .lines()
        .map(str::to_owned)
        .collect())
}

/// The files to mutate, in order.
fn mutated(source: &Path) -> Outcome<Vec<String>> {
    let mut folders = vec![source.to_owned()];
    let mut files = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.strip_prefix(source)?.to_string_lossy().into_owned();
            let is_meant = name.split('/').any(|part| {
                MUTATED.contains(&part.trim_end_matches(".rs")) || MUTATED.contains(&part)
            });
            if path.is_dir() {
                folders.push(path);
            } else if is_meant && !name.contains("tests") && !name.ends_with("scratch.rs") {
                files.insert(name);
            }
        }
    }
    Ok(files.into_iter().collect())
}

/// Builds the tests and runs each once: how long it takes, and which mutants it meets. Only SQLite, but
/// for what runs on PostgreSQL alone.
fn measured(work: &Path) -> Outcome<BTreeMap<u32, Vec<Test>>> {
    let met = work.join("met");
    fs::create_dir_all(&met)?;
    let mut all = Vec::new();
    for (package, kind, folder) in [("api", "--lib", "api"), ("it", "--test=it", "tests")] {
        let built = Command::new("cargo")
            .current_dir(work.join("tree"))
            .env("CARGO_TARGET_DIR", work.join("build"))
            .args(["test", "--no-run", "-p", package, kind])
            .output()?;
        let said = String::from_utf8_lossy(&built.stderr);
        let program = said
            .lines()
            .rev()
            .find_map(|line| line.split_once("Executable ")?.1.rsplit_once('('));
        let (_, program) = program.ok_or_else(|| said.clone().into_owned())?;
        let program = work.join("tree").join(program.trim_end_matches(')'));
        let folder = work.join("tree").join(folder);
        let listed = Command::new(&program).arg("--list").output()?;
        for line in String::from_utf8(listed.stdout)?.lines() {
            let Some(name) = line.strip_suffix(": test") else {
                continue;
            };
            let is_twice = package == "it" && name.contains("postgres");
            if !is_twice && !LEFT_OUT.iter().any(|part| name.contains(part)) {
                all.push(Test {
                    program: program.clone(),
                    folder: folder.clone(),
                    name: name.to_owned(),
                    takes: Duration::ZERO,
                });
            }
        }
    }
    eprintln!(
        "{} tests, each run once to see which mutants it meets.",
        all.len()
    );
    let tests = Mutex::new(BTreeMap::<u32, Vec<Test>>::new());
    side_by_side(&all, |test| {
        let file = met.join(test.name.replace("::", "-"));
        let began = Instant::now();
        let known = fs::read_to_string(file.with_extension("took")).ok();
        let took = known
            .and_then(|text| text.parse().ok())
            .map(Duration::from_millis);
        let took = took.unwrap_or_else(|| {
            let _ = fs::remove_file(&file);
            let is_good = passes(
                test,
                ("MUTANTS_MET", &file.to_string_lossy()),
                Duration::from_secs(600),
            );
            if !is_good {
                eprintln!("left out, since it fails: {}", test.name);
                let _ = fs::write(&file, "");
            }
            let took = began.elapsed();
            let _ = fs::write(file.with_extension("took"), took.as_millis().to_string());
            took
        });
        let Ok(mut tests) = tests.lock() else { return };
        for number in fs::read_to_string(&file).unwrap_or_default().lines() {
            if let Ok(number) = number.parse() {
                let test = Test {
                    takes: took,
                    ..test.clone()
                };
                tests.entry(number).or_default().push(test);
            }
        }
    });
    let mut tests = tests.into_inner()?;
    // A test that meets few mutants asks more of each: those come first, and the quick ones among them.
    let mut meets = BTreeMap::<String, u32>::new();
    for test in tests.values().flatten() {
        *meets.entry(test.name.clone()).or_default() += 1;
    }
    for tests in tests.values_mut() {
        tests.sort_by_key(|test| test.takes * meets[&test.name]);
    }
    Ok(tests)
}

/// Switches each mutant on until a test fails. Answers with how many survived.
fn tried(
    work: &Path,
    mutants: &[String],
    tests: &BTreeMap<u32, Vec<Test>>,
    within: Duration,
    only: &str,
) -> Outcome<usize> {
    let record = work.join("found");
    let known = fs::read_to_string(&record).unwrap_or_default();
    let known: BTreeMap<u32, String> = known
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(number, found)| Some((number.parse().ok()?, found.to_owned())))
        .filter(|(_, found)| found.starts_with("killed"))
        .collect();
    let numbers: Vec<u32> = (1..).take(mutants.len()).collect();
    let line = |number: u32| mutants[number as usize - 1].as_str();
    let asked: Vec<u32> = numbers
        .into_iter()
        .filter(|number| !known.contains_key(number) && line(*number).contains(only))
        .collect();
    let found = Mutex::new(known);
    let none = Vec::new();
    side_by_side(&asked, |number| {
        let meeting = tests.get(number).unwrap_or(&none);
        let began = Instant::now();
        let mut said = if meeting.is_empty() {
            "met by no test"
        } else {
            "survived"
        }
        .to_owned();
        for (at, test) in meeting.iter().enumerate() {
            if began.elapsed() > within {
                said = format!("survived {at} of {} tests", meeting.len());
                break;
            }
            let patience = 5 * test.takes + Duration::from_secs(120);
            if !passes(test, ("MUTANT", &number.to_string()), patience) {
                said = format!("killed by {}", test.name);
                break;
            }
        }
        if !said.starts_with("killed") {
            println!("{said}: {}", line(*number));
        }
        if let Ok(mut found) = found.lock() {
            found.insert(*number, said);
            let lines = found
                .iter()
                .map(|(number, found)| format!("{number}\t{found}\n"));
            let _ = fs::write(&record, lines.collect::<String>());
        }
    });
    let found = found.into_inner()?;
    let survivors = found
        .iter()
        .filter(|(_, found)| !found.starts_with("killed"));
    let survivors: Vec<_> = survivors
        .map(|(number, found)| format!("{} ({found})\n", line(*number)))
        .collect();
    fs::write(work.join("survivors"), survivors.concat())?;
    Ok(survivors.len())
}

/// Whether a test passes in time. One that takes much longer than before goes in circles. What it
/// leaves behind is removed: thousands of processes would fill the disk and find each other's files.
fn passes(test: &Test, variable: (&str, &str), within: Duration) -> bool {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let own = env::temp_dir().join(format!("mutants-{}-{count}", std::process::id()));
    let passed = fs::create_dir_all(&own).is_ok() && passes_in(&own, test, variable, within);
    let _ = fs::remove_dir_all(&own);
    passed
}

fn passes_in(own: &Path, test: &Test, (name, value): (&str, &str), within: Duration) -> bool {
    let child = Command::new(&test.program)
        .current_dir(&test.folder)
        .args(["--exact", &test.name])
        .env(name, value)
        .env("TMPDIR", own)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else { return false };
    let began = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if began.elapsed() < within => thread::sleep(Duration::from_millis(20)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
    }
}

/// Does the same with each, on as many threads as there are cores.
fn side_by_side<T: Sync>(all: &[T], one: impl Fn(&T) + Sync) {
    let next = Mutex::new(all.iter());
    let cores = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|threads| {
        for _ in 0..cores {
            threads.spawn(|| {
                while let Some(item) = next.lock().ok().and_then(|mut next| next.next()) {
                    one(item);
                }
            });
        }
    });
}
