"""The command line: what each verb prints, and with which code it ends."""

from __future__ import annotations

import json
import mailbox
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from coldstop import __version__
from coldstop.cli.app import app
from coldstop.policy.load import load_policy, load_text
from coldstop.policy.model import PolicyFile, Tier
from coldstop.resources import shipped, shipped_policies

if TYPE_CHECKING:
    from typer.testing import Result

FINE, PROBLEMS, CANNOT_RUN = 0, 1, 2

TINY = """\
coldstop: 1
name: tiny
pitch: {threshold: 3}
rules:
  job: {when: {text: job}, pitch: 3, kind: job}
  hurry: {when: {text: [call me, at once]}, points_each: 3, cap: 9, reason: no hurry}
  friend: {when: {text: we met}, points: -2}
  soon: {when: {date: {from: 2026-07-01}}, points: 20}
ladder: {0: keep, 6: file Jobs, 20: trash}
"""
CASES = """\
cases:
  - {mail: job.eml, on: 2026-06-01, expect: file, because: hurry}
  - name: not soon
    mail: {from: a@b.example, subject: hello, text: a job}
    on: 2026-06-01
    expect: keep
"""
JOB = (
    b"From: Ann <ann@firm.example>\r\nTo: ray@home.example\r\nSubject: A job\r\n\r\n"
    b"A job for you. Call me, and call me at once!\r\n"
)
OTHER = b"From: Bob <bob@home.example>\r\nSubject: Lunch\r\n\r\nAt noon?\r\n"
JUNE = ("--on", "2026-06-01")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small policy and two mails, which every test stands in."""
    (tmp_path / "tiny.yaml").write_text(TINY + CASES)
    (tmp_path / "job.eml").write_bytes(JOB)
    (tmp_path / "other.eml").write_bytes(OTHER)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TERM", "dumb")
    return tmp_path


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    """Run a verb in this process."""
    return CliRunner().invoke(app, arguments, input=stdin, catch_exceptions=False)


def coldstop(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a verb as the shell would."""
    program = "from coldstop.cli.app import main; main()"
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=60)


def judged(*arguments: str, stdin: bytes | None = None) -> list[dict[str, Any]]:
    """What `judge --json` says of mail, by the small policy."""
    result = run("judge", "--json", "-p", "tiny.yaml", *JUNE, *arguments, stdin=stdin)
    assert result.exit_code == FINE, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def write(name: str, text: str) -> str:
    """Write a policy into the folder that the test stands in."""
    Path(name).write_text(text)
    return name


# --- the program as a whole -----------------------------------------------------------------


def test_version_and_help() -> None:
    """`--version` names the version, `--help` every verb."""
    assert run("--version").stdout == f"coldstop {__version__}\n"
    helped = run("--help")
    assert helped.exit_code == FINE
    for verb in ("check", "test", "explain", "judge", "schema", "milter", "demo", "policy"):
        assert re.search(rf"\b{verb}\b", helped.stdout)
        assert run(verb, "--help").exit_code == FINE


def test_unknown_verbs_and_options_cannot_run() -> None:
    """What the command line does not know ends with 2."""
    for arguments in (["frobnicate"], ["judge", "--frob", "x"], ["judge"], ["check"]):
        assert run(*arguments).exit_code == CANNOT_RUN


def test_the_program_reads_stdin_and_writes_plain_text() -> None:
    """As a process: the verdict on stdout, nothing on stderr, no terminal codes."""
    done = coldstop("judge", "-p", "tiny.yaml", *JUNE, "-", stdin=JOB)
    assert (done.returncode, done.stderr) == (FINE, b"")
    assert done.stdout.decode().split() == ["file", "6", "job", "3", "-", "hurry", "+6"]


def test_a_process_reports_errors_without_a_traceback() -> None:
    """As a process: exit code 2, one sentence on stderr, an empty stdout."""
    done = coldstop("judge", "-p", "nothere", "job.eml")
    assert (done.returncode, done.stdout) == (CANNOT_RUN, b"")
    assert b"nothere" in done.stderr
    assert b"Traceback" not in done.stderr


