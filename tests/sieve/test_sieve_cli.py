"""`coldstop sieve build` and `targets`, as a person uses them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from coldstop.cli.app import app
from coldstop.resources import shipped
from coldstop.sieve.seal import read_seal

if TYPE_CHECKING:
    from pathlib import Path


def _run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["sieve", *words])
    return done.exit_code, done.stdout, done.stderr


def test_build_writes_a_script(tmp_path: Path) -> None:
    """On stdout with LF, in a file with CRLF; both are sealed."""
    code, text, _ = _run("build", "-p", "strict", "-t", "pigeonhole")
    assert code == 0
    seal = read_seal(text)
    assert seal is not None
    assert seal.intact
    path = tmp_path / "out.sieve"
    code, shown, _ = _run("build", "-p", "strict", "-t", "pigeonhole", "-o", str(path))
    assert (code, shown) == (0, "")
    assert path.read_bytes().replace(b"\r\n", b"\n").decode() == text
    assert b"\r\n" in path.read_bytes()


def test_loss_names_rules_and_mail() -> None:
    """Reasons with the rules that each concerns, and the messages that are treated otherwise."""
    mail = str(shipped("policies", "examples", "mail", "01-dear-job-seeker.eml"))
    code, text, _ = _run("build", "-p", "ray", "-t", "proton", "--loss", "--mail", mail)
    assert code == 0
    assert re.search(r"dropped: the host shows scripts no text.*\n    job-form, ", text)
    assert "01-dear-job-seeker.eml: trash Trash -> keep" in text
    assert "1 of 1 messages get another verdict\n" in text
    assert re.search(r"\d+ of 20 shipped samples get another verdict\n\Z", text)
    assert re.match(r"recognises \d of the 15 shipped samples that are pitches", text)


def test_what_does_not_fit_is_an_error_with_a_hint() -> None:
    """Exit code 2, and what to do about it."""
    code, _, error = _run("build", "-p", "ray", "-t", "cyrus", "--trace")
    assert code == 2
    assert "hint: switch off a rule that takes much" in error
    code, _, error = _run("build", "-t", "nowhere")
    assert code == 2
    assert "known: cyrus, cyrus-128k, docker-mailserver" in error


def test_targets_are_listed_with_their_sources() -> None:
    """All in a table, one in full."""
    code, text, _ = _run("targets")
    assert code == 0
    assert "proton          headers-only" in text
    code, text, _ = _run("targets", "cyrus")
    assert code == 0
    assert "script_bytes: 32,768" in text
    assert "[lib/imapoptions of 3.12.3, 2026-11]" in text


def test_the_report_is_there_for_programs_too() -> None:
    """Its keys stay; every rule stands there, exact ones included."""
    mail = str(shipped("policies", "examples", "mail", "01-dear-job-seeker.eml"))
    code, text, _ = _run("build", "-p", "ray", "-t", "proton", "--json", "--mail", mail)
    assert code == 0
    found = json.loads(text)
    assert [*found] == ["target", "policy_revision", "bytes", "rules", "loss", "samples", "mail"]
    assert sum(found["rules"].values()) == len([one for one in found["loss"] if one["rule"]])
    assert found["mail"]["count"] == 1
    (lost,) = found["mail"]["different"]
    assert lost["judge"] == {"verdict": "trash", "folder": "Trash"}
    assert lost["script"] == {"verdict": "keep", "folder": ""}
    assert found["samples"]["recognised"] < found["samples"]["pitches"] == 15


def test_what_is_not_recognised_is_said_beside_the_script() -> None:
    """On standard error, so that the script can be redirected; nothing where all is there."""
    _, text, error = _run("build", "-p", "passive", "-t", "proton")
    assert text.startswith("# coldstop: policy passive")
    assert re.match(r"recognises \d of the 15 shipped samples", error)
    _, _, error = _run("build", "-p", "passive", "-t", "pigeonhole")
    assert "recognises" not in error


def test_what_is_left_out_is_one_line_beside_the_script(tmp_path: Path) -> None:
    """On stderr, how many rules and towns; nothing where all is there."""
    code, text, told = _run("build", "-p", "ray", "-t", "cyrus-128k")
    assert (code, told) == (0, "357 of 370 names of towns left out; see --loss\n")
    assert read_seal(text) is not None
    path = tmp_path / "small.yaml"
    path.write_text(
        "coldstop: 1\nname: small\npitch: {threshold: 1}\n"
        "rules: {any: {when: {header: Subject}, pitch: 1}}\nladder: {0: keep}\n"
    )
    code, _, told = _run("build", "-p", str(path), "-t", "pigeonhole")
    assert (code, told) == (0, "")


def test_a_file_may_be_the_target(tmp_path: Path) -> None:
    """It is shown and built for as the shipped ones are, and its name stands in the script."""
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\ntitle: My host\nlike: generic-headers\n")
    code, text, _ = _run("targets", str(path))
    assert code == 0
    assert text.startswith("mine: My host\n")
    assert "line_ends: lf" in text
    out = tmp_path / "out.sieve"
    code, _, _ = _run("build", "-p", "strict", "-t", str(path), "-o", str(out))
    assert code == 0
    assert b"\r" not in out.read_bytes()
    assert b"# target mine\n" in out.read_bytes()
    path.write_text("name: mine\ntitle: My host\nlike: nothing\n")
    code, _, error = _run("build", "-t", str(path))
    assert code == 2
    assert "mine.yaml: like: there is no target 'nothing'" in error
