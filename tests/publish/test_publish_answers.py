"""`plan --trim`, and two scripts that both answer mail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from coldstop.publish import texts
from support.sievedesk import Desk
from support.sievehosts import CyrusHost

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POLICY = """\
coldstop: 1
name: tiny
trust: {authserv: mx.home.example}
reader: {commute: {from: "Albany, NY", miles: 40}}
lists: {place-cues: [located in], relays: []}
pitch: {threshold: 3}
rules:
  job: {when: {text: a job}, pitch: 3, kind: job}
  far: {when: {place: far}, points: 6}
ladder: {0: keep, 6: later}
"""
DECLINE = "reply: {decline: Thank you. Not now.}\n"
HOLIDAY = b'require ["fileinto", "vacation"];\r\nvacation "I am away.";\r\n'


@pytest.mark.real
@pytest.mark.parametrize("host", ["dovecot"], indirect=True)
@pytest.mark.parametrize("mode", ["include", "block"])
def test_plan_warns_of_two_vacations(desk: Desk, mode: str) -> None:
    """A decline beside the reader's own vacation is pointed out, and nothing of theirs is lost."""
    (desk.folder / "tiny.yaml").write_text(POLICY + DECLINE)
    desk.clear(HOLIDAY)
    words = ("--policy", "tiny.yaml", "--mode", mode)
    planned = desk.run("plan", *words)
    assert planned.exit_code == 2, planned.output
    assert "mine answers mail, too (vacation)" in planned.output
    assert desk.run("apply").exit_code == 0
    assert desk.run("rollback").exit_code == 0
    assert desk.held() == ("mine", {"mine": HOLIDAY})

    (desk.folder / "tiny.yaml").write_text(POLICY)
    assert "answers mail" not in desk.run("plan", *words).output


def test_answering_scripts_are_known() -> None:
    """By what they require, on however many lines."""
    assert texts.answers(b'require "vacation";')
    assert texts.answers(b'Require ["fileinto",\r\n  "vacation-seconds"];')
    assert not texts.answers(b'require "fileinto"; # vacation\r\nif true { keep; }')


@pytest.fixture(scope="module")
def small() -> Iterator[CyrusHost]:
    """Cyrus with room for little."""
    with CyrusHost(max_script_kb=32) as host:
        yield host


@pytest.mark.real
def test_trim_makes_room(small: CyrusHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit is refused with a hint; with `--trim` it fits, and the plan says so."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    desk = Desk(small, "alice", tmp_path, small.sieve_port)
    desk.clear()
    # Towns go unasked; rules that take more than 32 KB do not.
    rules = "".join(
        f"  fills-{number}: {{when: {{header: X-Fills-The-Script-{number}, contains: "
        f"something-that-is-long-{number}}}, points: 1}}\n"
        for number in range(700)
    )
    text = POLICY.replace("Albany, NY", "New York City, NY").replace("miles: 40", "miles: 200")
    words = ("--policy", "tiny.yaml")
    (tmp_path / "tiny.yaml").write_text(text.replace("ladder:", rules + "ladder:"))
    refused = desk.run("plan", *words)
    assert (refused.exit_code, "--trim" in refused.output) == (1, True), refused.output
    planned = desk.run("plan", *words, "--trim")
    assert planned.exit_code == 2, planned.output
    assert "things left out for want of room (--trim)" in planned.output
    assert "only the largest near towns" in planned.output
    assert json.loads((tmp_path / "coldstop.plan").read_text())["plan"]["trim"] is True
    assert desk.run("apply").exit_code == 0
    assert desk.run("plan", *words, "--trim").exit_code == 0