# --- check ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped_policies())
def test_shipped_policies_are_fine(name: str) -> None:
    """Every policy that is shipped for use passes its own check, warnings included."""
    result = run("check", "--strict", name)
    assert result.exit_code == FINE, result.output
    assert result.stdout.startswith(f"{name}: fine (")
    assert result.stderr == ""


def test_check_counts_what_it_read() -> None:
    """A good policy gets one line that names its rules, entries, revision and cases."""
    revision = load_policy("tiny.yaml").revision
    assert run("check", "tiny.yaml").stdout == (
        f"tiny.yaml: fine (4 rules, 0 list entries, revision {revision}, 2 cases; "
        "run: coldstop test tiny.yaml)\n"
    )


def test_check_tells_place_code_and_hint() -> None:
    """An error is file:line:column: error code: message, with its hint in the next line."""
    name = write("bad.yaml", TINY.replace("text: job}", 'text: "(job"}').replace("trash", "trsh"))
    result = run("check", name)
    assert (result.exit_code, result.stdout) == (PROBLEMS, "")
    assert result.stderr.splitlines() == [
        "bad.yaml:9:37: error bad-value: 'trsh' is not known here",
        "    hint: did you mean 'trash'?",
    ]


def test_check_reports_phrases_with_their_column() -> None:
    """A fault in a phrase is shown where it stands in the file."""
    name = write("bad.yaml", TINY.replace("text: job}", 'text: "(job"}'))
    result = run("check", name)
    assert result.exit_code == PROBLEMS
    assert result.stderr.startswith("bad.yaml:5:23: error bad-phrase: `(` is never closed\n")


@pytest.mark.parametrize("broken", sorted(Path(__file__).parents[1].glob("policy/broken/*.yaml")))
def test_every_broken_policy_is_reported_in_the_one_format(broken: Path) -> None:
    """Whatever is wrong, every line is a finding or a hint, and the code says how bad it is."""
    result = run("check", str(broken))
    findings = re.findall(
        r"^\S+?:\d+:\d+: (error|warning) [a-z-]+: \S", result.stderr, re.MULTILINE
    )
    hints = re.findall(r"^ {4}hint: \S", result.stderr, re.MULTILINE)
    assert len(findings) + len(hints) == len(result.stderr.splitlines()) > 0
    assert result.exit_code == (PROBLEMS if "error" in findings else FINE)


def test_warnings_fail_a_strict_check_only() -> None:
    """A warning is shown either way; `--strict` makes it a problem."""
    name = write("warns.yaml", TINY + "lists: {unread: [a]}\n")
    for options, code in ((), FINE), (("--strict",), PROBLEMS):
        result = run("check", *options, name)
        assert result.exit_code == code
        assert ": warning unused-list: " in result.stderr


def test_check_goes_on_and_ends_with_the_worst_code() -> None:
    """A policy that is not there does not hide what is wrong with the next one."""
    name = write("bad.yaml", TINY + "rule: {}\n")
    result = run("check", "nothere", name, "tiny.yaml")
    assert result.exit_code == CANNOT_RUN
    assert "nothere:1:1: error unreadable: " in result.stderr
    assert "bad.yaml:10:1: error unknown-key: " in result.stderr
    assert "tiny.yaml: fine" in result.stdout
    assert run("check", name, "tiny.yaml").exit_code == PROBLEMS


def test_check_finds_what_only_resolving_shows() -> None:
    """A home that no gazetteer has is an error of the policy, with its place."""
    text = "coldstop: 1\nextends: passive\nreader:\n  commute: {from: Nowhereville, miles: 9}\n"
    result = run("check", write("lost.yaml", text))
    assert result.exit_code == PROBLEMS
    assert re.match(r"lost\.yaml:\d+:\d+: error unknown-place: ", result.stderr)


# --- test -----------------------------------------------------------------------------------


def test_cases_that_hold() -> None:
    """All cases hold: one line, or one more each with `-v`."""
    result = run("test", "tiny.yaml")
    assert (result.exit_code, result.stdout) == (FINE, "2 passed, 0 failed\n")
    assert run("test", "-v", "tiny.yaml").stdout.splitlines() == [
        "ok    tiny.yaml:11  job.eml",
        "ok    tiny.yaml:12  not soon",
        "2 passed, 0 failed",
    ]


