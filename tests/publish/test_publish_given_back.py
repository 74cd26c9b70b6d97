"""`rollback` gives back what was active, whoever made it and whatever its name; byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldstop.policy.load import load_text
from coldstop.publish import texts
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.targets import load_target
from support.judging import TODAY
from support.policies import wanting
from support.sievedesk import NEWER, OURS, THEIRS

if TYPE_CHECKING:
    from support.sievedesk import Desk

pytestmark = pytest.mark.real

MODES = pytest.mark.parametrize("mode", ["include", "block"])
COMPILED = compile_policy(load_text(wanting()), load_target("generic"), today=TODAY)
UPLOADED = texts.crlf(COMPILED.text.encode())
NAMES = ("by-hand", "coldstop", "coldstop-passive", "coldstop-main", f"coldstop-{'0' * 12}")
SOME = (NAMES[0], *NAMES[-2:])


def alone(desk: Desk, name: str, text: bytes, *, active: bool = True) -> None:
    """Leave the account with this script and no other."""
    desk.clear()
    desk.store(name, text, activate=active)


def off(desk: Desk, *gone: str) -> None:
    """Switch Sieve off, and delete scripts, as another client would."""
    with desk.host.sieve(desk.user) as sieve:
        sieve.activate("")
        for name in gone:
            sieve.do(b'DELETESCRIPT "%s"' % name.encode())


def lived(desk: Desk, mode: str, *force: str) -> None:
    """Publish two revisions, the second applied twice: nothing drifts, nothing is left to do."""
    for text, times in ((OURS, 1), (NEWER, 2)):
        assert desk.plan(text, "--mode", mode).exit_code == 2
        for _ in range(times):
            applied = desk.run("apply", *force)
            assert applied.exit_code == 0, applied.output
        found = desk.run("status")
        assert (found.exit_code, "drift" in found.output) == (0, False), found.output
    again = desk.plan(NEWER, "--mode", mode)
    assert again.exit_code == 0, again.output


def back(desk: Desk, before: tuple[str, dict[str, bytes]]) -> None:
    """Roll back twice: all is as before, to the byte."""
    for said in ("", "nothing to do"):
        rolled = desk.run("rollback")
        assert (rolled.exit_code, said in rolled.output) == (0, True), rolled.output
        assert desk.held() == before
        assert "nothing is published" in desk.run("status").output


@MODES
@pytest.mark.parametrize("name", NAMES)
def test_a_script_of_build_that_was_uploaded_by_hand(desk: Desk, name: str, mode: str) -> None:
    """It is active again afterwards, under any name; meanwhile the new one takes its place."""
    alone(desk, name, UPLOADED)
    before = desk.held()
    planned = desk.plan(OURS, "--mode", mode)
    assert "stored by hand" in planned.output
    lived(desk, mode)
    assert desk.filed("a job", "other") == {"Headhunters": 1, "INBOX": 1}
    back(desk, before)


@MODES
@pytest.mark.parametrize("name", SOME)
def test_one_that_is_not_active(desk: Desk, name: str, mode: str) -> None:
    """Beside a script of the reader's own, or with Sieve off, it stays where it is."""
    alone(desk, name, UPLOADED, active=False)
    for activate in (False, True):
        if activate:
            desk.store("mine", THEIRS, activate=True)
        before = desk.held()
        lived(desk, mode)
        back(desk, before)


@MODES
@pytest.mark.parametrize("name", SOME)
def test_one_that_was_edited(desk: Desk, name: str, mode: str) -> None:
    """What somebody added to a script of ours goes on running, and comes back to the byte."""
    edited = UPLOADED + b'if header :contains "subject" "list" { fileinto "Lists"; }\r\n# mine'
    alone(desk, name, edited)
    before = desk.held()
    lived(desk, mode, "--force")
    assert desk.filed("a job")["Headhunters"] == 1
    if name != "coldstop-main":
        assert desk.filed("list") == {"Lists": 1}
    back(desk, before)


@MODES
def test_somebody_elses_script_under_our_name(desk: Desk, mode: str) -> None:
    """A foreign script in our wrapper's place is active again, though it had to be forced."""
    alone(desk, "coldstop-main", THEIRS)
    before = desk.held()
    assert desk.plan(OURS, "--mode", mode).exit_code == 2
    refused = desk.run("apply")
    assert (refused.exit_code, "not without --force" in refused.output) == (1, True)
    assert desk.held() == before
    lived(desk, mode, "--force")
    back(desk, before)


def test_foreign_script_in_our_place_is_put_back(desk: Desk) -> None:
    """What had to be overwritten beside the reader's script is there again afterwards."""
    desk.store("coldstop-main", b"# a letter to myself\r\nkeep;\r\n")
    before = desk.held()
    lived(desk, "include", "--force")
    back(desk, before)


@MODES
def test_a_script_that_was_ours_under_another_name(desk: Desk, mode: str) -> None:
    """What a client renamed after an earlier publication is the reader's now."""
    desk.publish(OURS)
    held = desk.scripts()
    desk.clear()
    for name, text in held.items():
        desk.store(f"old-{name}", text)
    desk.store("old", held["coldstop-main"], activate=True)
    for path in (desk.folder / "state").rglob("*.json"):
        path.unlink()
    before = desk.held()
    assert "nothing is published" in desk.run("status").output
    assert "nothing to do" in desk.run("rollback").output
    assert desk.held() == before
    lived(desk, mode)
    back(desk, before)


