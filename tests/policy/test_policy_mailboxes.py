"""Which policy judges the mail of which recipient."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coldstop.policy.errors import Code, PolicyErrors
from coldstop.policy.load import load_text
from coldstop.policy.mailboxes import MailboxMap, load_mailboxes

if TYPE_CHECKING:
    from coldstop.policy.effective import Policy

DEFAULT = """\
coldstop: 1
pitch: {threshold: 1}
ladder: {0: keep, 6: tag}
lists: {friends: [Ann]}
rules:
  says-job: {when: {text: job}, pitch: 1}
  cold: {when: {text: a}, points: 10}
lock: pitch
"""
FILES = {
    "default": DEFAULT,
    "work": "coldstop: 1\nladder: {0: tag}\nlists: {friends: [Bob]}\n",
    "ray": "coldstop: 1\nlists: {friends: [Cid]}\nrules: {cold: {points: 3}}\n",
    "rude": "coldstop: 1\npitch: {threshold: 9}\n",
    "broken": "coldstop: 1\nladdr: {}\n",
}


@pytest.fixture
def policies(tmp_path: Path) -> dict[str, str]:
    """Write the policies; name -> path."""
    for name, text in FILES.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    return {name: str(tmp_path / f"{name}.yaml") for name in FILES}


@pytest.fixture
def boxes(policies: dict[str, str]) -> MailboxMap[Policy]:
    """A default, a domain and mailboxes inside and outside of it."""
    return load_mailboxes(
        policies["default"],
        {"Work.Example": policies["work"]},
        {
            "Ray@work.example": policies["ray"],
            "kim@home.example": policies["ray"],
            "ann@home.example": policies["ray"],
            "ann+jobs@home.example": policies["work"],
        },
    )


def test_mailbox_lies_over_domain_over_default(boxes: MailboxMap[Policy]) -> None:
    """A mailbox has its domain's policy under its own, and the default under both."""
    ray = boxes.policy_for("ray@work.example")
    assert ray.lists["friends"] == ("Ann", "Bob", "Cid")
    assert ray.rules["cold"].points == 3
    assert ray.ladder[0][1].verdict == "tag"
    assert boxes.policy_for("kim@home.example").lists["friends"] == ("Ann", "Cid")
    assert boxes.policy_for("other@work.example").lists["friends"] == ("Ann", "Bob")
    assert boxes.policy_for("other@elsewhere.example").lists["friends"] == ("Ann",)


@pytest.mark.parametrize(
    "recipient",
    [
        "ray@work.example",
        "RAY@WORK.EXAMPLE",
        "<ray@work.example>",
        " ray@work.example. ",
        "ray+tag@work.example",
        "Ray+a+b@work.example",
    ],
)
def test_spellings_of_a_recipient(boxes: MailboxMap[Policy], recipient: str) -> None:
    """Case, angle brackets, a last dot and a tag make no difference."""
    assert boxes.policy_for(recipient).name == "ray"


@pytest.mark.parametrize("recipient", ["", "<>", "postmaster", "@", "a@", "@b", "+ray@x.example"])
def test_odd_recipients_have_the_default(boxes: MailboxMap[Policy], recipient: str) -> None:
    """What is no address of ours has the default, and nothing is raised."""
    assert boxes.policy_for(recipient).name == "default"


def test_a_tag_may_have_a_policy_of_its_own(boxes: MailboxMap[Policy]) -> None:
    """A mailbox that is named with its tag is meant with its tag."""
    assert boxes.policy_for("ann+jobs@home.example").name == "work"
    assert boxes.policy_for("ann+x@home.example").name == "ray"


def test_other_delimiters(policies: dict[str, str]) -> None:
    """The delimiter of tags is the mail server's; without one there are no tags."""
    mailboxes = {"ray@x.example": policies["ray"]}
    dashed = load_mailboxes(policies["default"], {}, mailboxes, delimiter="-")
    assert dashed.policy_for("ray-tag@x.example").name == "ray"
    assert dashed.policy_for("ray+tag@x.example").name == "default"
    without = load_mailboxes(policies["default"], {}, mailboxes, delimiter="")
    assert without.policy_for("ray+tag@x.example").name == "default"


def test_equal_results_are_one_object(boxes: MailboxMap[Policy]) -> None:
    """The same row of policies is one policy, and each policy is listed once."""
    kim, ann = (boxes.policy_for(f"{name}@home.example") for name in ("kim", "ann"))
    assert kim is ann
    assert kim is not boxes.policy_for("ray@work.example")
    policies = boxes.policies()
    assert policies[0] is boxes.policy_for("")
    assert len(policies) == len({id(policy) for policy in policies}) == 4


def test_policies_are_resolved_once_each(boxes: MailboxMap[Policy]) -> None:
    """What is made of policies is made once for each, and found by recipient."""
    made: list[Policy] = []

    def resolve(policy: Policy) -> list[str]:
        made.append(policy)
        return [policy.name]

    resolved = boxes.resolved(resolve)
    assert tuple(made) == boxes.policies() == resolved.policies()
    kim = resolved.for_recipient("kim@home.example")
    assert kim == ["ray"]
    assert kim is resolved.for_recipient("ann+x@home.example")
    assert resolved.policy_for("kim@home.example") is boxes.policy_for("kim@home.example")
    assert boxes.for_recipient("kim@home.example") is boxes.policy_for("kim@home.example")


def test_the_default_may_be_all(policies: dict[str, str]) -> None:
    """Without maps everybody has the default; a map to the default changes nothing."""
    assert len(load_mailboxes(policies["default"]).policies()) == 1
    same = load_mailboxes(policies["default"], {"x.example": policies["default"]})
    assert len(same.policies()) == 1


def test_locks_hold_for_mailboxes(policies: dict[str, str]) -> None:
    """A mailbox cannot change what the default locks."""
    with pytest.raises(PolicyErrors) as caught:
        load_mailboxes(policies["default"], {}, {"ray@x.example": policies["rude"]})
    assert [(error.code, error.line) for error in caught.value.errors] == [(Code.LOCKED, 2)]


def test_all_findings_come_at_once(policies: dict[str, str]) -> None:
    """What is wrong with several policies and with the maps is reported together."""
    with pytest.raises(PolicyErrors) as caught:
        load_mailboxes(
            policies["default"],
            {"x.example": policies["broken"], "a@b": "x", "": "x", "X.example": "x"},
            {"y@y.example": policies["rude"], "z.example": "x", "z@z.example": "nothere"},
            shown="coldstop.yaml",
        )
    found = [(Path(error.file).stem, error.code) for error in caught.value.errors]
    assert sorted(found) == sorted(
        [
            *[("coldstop", Code.BAD_MAILBOX)] * 4,
            ("broken", Code.UNKNOWN_KEY),
            ("nothere", Code.UNREADABLE),
            ("rude", Code.LOCKED),
        ]
    )


def test_overlaid_rows_share_their_parts(policies: dict[str, str]) -> None:
    """Rules that a mailbox leaves alone are the default's own objects: a daemon has many."""
    boxes = load_mailboxes(policies["default"], {}, {"kim@x.example": policies["ray"]})
    mine, default = boxes.policy_for("kim@x.example"), boxes.policy_for("")
    assert mine.rules["says-job"] is default.rules["says-job"]
    assert mine.rules["cold"] is not default.rules["cold"]
    assert default.revision == load_text(DEFAULT).revision