def test_cases_that_fail_say_how() -> None:
    """A failing case names its place, every difference, and what fired."""
    text = TINY + (
        "cases:\n"
        "  - mail: {from: a@b.example, subject: hello, text: A job. Call me!}\n"
        "    on: 2026-06-01\n"
        "    expect: trash\n"
        "    folder: Trash\n"
        "    recruiting: false\n"
        "    kind: connect\n"
        "    because: friend\n"
        "    not_because: [hurry, soon]\n"
    )
    result = run("test", write("wrong.yaml", text), "tiny.yaml")
    assert result.exit_code == PROBLEMS
    assert result.stdout.splitlines() == [
        "FAIL  wrong.yaml:11  hello",
        "      verdict is keep (score 3), not trash",
        "      folder is the inbox, not Trash",
        "      it is recruiting (pitch 3)",
        "      kind is job, not connect",
        "      rule friend did not fire",
        "      rule hurry fired",
        "      fired: job +3, hurry +3",
        "2 passed, 1 failed",
    ]


def test_a_case_without_its_mail_fails() -> None:
    """A mail that is not there is a failed case, not an end of the run."""
    name = write("lost.yaml", TINY + "cases:\n  - {mail: lost.eml, expect: keep}\n")
    result = run("test", name, "tiny.yaml")
    assert result.exit_code == PROBLEMS
    assert "FAIL  lost.yaml:11  lost.eml\n      cannot read the mail: " in result.stdout
    assert result.stdout.endswith("2 passed, 1 failed\n")


def test_the_day_of_cases_can_be_set() -> None:
    """`--on` is the day of cases that do not say one."""
    name = write(
        "day.yaml", TINY + "cases:\n  - {mail: {from: a@b.example, text: job}, expect: trash}\n"
    )
    assert run("test", name, "--on", "2026-06-30").exit_code == PROBLEMS
    assert run("test", name, "--on", "2026-07-01").exit_code == FINE


def test_cases_of_a_broken_policy_cannot_run() -> None:
    """A policy with errors has no cases to run."""
    result = run("test", write("bad.yaml", TINY + "rule: {}\n"))
    assert (result.exit_code, result.stdout) == (CANNOT_RUN, "")
    assert "unknown-key" in result.stderr


# --- judge ----------------------------------------------------------------------------------


def test_judge_prints_a_line_a_mail() -> None:
    """Verdict, score, kind with pitch, file, and the rules that scored."""
    assert run("judge", "-p", "tiny.yaml", *JUNE, "job.eml", "other.eml").stdout.splitlines() == [
        "file          6  job 3              job.eml  hurry +6",
        "keep          0  - 0                other.eml",
    ]


def test_json_is_stable() -> None:
    """The JSON form is a promise: these keys, in this order, with these values."""
    result = run("judge", "--json", "-p", "tiny.yaml", *JUNE, "job.eml")
    again = run("judge", "--json", "-p", "tiny.yaml", *JUNE, "job.eml")
    assert result.stdout == again.stdout
    assert json.loads(result.stdout) == {
        "file": "job.eml",
        "recruiting": True,
        "pitch": 3,
        "kind": "job",
        "objections": 6,
        "credits": 0,
        "score": 6,
        "verdict": "file",
        "folder": "Jobs",
        "defects": [],
        "rules": [
            {"name": "job", "points": 3, "evidence": [{"where": "text", "quote": "job"}]},
            {
                "name": "hurry",
                "points": 6,
                "evidence": [
                    {"where": "text", "quote": "Call me"},
                    {"where": "text", "quote": "at once"},
                ],
            },
        ],
    }
    assert list(json.loads(result.stdout)) == [
        *("file", "recruiting", "pitch", "kind", "objections", "credits", "score"),
        *("verdict", "folder", "defects", "rules"),
    ]


