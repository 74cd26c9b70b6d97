"""Plan, apply, status and rollback on real Dovecot and Cyrus."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from coldstop.publish import texts
from support.sievedesk import NEWER, OURS, THEIRS
from support.sievehosts import CyrusHost

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.sievedesk import Desk

pytestmark = pytest.mark.real

MODES = pytest.mark.parametrize("mode", ["include", "block"])
FILED = {"Recruiters": 1, "Lists": 1, "INBOX": 2}
SUBJECTS = ("a job", "list", "other")


def test_whole_life(desk: Desk) -> None:
    """Plan, apply, status, rollback: the reader's script runs all the time and comes back whole."""
    planned = desk.plan()
    assert planned.exit_code == 2
    assert '+if header :contains "subject" "a job"' in planned.output
    assert '+include :personal :optional "mine";' in planned.output
    assert desk.scripts() == {"mine": THEIRS}, "a plan changes nothing"

    applied = desk.run("apply")
    assert applied.exit_code == 0, applied.output
    assert desk.active() == "coldstop-main"
    assert desk.scripts()["mine"] == THEIRS
    assert desk.filed(*SUBJECTS) == FILED

    assert desk.run("status").exit_code == 0
    assert desk.plan().exit_code == 0
    assert desk.run("apply").exit_code == 0, "applying twice is fine"

    rolled = desk.run("rollback")
    assert rolled.exit_code == 0, rolled.output
    assert desk.held() == ("mine", {"mine": THEIRS})
    assert "nothing is published" in desk.run("status").output
    assert "nothing to do" in desk.run("rollback").output


def test_block_mode(desk: Desk) -> None:
    """In block mode ours stands within the reader's script, and rollback restores every byte."""
    desk.publish(OURS, "--mode", "block")
    assert desk.active() == "mine"
    assert set(desk.scripts()) == {"mine"}
    assert desk.filed(*SUBJECTS) == FILED
    assert desk.run("status").exit_code == 0
    assert desk.plan(OURS, "--mode", "block").exit_code == 0
    desk.publish(NEWER, "--mode", "block")
    assert desk.filed("a job") == {"Headhunters": 1}
    assert desk.run("rollback").exit_code == 0
    assert desk.held() == ("mine", {"mine": THEIRS})


def test_modes_change(desk: Desk) -> None:
    """From a wrapper to a block and back, nothing of the other way is left."""
    desk.publish()
    desk.publish(OURS, "--mode", "block")
    assert (desk.active(), set(desk.scripts())) == ("mine", {"mine"})
    desk.publish(OURS, "--mode", "include")
    assert desk.active() == "coldstop-main"
    assert desk.scripts()["mine"] == THEIRS
    assert len(desk.scripts()) == 3
    assert desk.filed(*SUBJECTS) == FILED
    assert desk.run("rollback").exit_code == 0
    assert desk.held() == ("mine", {"mine": THEIRS})


def test_update_replaces_the_guard(desk: Desk) -> None:
    """A new revision takes the place of the old one, which is removed afterwards."""
    desk.publish()
    old = set(desk.scripts())
    planned = desk.plan(NEWER)
    assert '-if header :contains "subject" "a job" { fileinto :create "Recruiters"; stop; }' in (
        planned.output
    )
    assert desk.run("apply").exit_code == 0
    assert len(desk.scripts()) == 3
    assert set(desk.scripts()) != old
    assert desk.filed(*SUBJECTS) == {"Headhunters": 1, "Lists": 1, "INBOX": 2}


@MODES
def test_no_script_before(desk: Desk, mode: str) -> None:
    """Where Sieve was off, ours runs alone, and rollback switches Sieve off again."""
    desk.clear()
    desk.publish(OURS, "--mode", mode)
    assert desk.active() == "coldstop-main"
    assert desk.filed("a job", "other") == {"Recruiters": 1, "INBOX": 1}
    assert desk.run("status").exit_code == 0
    assert desk.run("rollback").exit_code == 0
    assert desk.held() == ("", {})


