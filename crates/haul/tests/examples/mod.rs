//! Fenced blocks of a page, and how each kind is run.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Returns the project's folder.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Returns the project's pages in Markdown, as paths relative to its folder.
pub fn pages() -> Vec<String> {
    let mut pages = Vec::new();
    let mut folders = vec![String::new(), "docs/".into(), "examples/".into(), "seeds/".into()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(project().join(&folder)).unwrap().map(Result::unwrap) {
            let name = format!("{folder}{}", entry.file_name().to_string_lossy());
            // From the project's own folder, take only the files; its folders are named above.
            if entry.file_type().unwrap().is_dir() {
                folders.extend((!folder.is_empty()).then(|| name + "/"));
            } else if name.ends_with(".md") {
                pages.push(name);
            }
        }
    }
    pages
}

/// A page of Markdown.
pub struct Page {
    name: String,
    text: String,
}

/// A fenced block of a page.
pub struct Block {
    /// Text after the opening fence.
    pub info: String,
    page: String,
    line: usize,
    text: String,
}

impl Page {
    /// Reads a page of the project.
    pub fn read(name: &str) -> Self {
        let text = std::fs::read_to_string(project().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        Page { name: name.to_owned(), text }
    }

    /// Returns the fenced blocks in their order.
    pub fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        for (i, line) in self.text.lines().enumerate() {
            match (open.take(), line.trim_start().strip_prefix("```")) {
                (None, Some(info)) => {
                    let info = info.trim().to_owned();
                    open = Some(Block { info, page: self.name.clone(), line: i + 1, text: String::new() });
                }
                (Some(block), Some(_)) => blocks.push(block),
                (Some(mut block), None) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                    open = Some(block);
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: the last block has no end", self.name);
        blocks
    }

    /// Runs every block in one folder, so that a command finds the files that an earlier one has written.
    pub fn run(&self) {
        let folder = scratch();
        for block in self.blocks() {
            block.run(&folder);
        }
    }
}

impl Block {
    /// Returns the page and the line at which the block begins.
    pub fn place(&self) -> String {
        format!("{}:{}", self.page, self.line)
    }

    /// Returns the reason why the block is not run; `None` for a block that is run.
    pub fn reason_not_run(&self) -> Option<&str> {
        self.info.split_once(" not run: ").map(|(_, reason)| reason)
    }

    fn run(&self, folder: &Path) {
        if self.info == "text" || self.reason_not_run().is_some() {
            return;
        }
        match self.info.as_str() {
            "sh" => self.run_commands(folder),
            "toml scenario" => drop(self.report(&[])),
            "toml part of a scenario" => self.run_part_of_a_scenario(folder),
            "toml part of mine.toml" => self.inspect_mine(folder),
            info => match info.strip_prefix("csv ") {
                Some(name) => std::fs::write(folder.join(name), &self.text).unwrap(),
                None => panic!(
                    "{}: unknown kind of block {info:?}; accepted are those in the head of tests/documents.rs",
                    self.place()
                ),
            },
        }
    }

    fn run_commands(&self, folder: &Path) {
        let script = format!("{COMMANDS}{}", self.text);
        let mut shell = Command::new("sh");
        shell.args(["-ec", &script]).current_dir(folder).env("HAUL", env!("CARGO_BIN_EXE_haul"));
        if let Some(missing) = no_pictures() {
            shell.env("NO_PICTURES", missing);
        }
        self.expect_success(&shell.output().unwrap());
    }

    /// Runs a whole scenario from the folder of the project's scenarios and returns its report.
    pub fn report(&self, options: &[&str]) -> serde_json::Value {
        let folder = scratch();
        let file = folder.join("scenarios/from_the_page.toml");
        std::fs::write(&file, &self.text).unwrap();
        let output = haul(&folder).arg("run").arg(&file).arg("--json").args(options).output().unwrap();
        if options.is_empty() {
            self.expect_success(&output);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{}: {e}: {said}", self.place()))
    }

    /// Runs a scenario of two trucks and the text, for as long as its events take.
    fn run_part_of_a_scenario(&self, folder: &Path) {
        let file = folder.join("scenarios/part.toml");
        std::fs::write(&file, format!("{TWO_TRUCKS}{}", self.text)).unwrap();
        let output = haul(folder).arg("run").arg(&file).output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!told.contains("does not happen"), "{}: {told}", self.place());
        self.expect_success(&output);
    }

    fn inspect_mine(&self, folder: &Path) {
        let mine = folder.join("assets/mines/sample_pit");
        let file = mine.join("mine.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{text}\n{}", self.text)).unwrap();
        let output = haul(folder).args(["mine", "inspect"]).arg(&mine).output().unwrap();
        self.expect_success(&output);
        std::fs::write(&file, text).unwrap();
    }

    fn expect_success(&self, output: &Output) {
        let (told, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{}: {}\n{told}\n{said}", self.place(), output.status);
    }
}

/// Shell functions that run the command under test as `haul` and as `cargo run`, as the pages write them.
const COMMANDS: &str = r#"
haul() {
    if [ "${1-}" = shot ] && [ -n "${NO_PICTURES-}" ]; then
        echo "skipped: $NO_PICTURES" >&2
        return
    fi
    "$HAUL" "$@"
}
cargo() {
    [ "$1" = run ] || { echo "only \`cargo run\` can be run here, not \`cargo $1\`" >&2; return 1; }
    while [ "$1" != -- ]; do
        shift
        [ $# -gt 0 ] || { echo "\`cargo run\` without a command of haul" >&2; return 1; }
    done
    shift
    haul "$@"
}
"#;

/// A scenario to which a page adds a part.
const TWO_TRUCKS: &str = r#"
name = "A part of a scenario"
mine = "../assets/mines/sample_pit"
seed = 1
duration_s = 330

[[fleet]]
count = 2
start = "park"
load = ["face_1"]
dump = ["crusher"]

"#;

fn haul(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_haul"));
    command.current_dir(folder);
    command
}

/// Returns the reason why no picture can be drawn here; `None` if one can be drawn.
fn no_pictures() -> Option<String> {
    #[cfg(feature = "window")]
    return haul_viewer::probe_device().err().map(|missing| missing.to_string());
    #[cfg(not(feature = "window"))]
    Some("this build has no pictures".into())
}

/// Creates a folder with the files of the project that commands need.
fn scratch() -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("documents-{}-{number}", std::process::id()));
    for part in ["assets/mines", "examples", "scenarios", "seeds"] {
        copy(&project().join(part), &folder.join(part));
    }
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