def test_json_says_null_where_nothing_is() -> None:
    """Mail that is no pitch has no kind, and mail that stays has no folder."""
    (found,) = judged("other.eml")
    assert (found["recruiting"], found["kind"], found["folder"]) == (False, None, None)
    assert (found["verdict"], found["rules"]) == ("keep", [])


def test_json_has_one_shape_for_all_mail() -> None:
    """Every shipped sample gives the same keys with the same types."""
    result = run(
        "judge", "--json", "-p", "ray", *JUNE, str(shipped("policies", "examples", "mail"))
    )
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(found) >= 20
    shapes = {
        tuple((key, type(value)) for key, value in one.items() if key not in {"kind", "folder"})
        for one in found
    }
    assert len(shapes) == 1
    assert {type(one["kind"]) for one in found} == {str, type(None)}


def test_judge_takes_folders_in_order(here: Path) -> None:
    """Everything below a folder is judged, by path; hidden files are left out."""
    (here / "box" / "sub").mkdir(parents=True)
    for name in ("b.eml", "a.eml", "sub/c.eml", ".hidden"):
        (here / "box" / name).write_bytes(JOB)
    names = [one["file"] for one in judged("box", "other.eml")]
    assert names == ["box/a.eml", "box/b.eml", "box/sub/c.eml", "other.eml"]


def test_judge_takes_maildirs(here: Path) -> None:
    """`cur` and `new` are judged; what is still being written in `tmp` is not."""
    box = mailbox.Maildir(here / "Maildir")
    box.add(JOB)
    box.add(mailbox.MaildirMessage(OTHER))
    (here / "Maildir" / "tmp" / "1.half").write_bytes(JOB)
    found = judged("Maildir")
    assert sorted(one["verdict"] for one in found) == ["file", "keep"]
    assert all(one["file"].startswith("Maildir/new/") for one in found)


def test_judge_takes_mboxes(here: Path) -> None:
    """The mails of an mbox are numbered; "From " within a text is not the beginning of one."""
    with (here / "box").open("wb") as file:
        for mail in (JOB, OTHER + b"From here on: 12:30, lunch.\r\n", JOB):
            file.write(b"From ann@firm.example Mon Jun  1 12:00:00 2026\n")
            file.write(mail.replace(b"\r\n", b"\n") + b"\n")
    found = judged("box")
    assert [one["file"] for one in found] == ["box#1", "box#2", "box#3"]
    assert [one["verdict"] for one in found] == ["file", "keep", "file"]


def test_judge_takes_standard_input() -> None:
    """`-` is a mail or an mbox from standard input."""
    (found,) = judged("-", stdin=JOB)
    assert (found["file"], found["verdict"]) == ("-", "file")
    line = b"From a@b.example Mon Jun  1 12:00:00 2026\n"
    box = line + JOB.replace(b"\r\n", b"\n") + b"\n" + line + OTHER.replace(b"\r\n", b"\n")
    assert [one["file"] for one in judged("-", stdin=box)] == ["-#1", "-#2"]


@pytest.mark.parametrize("data", [b"", b"\0\xff" * 500, b"From ", b"no header at all"])
def test_judge_takes_anything_for_mail(here: Path, data: bytes) -> None:
    """A file that is no mail is mail without headers."""
    (here / "odd").write_bytes(data)
    assert [one["verdict"] for one in judged("odd")] == ["keep"]


def test_what_cannot_be_read_does_not_stop_the_rest() -> None:
    """An unreadable file is named on stderr, the others are judged, and the code is 2."""
    result = run("judge", "-p", "tiny.yaml", *JUNE, "nothere.eml", "job.eml")
    assert result.exit_code == CANNOT_RUN
    assert result.stdout.startswith("file ")
    assert result.stderr == "coldstop: nothere.eml: No such file or directory\n"


def test_judge_wants_a_policy_and_a_day_that_exist() -> None:
    """A policy or a day that is none cannot be judged by."""
    for options in (("-p", "nothere"), ("--on", "someday"), ("--on", "2026-02-30")):
        result = run("judge", *options, "job.eml")
        assert (result.exit_code, result.stdout) == (CANNOT_RUN, "")
        assert options[1] in result.stderr