def test_rollback_where_nothing_was_published(desk: Desk) -> None:
    """A script of `build` that is active is left alone by a rollback of nothing."""
    for name in NAMES:
        alone(desk, name, UPLOADED)
        before = desk.held()
        back(desk, before)


@MODES
def test_switched_off_meanwhile(desk: Desk, mode: str) -> None:
    """Where Sieve was switched off since, or our script deleted, the one before is active again."""
    for name, text in (("mine", THEIRS), ("by-hand", UPLOADED)):
        alone(desk, name, text)
        before = desk.held()
        for delete in (False, True):
            desk.publish(OURS, "--mode", mode)
            active = desk.active()
            off(desk, *([active] if delete else []))
            assert desk.run("status").exit_code == 1
            back(desk, before)


@MODES
def test_planned_again_after_the_wrapper_was_deleted(desk: Desk, mode: str) -> None:
    """A new plan knows what ran beside our script, or was there before it."""
    for name, text in (("mine", THEIRS), ("by-hand", UPLOADED)):
        alone(desk, name, text)
        before = desk.held()
        desk.publish(OURS, "--mode", mode)
        off(desk, *(["coldstop-main"] if "coldstop-main" in desk.scripts() else []))
        desk.publish(NEWER, "--mode", mode)
        lists = {"Lists": 1} if name == "mine" else {}
        assert desk.filed("a job", "list", "other") == {"Headhunters": 1, "INBOX": 2, **lists}
        back(desk, before)


def test_the_one_before_was_deleted_meanwhile(desk: Desk) -> None:
    """It comes back from this machine."""
    alone(desk, "by-hand", UPLOADED)
    before = desk.held()
    desk.publish()
    with desk.host.sieve(desk.user) as sieve:
        sieve.do(b'DELETESCRIPT "by-hand"')
    desk.publish(NEWER)
    back(desk, before)


@pytest.mark.parametrize("text", [UPLOADED, THEIRS])
def test_another_script_made_active_since(desk: Desk, text: bytes) -> None:
    """The reader's choice stays, also where it is a script of `build`; --force takes it back."""
    desk.publish()
    desk.store("chosen", text, activate=True)
    rolled = desk.run("rollback")
    assert (rolled.exit_code, "stays so" in rolled.output) == (0, True)
    assert desk.held() == ("chosen", {"chosen": text, "mine": THEIRS})

    with desk.host.sieve(desk.user) as sieve:
        sieve.activate("mine")
    desk.publish()
    desk.store("chosen", text, activate=True)
    assert desk.run("rollback", "--force").exit_code == 0
    assert desk.held() == ("mine", {"chosen": text, "mine": THEIRS})


def test_the_one_before_was_edited_since(desk: Desk) -> None:
    """The edit stays, unless forced."""
    alone(desk, "by-hand", UPLOADED)
    desk.publish()
    edited = UPLOADED + b"# more\r\n"
    desk.store("by-hand", edited)
    rolled = desk.run("rollback")
    assert (rolled.exit_code, "the edited one stays" in rolled.output) == (0, True)
    assert desk.held() == ("by-hand", {"by-hand": edited})


def test_our_script_was_replaced_by_hand(desk: Desk) -> None:
    """A script of `build` stored over our wrapper is the reader's: it is not deleted."""
    desk.publish()
    desk.store("coldstop-main", UPLOADED)
    rolled = desk.run("rollback")
    assert (rolled.exit_code, "stays so" in rolled.output) == (0, True), rolled.output
    assert desk.held() == ("coldstop-main", {"coldstop-main": UPLOADED, "mine": THEIRS})


def test_from_another_machine(desk: Desk) -> None:
    """A machine that remembers nothing finds what was active before in our wrapper."""
    alone(desk, "by-hand", UPLOADED)
    before = desk.held()
    desk.publish()
    for path in (desk.folder / "state").rglob("*.json"):
        path.unlink()
    assert desk.plan().exit_code == 0
    assert desk.run("status").exit_code == 0
    desk.publish(NEWER)
    back(desk, before)
    desk.publish()
    for path in (desk.folder / "state").rglob("*.json"):
        path.unlink()
    back(desk, before)


def test_a_policy_over_an_upload_of_the_same_policy(desk: Desk) -> None:
    """The very script that would be published is there by hand, under the very name."""
    (desk.folder / "p.yaml").write_text(wanting())
    planned = desk.run("plan", "--policy", "p.yaml")
    assert planned.exit_code == 2, planned.output
    assert desk.run("apply").exit_code == 0
    (guard,) = set(desk.scripts()) - {"coldstop-main", "mine"}
    text = desk.scripts()[guard]
    assert desk.run("rollback").exit_code == 0
    alone(desk, guard, text)
    before = desk.held()
    assert desk.run("plan", "--policy", "p.yaml").exit_code == 2
    assert desk.run("apply").exit_code == 0
    assert desk.run("status").exit_code == 0
    assert desk.run("plan", "--policy", "p.yaml").exit_code == 0
    back(desk, before)
