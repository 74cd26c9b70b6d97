"""What senders are told: the keys of `reply`, how they join, and what `check` says of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from coldstop.policy.check_reply import HARSH
from coldstop.policy.effective import REJECT_TEXT
from coldstop.policy.errors import Code, PolicyErrors
from coldstop.policy.lint import lint
from coldstop.policy.load import load_text
from coldstop.policy.model import Verdict
from coldstop.policy.reply import DECLINE_SUBJECT
from coldstop.policy.show import render
from coldstop.resources import shipped_policies

if TYPE_CHECKING:
    from pathlib import Path

BASE = "coldstop: 1\nextends: presets/passive.yaml\ntrust: {authserv: mx.example}\n"
CIVIL = (
    "Thank you for contacting me. At this time I am not interested in leaving my company. Should "
    "other opportunities come up, please feel free to contact me."
)


def codes(more: str) -> list[Code]:
    """What `check` finds."""
    return [found.code for found in lint(load_text(BASE + more)) if found.code != "bad-example"]


def test_nothing_is_said_by_default() -> None:
    """No decline, no insisting, and the text for rejects that everybody gets."""
    policy = load_text(BASE)
    assert policy.reply.decline is None
    assert policy.reply.sieve == "file"
    assert policy.reject_text == REJECT_TEXT
    assert policy.reply.decline_on == (Verdict.TAG, Verdict.LATER)
    assert policy.reply.decline_days == 7
    assert policy.reply.decline_subject == DECLINE_SUBJECT


def test_texts_become_one_line() -> None:
    """Line ends of a YAML block are blanks in what is sent."""
    policy = load_text(BASE + "reply:\n  decline: |\n    Thank you.\n\n      Not now.\n")
    assert policy.reply.decline == "Thank you. Not now."


def test_a_single_verdict_will_do() -> None:
    """`decline_on: later` is a list of one."""
    policy = load_text(BASE + "reply: {decline: Thank you., decline_on: later, decline_days: 30}\n")
    assert policy.reply.decline_on == (Verdict.LATER,)
    assert policy.reply.decline_days == 30


@pytest.mark.parametrize(
    "bad",
    [
        "decline_on: trash",
        "decline_on: [later, reject]",
        "decline_on: []",
        "decline_days: 0",
        "decline_days: 91",
        "sieve: discard",
        'decline: " "',
        f"decline: {'x' * 601}",
        f"decline_subject: {'x' * 101}",
        f"reject: {'x' * 401}",
    ],
)
def test_bad_values_are_refused(bad: str) -> None:
    """What is thrown away is not answered; texts are short, and days are 1 to 90."""
    with pytest.raises(PolicyErrors):
        load_text(BASE + f"reply: {{{bad}}}\n")


def test_limits_are_allowed() -> None:
    """The longest texts and the last day are fine."""
    text = f"reply: {{decline: {'x' * 600}, decline_days: 90, decline_subject: {'x' * 100}}}\n"
    assert codes(text) == []


def test_the_revision_follows_what_is_said() -> None:
    """A policy that says nothing keeps its revision, and each key that is given changes it."""
    plain = load_text(BASE).revision
    assert load_text(BASE + "reply: {sieve: file, decline_days: 7}\n").revision == plain
    made = {
        load_text(BASE + f"reply: {{{more}}}\n").revision
        for more in ("sieve: reject", "decline: a", "decline: a, decline_days: 8", "decline: b")
    }
    assert len(made | {plain}) == 5


def test_keys_join_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy that extends another one changes what it names and keeps the rest; locks hold."""
    monkeypatch.chdir(tmp_path)
    house = BASE + "reply: {reject: No., decline: Not now.}\nlock: reply.decline\n"
    (tmp_path / "house.yaml").write_text(house)
    top = "coldstop: 1\nextends: house.yaml\n"
    merged = load_text(top + "reply: {decline_days: 9}\n")
    told = (merged.reject_text, merged.reply.decline, merged.reply.decline_days)
    assert told == ("No.", "Not now.", 9)
    with pytest.raises(PolicyErrors) as refused:
        load_text(top + "reply: {decline: Never.}\n")
    assert [error.code for error in refused.value.errors] == [Code.LOCKED]


@pytest.mark.parametrize("more", ["reply: {sieve: reject}\n", "reply: {decline: 'A: b  c'}\n"])
def test_what_is_shown_loads_again(more: str) -> None:
    """`policy show` names the default text beside the keys that were given."""
    policy = load_text(BASE + more)
    shown = render(policy)
    assert f"  reject: {json.dumps(REJECT_TEXT)}  # by default" in shown
    assert load_text(shown).revision == policy.revision


def test_civil_texts_are_fine() -> None:
    """Neither the words of the seeds nor those that are shipped are taken for harsh."""
    assert codes(f"reply: {{decline: {json.dumps(CIVIL)}}}\n") == []
    assert codes("reply: {decline: Class assistants passed; shell scripts.}\n") == []
    for name in shipped_policies():
        found = lint(load_text(f"coldstop: 1\nextends: {name}\n"))
        assert Code.UNCIVIL not in [one.code for one in found]


@pytest.mark.parametrize("text", ["You idiots!", "SHUT  UP", "Go to\n  hell.", "you_moron"])
def test_insults_are_regretted(text: str) -> None:
    """Whole words, whatever their case, line ends and what stands around them."""
    assert codes(f"reply: {{decline: {json.dumps(text)}}}\n") == [Code.UNCIVIL]
    assert codes(f"reply: {{reject: {json.dumps(text)}}}\n") == [Code.UNCIVIL]


def test_the_list_of_insults_is_in_order() -> None:
    """Sorted, each once, so that additions are seen."""
    assert list(HARSH) == sorted(set(HARSH))