def test_the_day_changes_the_verdict() -> None:
    """`--on` judges as if it were that day."""
    assert judged("job.eml")[0]["verdict"] == "file"
    assert judged("job.eml", "--on", "2026-07-01")[0]["verdict"] == "trash"


# --- explain --------------------------------------------------------------------------------


def sample(name: str) -> str:
    """The path of a shipped mail."""
    return str(shipped("policies", "examples", "mail", name))


def test_explain_shows_the_whole_calculation() -> None:
    """Headline, tallies with evidence and place, what was missing, margins, the revision."""
    revision = load_policy("tiny.yaml").revision
    result = run("explain", "job.eml", "-p", "tiny.yaml", *JUNE)
    assert result.exit_code == FINE
    assert result.stdout.splitlines() == [
        "A job  (job.eml)",
        "file → Jobs",
        "A pitch (job): 3 points of evidence, 3 suffice. Score 6 = 6 objections - 0 credits.",
        "",
        "Pitch",
        "    +3  job  tiny.yaml:5",
        "        text: A job for you. Call me, and call me at once!",
        "",
        "Objections",
        "    +6  hurry  no hurry  tiny.yaml:6",
        "        text: A job for you. Call me, and call me at once!",
        "        text: A job for you. Call me, and call me at once!",
        "",
        "Not given",
        "    -2  friend: not: text 'we met'",
        "",
        "Margin: 1 points fewer: keep; 14 more: trash (by score alone).",
        "Smallest change: with friend (-2) it would be keep.",
        "",
        f"policy tiny, revision {revision}",
    ]


def test_explain_a_shipped_relocation() -> None:
    """S23: the mail from far away is trash, in the reader's own words and with the place quoted."""
    result = run("explain", sample("02-relocation-austin.eml"), "-p", "ray", *JUNE)
    assert result.exit_code == FINE
    shown = result.stdout
    assert "\ntrash → Trash\n" in shown
    assert re.search(
        r"^ +\+\d+  relocation  I will NOT relocate  policies/\S+:\d+$", shown, re.MULTILINE
    )
    assert re.search(r"^ +subject: Austin, TX$", shown, re.MULTILINE)
    assert re.search(r"^ +\+\d+  cold  ", shown, re.MULTILINE)
    assert "Not given" in shown


def test_explain_mail_that_is_no_pitch() -> None:
    """A newsletter is left alone, and neither credits nor margins are shown."""
    result = run("explain", sample("14-newsletter.eml"), "-p", "ray", *JUNE)
    assert "\nkeep\nNot recruiting: " in result.stdout
    assert "Not given" not in result.stdout
    assert "Margin" not in result.stdout


def test_explain_mail_without_a_word_of_jobs() -> None:
    """It is said that nothing was asked, and no number of points is promised."""
    raw = b"From: a@b.example\nTo: c@d.example\nSubject: Lunch\n\nShall we meet at noon?\n"
    shown = run("explain", "-", "-p", "passive", stdin=raw).stdout
    assert "none of the words that a pitch must have (pitch.words)" in shown
    assert "would make it recruiting" not in shown


def test_explain_a_forged_firm() -> None:
    """S22: a listed firm without proof is a stranger, and explain says why."""
    result = run("explain", sample("20-forged-firm.eml"), "-p", "ray", *JUNE)
    assert "is listed as known-firm, but the mail is not authenticated" in result.stdout


@pytest.mark.parametrize("tier", list(Tier))
def test_explain_as_if_the_sender_were_somebody_else(tier: Tier) -> None:
    """`--as` takes every tier, and the standing is the evidence."""
    result = run("explain", sample("19-cold-referral.eml"), "-p", "ray", "--as", tier.value, *JUNE)
    assert result.exit_code == FINE
    assert f"standing: {tier.value}" in result.stdout


def test_explain_shows_floors_and_ceilings() -> None:
    """A bound that decided is named, with what the score alone would have said."""
    text = TINY.replace("points: -2}", "points: -2, at_most: keep}")
    text = text.replace("reason: no hurry}", "at_least: trash}")
    name = write("bounds.yaml", text)
    floored = run("explain", "job.eml", "-p", name, *JUNE).stdout
    assert "The score alone says file; hurry says at least trash." in floored
    Path("met.eml").write_bytes(JOB + b"We met. At once, call me.\r\n")
    capped = run("explain", "met.eml", "-p", name, "--on", "2026-07-01").stdout
    assert "The score alone says trash; friend says at most keep." in capped