def test_drift_is_noticed(desk: Desk) -> None:
    """Edited, deactivated, deleted, or another script active: status ends with 1 and says which."""
    desk.publish()
    guard = next(name for name in desk.scripts() if name not in ("coldstop-main", "mine"))
    whole = desk.scripts()[guard]

    desk.store(guard, whole + b"# more\r\n")
    assert (desk.run("status").exit_code, f"{guard} was edited") == (
        1,
        f"{guard} was edited" if f"{guard} was edited" in desk.run("status").output else "",
    )
    desk.store(guard, whole)
    assert desk.run("status").exit_code == 0

    with desk.host.sieve(desk.user) as sieve:
        sieve.activate("")
    assert "was deactivated" in desk.run("status").output
    with desk.host.sieve(desk.user) as sieve:
        sieve.activate("mine")
    found = desk.run("status")
    assert (found.exit_code, "mine is active instead of coldstop-main" in found.output) == (1, True)
    with desk.host.sieve(desk.user) as sieve:
        sieve.activate("coldstop-main")
        sieve.do(b'DELETESCRIPT "%s"' % guard.encode())
    assert f"{guard} was deleted" in desk.run("status").output
    assert desk.filed(*SUBJECTS) == {"Lists": 1, "INBOX": 3}, "the reader's own still runs"

    assert desk.plan().exit_code == 2
    assert desk.run("apply").exit_code == 0
    assert desk.run("status").exit_code == 0


def test_block_drift(desk: Desk) -> None:
    """An edit outside of the block is the reader's business, one within it is drift."""
    desk.publish(OURS, "--mode", "block")
    text = desk.scripts()["mine"]
    desk.store("mine", text + b"\r\n# mine, too\r\n")
    found = desk.run("status")
    assert (found.exit_code, "outside of our block" in found.output) == (0, True)
    desk.store("mine", text.replace(b"Recruiters", b"Friends"))
    assert desk.run("status").exit_code == 1
    desk.store("mine", THEIRS)
    assert desk.run("status").exit_code == 1
    assert "another program wrote it anew" in desk.plan(OURS, "--mode", "block").output


def test_rollback_keeps_the_readers_edits(desk: Desk) -> None:
    """What the reader changed in the meantime is not rolled back, unless forced."""
    desk.publish(OURS, "--mode", "block")
    edited = desk.scripts()["mine"] + b"\r\n# mine, too\r\n"
    desk.store("mine", edited)
    assert desk.run("rollback").exit_code == 0
    assert desk.scripts() == {"mine": THEIRS + b"\r\n# mine, too\r\n"}

    desk.publish()
    desk.store("mine", THEIRS + b"\r\n# again\r\n")
    assert desk.run("rollback").exit_code == 0
    assert desk.scripts() == {"mine": THEIRS + b"\r\n# again\r\n"}


def test_rollback_leaves_another_active_script(desk: Desk) -> None:
    """A script that somebody else made active stays so; forced, the one before ours comes back."""
    desk.publish()
    desk.store("holiday", b"keep;\r\n", activate=True)
    rolled = desk.run("rollback")
    assert (rolled.exit_code, "stays so" in rolled.output) == (0, True)
    assert (desk.active(), set(desk.scripts())) == ("holiday", {"holiday", "mine"})


def test_rollback_brings_a_deleted_script_back(desk: Desk) -> None:
    """The reader's script is restored from this machine if it is gone from the server."""
    desk.publish()
    with desk.host.sieve(desk.user) as sieve:
        sieve.do(b'DELETESCRIPT "mine"')
    assert desk.run("rollback").exit_code == 0
    assert desk.held() == ("mine", {"mine": THEIRS})


def test_without_state(desk: Desk) -> None:
    """Another machine, which remembers nothing, finds its way by what is on the server."""
    desk.publish()
    for path in (desk.folder / "state").rglob("*.json"):
        path.unlink()
    found = desk.run("status")
    assert (found.exit_code, "another machine" in found.output) == (0, True)
    assert desk.plan().exit_code == 0
    assert desk.run("rollback").exit_code == 0
    assert desk.held() == ("mine", {"mine": THEIRS})

    desk.publish(OURS, "--mode", "block")
    for path in (desk.folder / "state").rglob("*.json"):
        path.unlink()
    assert desk.run("status").exit_code == 0
    assert desk.run("rollback").exit_code == 0
    assert desk.scripts() == {"mine": THEIRS}


def test_foreign_wrapper_needs_force(desk: Desk) -> None:
    """A script of somebody else under our wrapper's name is not touched unless forced, and kept."""
    foreign = b"# a letter to myself\r\nkeep;\r\n"
    desk.store("coldstop-main", foreign)
    planned = desk.plan()
    assert (planned.exit_code, "needs --force" in planned.output) == (2, True)
    refused = desk.run("apply")
    assert (refused.exit_code, "not without --force" in refused.output) == (1, True)
    assert desk.scripts() == {"mine": THEIRS, "coldstop-main": foreign}
    assert desk.active() == "mine"

    assert desk.run("apply", "--force").exit_code == 0
    assert desk.filed(*SUBJECTS) == FILED
    state = next((desk.folder / "state").rglob("alice.json"))
    kept = json.loads(state.read_text())["kept"]
    assert {"name": "coldstop-main", "text": foreign.decode()} in kept


