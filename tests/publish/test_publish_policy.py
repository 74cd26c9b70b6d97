"""From a policy to mail in folders, and docs/publishing.md as it is written."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coldstop.publish import compiling
from coldstop.sieve.targets import target_names
from support.sievedesk import THEIRS

if TYPE_CHECKING:
    from support.sievedesk import Desk

pytestmark = pytest.mark.real

DOCUMENT = Path(__file__).parents[2] / "docs" / "publishing.md"
POLICY = """\
coldstop: 1
name: tiny
pitch: {threshold: 3}
rules:
  job: {when: {text: a job}, pitch: 3, kind: job}
  hurry: {when: {text: [call me, at once]}, points_each: 3, cap: 9, reason: no hurry}
ladder: {0: keep, 6: file Jobs, 20: trash}
"""
JOB = (
    b"From: Ann <ann@firm.example>\nTo: alice@mail.test\nSubject: Hello\n\n"
    b"A job for you. Call me, and call me at once!\n"
)


def test_a_target_of_ones_own_and_what_it_has_no_room_for(desk: Desk) -> None:
    """A file may be the target; one line beside the plan says how much is left out."""
    (desk.folder / "mine.yaml").write_text("name: mine\ntitle: My host\nlike: generic\n")
    planned = desk.run("plan", "--policy", "passive", "--target", "./mine.yaml")
    assert planned.exit_code == 2, planned.output
    assert "for mine" in planned.output
    assert re.search(r"^\d+ of 93 rules left out; see --loss$", planned.stderr, re.MULTILINE)


@pytest.mark.parametrize("mode", ["include", "block"])
def test_policy_at_work(desk: Desk, mode: str) -> None:
    """A policy is compiled for the server at hand, and files mail there beside the reader's own."""
    (desk.folder / "tiny.yaml").write_text(POLICY)
    words = ("--policy", "tiny.yaml", "--mode", mode)
    planned = desk.run("plan", *words)
    assert planned.exit_code == 2, planned.output
    assert "policy tiny" in planned.output
    applied = desk.run("apply")
    assert applied.exit_code == 0, applied.output
    assert desk.run("plan", *words).exit_code == 0
    desk.host.empty_mail(desk.user)
    assert desk.host.deliver(desk.user, [JOB])[0][0] == 250
    assert set(desk.host.stored(desk.user)) == {"Jobs"}
    desk.host.empty_mail(desk.user)
    assert desk.filed("list", "other") == {"Lists": 1, "INBOX": 2}
    assert desk.run("rollback").exit_code == 0
    assert desk.held() == ("mine", {"mine": THEIRS})


def test_bad_policy(desk: Desk) -> None:
    """A policy with an error ends plan with 1, for 2 means that there is something to do."""
    (desk.folder / "tiny.yaml").write_text(POLICY + "nonsense: 1\n")
    refused = desk.run("plan", "--policy", "tiny.yaml")
    assert (refused.exit_code, "tiny.yaml:8:1" in refused.output) == (1, True)
    (desk.folder / "tiny.yaml").write_text(POLICY)
    for words in (("--target", "none"), ("--on", "someday"), ("--mode", "x"), ("--nonsense",)):
        assert desk.run("plan", "--policy", "tiny.yaml", *words).exit_code == 1
    assert desk.run("plan", "--policy", "tiny.yaml", "--out", "/nonexistent/x").exit_code == 1


def test_every_detected_target_is_shipped() -> None:
    """Whatever a server is taken for, there is a target of that name."""
    found = {target for _, target in (*compiling.BY_HOST, *compiling.BY_IMPLEMENTATION)}
    assert found | {compiling.OTHERWISE} <= set(target_names())


@pytest.mark.parametrize("host", ["dovecot"], indirect=True)
def test_document(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command in docs/publishing.md runs as written, in that order."""
    command = desk.folder / "pass"
    command.write_text(f"#!/bin/sh\necho {desk.host.users[desk.user]}\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(desk.folder), prepend=":")
    ran = set()
    for block in re.findall(r"^```sh\n(.*?)^```$", DOCUMENT.read_text(), re.DOTALL | re.MULTILINE):
        for line in block.splitlines():
            words = shlex.split(line.partition(" || ")[0])
            if words[0] == "export":
                continue
            assert words[:2] == ["coldstop", "sieve"]
            if words[2] == "canary":  # needs a way in for mail: test_publish_canary.py
                continue
            result = desk.run(*words[2:])
            assert result.exit_code in ((0, 2) if words[2] == "plan" else (0,)), result.output
            ran.add(words[2])
    assert ran == {"plan", "apply", "status", "rollback"}
    assert desk.held() == ("mine", {"mine": THEIRS})