def test_explain_shows_mail_as_text_only() -> None:
    """Neither terminal codes nor markup of a mail reach the terminal."""
    hostile = JOB.replace(b"Subject: A job", b"Subject: [bold]x[/] \x1b[2J \x07 [red]")
    result = run("explain", "-", "-p", "tiny.yaml", *JUNE, stdin=hostile)
    assert result.exit_code == FINE
    assert "[bold]x[/]" in result.stdout
    assert "[red]" in result.stdout
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", result.stdout)


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothere.eml"],
        ["."],
        ["job.eml", "--as", "friend"],
        ["job.eml", "--on", "someday"],
        ["job.eml", "-p", "nothere"],
    ],
)
def test_explain_that_cannot_run(arguments: list[str]) -> None:
    """A mail, tier, day or policy that is none ends with 2 and a sentence."""
    result = run("explain", *arguments)
    assert (result.exit_code, result.stdout) == (CANNOT_RUN, "")
    assert result.stderr


# --- schema, policy show, milter ------------------------------------------------------------


def test_schema_is_json_of_the_whole_language() -> None:
    """The schema is valid JSON, names its draft, and has every key of a policy."""
    found = json.loads(run("schema").stdout)
    assert found["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert set(found["properties"]) == set(PolicyFile.model_fields)
    references = set(re.findall(r'"#/definitions/(\w+)"', json.dumps(found)))
    assert references <= set(found["definitions"])


@pytest.mark.parametrize("name", ["tiny.yaml", "ray", "presets/strict.yaml"])
def test_policy_show_can_be_loaded_again(name: str) -> None:
    """What is shown is the whole policy: it has the same revision."""
    result = run("policy", "show", name)
    assert result.exit_code == FINE
    assert load_text(result.stdout).revision == load_policy(name).revision


def test_policy_show_names_the_place_of_every_value() -> None:
    """Values have file and line, defaults say that they are."""
    shown = run("policy", "show", "tiny.yaml").stdout
    assert "    reason: no hurry  # tiny.yaml:6\n" in shown
    assert "  trash: Trash  # by default\n" in shown


def test_policy_show_for_a_mailbox(here: Path) -> None:
    """`--config` and `--for` show what judges one mailbox."""
    write("ray.yaml", "coldstop: 1\nname: for-ray\nfolders: {trash: Gone}\n")
    config = "policy: tiny.yaml\nmailboxes: {ray@home.example: ray.yaml}\n"
    write("coldstop.yaml", config)
    mine = run("policy", "show", "--config", "coldstop.yaml", "--for", "Ray+jobs@home.example")
    assert "trash: Gone" in mine.stdout
    others = run("policy", "show", "--config", "coldstop.yaml", "--for", "bob@home.example")
    assert "trash: Trash" in others.stdout


def test_policy_show_that_cannot_run() -> None:
    """No policy, or none of that name."""
    assert run("policy", "show").exit_code == CANNOT_RUN
    assert run("policy", "show", "nothere").exit_code == CANNOT_RUN


def test_milter_check() -> None:
    """`milter --check` loads what the daemon would, and says 0, 1 or 2 like every check."""
    good = run("milter", "--check", "--policy", "tiny.yaml")
    assert (good.exit_code, good.stdout.partition(":")[0]) == (FINE, "fine")
    bad = write("bad.yaml", TINY + "rule: {}\n")
    assert run("milter", "--check", "--policy", bad).exit_code == PROBLEMS
    failing = write("fails.yaml", TINY + CASES.replace("expect: keep", "expect: trash"))
    assert run("milter", "--check", "--policy", failing).exit_code == PROBLEMS
    assert run("milter", "--check").exit_code == CANNOT_RUN
    assert run("milter", "--check", "--config", "a", "--policy", "b").exit_code == CANNOT_RUN
