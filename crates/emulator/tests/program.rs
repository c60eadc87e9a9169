//! The program: output, arguments and exit status.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

fn program(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_gws-emulator"))
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started")
}

/// The first line on standard output.
fn first_line(program: &mut Child) -> String {
    let mut line = String::new();
    let output = program.stdout.as_mut().expect("piped");
    BufReader::new(output).read_line(&mut line).expect("a line");
    line
}

#[cfg(unix)]
#[test]
fn it_prints_its_url_and_exits_with_0_on_a_signal() {
    for signal in ["-TERM", "-INT"] {
        let mut program = program(&["--port", "0", "--agents", "3"]);
        let line = first_line(&mut program);
        assert!(line.contains("http://127.0.0.1:"), "{line}");
        assert!(
            line.contains("supervisor") && line.contains("listen-in"),
            "{line}"
        );
        let kill = Command::new("kill")
            .args([signal, &program.id().to_string()])
            .status();
        assert!(kill.expect("kill").success());
        assert!(program.wait().expect("ended").success());
    }
}

#[cfg(unix)]
#[test]
fn it_runs_without_standard_output_and_warns() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut program = Command::new(env!("CARGO_BIN_EXE_gws-emulator"))
        .args(["--port", "0", "--agents", "3"])
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    let errors = BufReader::new(program.stderr.take().expect("piped"));
    let mut lines = errors.lines().map(|line| line.expect("text"));
    let said = lines.find(|line| line.contains("standard output"));
    let said = said.expect("a warning");
    assert!(said.contains("listens on http://127.0.0.1:"), "{said}");
    let kill = Command::new("kill").arg(program.id().to_string()).status();
    assert!(kill.expect("kill").success());
    assert!(program.wait().expect("ended").success());
}

/// Its output on standard error until it listens.
#[cfg(unix)]
fn warnings(arguments: &[&str]) -> String {
    let mut program = program(&[&["--port", "0", "--agents", "3"], arguments].concat());
    assert!(first_line(&mut program).contains("http://"));
    program.kill().expect("killed");
    program.wait().expect("ended");
    let mut said = String::new();
    let errors = program.stderr.as_mut().expect("piped");
    errors.read_to_string(&mut said).expect("text");
    said
}

#[cfg(unix)]
#[test]
fn options_that_open_it_to_others_cause_warnings() {
    let warning = "gws-emulator: warning: ";
    assert!(!warnings(&[]).contains(warning));
    let said = warnings(&["--listen", "0.0.0.0"]);
    assert!(
        said.contains(warning) && said.contains("other machines"),
        "{said}"
    );
    let origin = ["--allow-origin", "http://localhost:3000"];
    let said = warnings(&origin);
    assert!(
        said.contains(warning) && said.contains("X-CSRF-TOKEN"),
        "{said}"
    );
    let allowed = [&origin[..], &["--allow-header", "X-CSRF-TOKEN"]].concat();
    assert!(!warnings(&allowed).contains(warning));
}

#[test]
fn invalid_arguments_are_refused_with_a_message() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let is_taken = format!("port {port} is taken");
    let file = std::env::temp_dir().join(format!("gws-emulator-{}.toml", std::process::id()));
    std::fs::write(&file, "[[step]]\ndo = \"endCall\"\nagnt = \"6001\"\n").expect("a file");
    let script = file.to_str().expect("text");
    let nobody = std::env::temp_dir().join(format!("gws-emulator-{}-2.toml", std::process::id()));
    std::fs::write(&nobody, "[[step]]\ndo = \"endCall\"\nagent = \"1\"\n").expect("a file");
    let nobody = nobody.to_str().expect("text");
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    for (arguments, status, wording) in [
        (&["--port", &port][..], 3, is_taken.as_str()),
        (&["--fault", "nonsense"], 2, "there are delayNotifications"),
        (
            &["--script", script],
            2,
            ".toml:3: unknown field `agnt`, expected `agent`",
        ),
        (
            &["--port", "0", "--script", nobody],
            1,
            ":1: Device with the number '1' not found",
        ),
        (&["--script", "nonsense"], 2, "no shipped one has that name"),
        (
            &["--cometd", "maxIntervall=1"],
            2,
            "there is no option ‘maxIntervall’",
        ),
        (&["--cometd", "maxInterval=soon"], 2, "must be milliseconds"),
        (&["--cometd", "maxInterval"], 2, "NAME=VALUE"),
        (&["--port", "0", "--replay", manifest], 1, "it is not JSON"),
        (
            &["--port", "0", "--replay", "nowhere.har"],
            1,
            "cannot replay nowhere.har",
        ),
    ] {
        let output = program(arguments).wait_with_output().expect("ended");
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.contains(wording), "{arguments:?}: {errors}");
    }
    for file in [script, nobody] {
        std::fs::remove_file(file).expect("removed");
    }
}

/// The indented lines of a section of the README, to be pasted into a shell.
fn to_be_pasted(section: &str) -> String {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(readme).expect("a README");
    let (_, from) = readme
        .split_once(&format!("## {section}\n"))
        .expect("the section");
    let section = from.split("\n## ").next().unwrap_or(from);
    let lines = section.lines().filter_map(|line| line.strip_prefix("    "));
    lines.map(|line| format!("{line}\n")).collect()
}

#[cfg(unix)]
#[test]
fn the_tour_works() {
    for needed in ["bash", "curl"] {
        let found = Command::new(needed).arg("--version").output();
        if found.is_err() {
            eprintln!("not tested: there is no {needed}");
            return;
        }
    }
    let mut program = program(&["--port", "0", "--auto-login", "--no-life"]);
    let line = first_line(&mut program);
    let (_, address) = line.split_once("http://").expect("an address");
    let address = address.split(' ').next().expect("an address");
    let tour = to_be_pasted("A tour with curl").replace("127.0.0.1:8090", address);
    let bash = Command::new("bash")
        .args(["-e", "-u", "-c", &tour])
        .output()
        .expect("bash");
    let said = String::from_utf8_lossy(&bash.stdout).into_owned();
    program.kill().expect("killed");
    program.wait().expect("ended");
    assert!(bash.status.success(), "{said}");
    for expected in [
        "\"userName\":\"supervisor\"",
        "\"userName\":\"agent6001\"",
        "\"channel\":\"/meta/subscribe\",\"subscription\":\"/v2/me/*\",\"successful\":true",
        "\"state\":\"ListenIn\"",
        "{\"done\":1}",
        "\"state\":\"Ringing\"",
    ] {
        assert!(said.contains(expected), "{expected} in {said}");
    }
    // The operations, each answered on its own line.
    let operations = tour.lines().filter(|line| line.starts_with("post /me/"));
    let accepted = said.lines().filter(|line| *line == "{\"statusCode\":0}");
    assert_eq!(accepted.count(), operations.count(), "{said}");
    assert!(said.contains("{\"statusCode\":0}"));
}