def test_edited_guard_needs_force(desk: Desk) -> None:
    """An edited script of ours is neither replaced nor deleted without force."""
    desk.publish()
    guard = next(name for name in desk.scripts() if name not in ("coldstop-main", "mine"))
    edited = desk.scripts()[guard] + b"# mine now\r\n"
    desk.store(guard, edited)
    assert desk.plan(NEWER).exit_code == 2
    assert desk.run("apply").exit_code == 1
    assert desk.scripts()[guard] == edited
    rolled = desk.run("rollback")
    assert (rolled.exit_code, "stays there" in rolled.output) == (1, True)
    assert desk.held() == ("mine", {"mine": THEIRS, guard: edited})
    assert desk.run("rollback", "--force").exit_code == 0
    assert desk.scripts() == {"mine": THEIRS}


def test_changed_since_the_plan(desk: Desk) -> None:
    """A plan is refused if the server is not as it was planned for."""
    assert desk.plan().exit_code == 2
    desk.store("mine", THEIRS + b"\r\n# one more\r\n")
    refused = desk.run("apply")
    assert (refused.exit_code, "mine was changed" in refused.output) == (1, True)
    assert set(desk.scripts()) == {"mine"}
    assert desk.plan().exit_code == 2
    desk.store("holiday", b"keep;\r\n", activate=True)
    assert "holiday is active" in desk.run("apply").output


def test_webmail_takes_over(desk: Desk) -> None:
    """When another program has made its script active, the next plan warns and includes that."""
    desk.publish()
    desk.store("webmail", THEIRS, activate=True)
    planned = desk.plan()
    assert "webmail is active instead of coldstop-main" in planned.output
    assert desk.run("apply").exit_code == 0
    assert desk.filed(*SUBJECTS) == FILED
    assert texts.included(desk.scripts()["coldstop-main"])[1] == "webmail"
    assert desk.run("rollback").exit_code == 0
    assert desk.active() == "webmail"


def test_circle_is_refused(desk: Desk) -> None:
    """A script that includes ours cannot be included by ours."""
    desk.publish()
    wrapper = b'require "include";\r\ninclude :personal "coldstop-main";\r\n'
    desk.store("user", wrapper, activate=True)
    refused = desk.plan()
    assert (refused.exit_code, "never end" in refused.output) == (1, True)


@pytest.fixture
def odd_name(desk: Desk) -> Iterator[bytes]:
    """The active script's name, as an argument: it has quotes and a backslash."""
    desk.clear()
    name = rb'"my \"best\" \\ one"'
    with desk.host.sieve(desk.user) as sieve:
        sieve.do(b"PUTSCRIPT %s" % name, THEIRS)
        sieve.do(b"SETACTIVE %s" % name)
        yield name
        sieve.activate("")
        sieve.do(b"DELETESCRIPT %s" % name)


def test_odd_name(desk: Desk, odd_name: bytes) -> None:
    """A script whose name has quotes goes on running; Cyrus cannot list it, so we stop there."""
    if isinstance(desk.host, CyrusHost):
        refused = desk.plan()
        assert (refused.exit_code, "rename that script" in refused.output) == (1, True)
        return
    desk.publish()
    assert desk.filed(*SUBJECTS) == FILED
    assert desk.run("status").exit_code == 0
    assert desk.run("rollback").exit_code == 0
    with desk.host.sieve(desk.user) as sieve:
        assert sieve.do(b"GETSCRIPT %s" % odd_name).rows[0] == THEIRS


def test_odd_bytes(desk: Desk) -> None:
    """A reader's script that is not UTF-8 survives plan, apply and rollback in block mode."""
    odd = b'# caf\xe9\nrequire "fileinto";\n\n\nkeep;\n\n\n'
    desk.store("mine", odd)
    desk.publish(OURS, "--mode", "block")
    assert desk.filed("a job") == {"Recruiters": 1}
    assert desk.run("rollback").exit_code == 0
    assert desk.scripts() == {"mine": odd}


def test_files_are_private(desk: Desk) -> None:
    """The plan and the state are for their owner's eyes, and no password is in them."""
    desk.publish()
    state = next((desk.folder / "state").rglob("alice.json"))
    for path in (desk.folder / "coldstop.plan", state):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert desk.host.users["alice"] not in path.read_text()
    assert stat.S_IMODE(state.parent.stat().st_mode) == 0o700
