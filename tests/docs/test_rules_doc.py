"""docs/rules.md is what the policies say today: made from them, complete, and true."""

from __future__ import annotations

import datetime as dt
import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from coldstop.cli.app import app
from coldstop.policy.describe import describe, most
from coldstop.policy.errors import PolicyErrors
from coldstop.policy.lint import check
from coldstop.policy.load import Library, load_policy
from coldstop.policy.words import Verdict
from coldstop.scorecard.examples import examples, fires
from coldstop.scorecard.resolve import Scorecard, load_scorecard

if TYPE_CHECKING:
    from coldstop.policy.effective import Policy

ROOT = Path(__file__).resolve().parents[2]
SOURCE, PAGE = ROOT / "docs" / "rules.yaml", ROOT / "docs" / "rules.md"
TODAY = dt.date(2026, 6, 1)
POINTS = ("What", "Why", "Example", "Exception", "Silence it", "In Sieve")
_SNIPPET = re.compile(r"\*\*Silence it:\*\* `([^`]+)`")


@functools.cache
def card() -> Scorecard:
    """The policy that the page is made of."""
    return load_scorecard(str(SOURCE))


@functools.cache
def entries() -> dict[str, str]:
    """The page's entries by rule."""
    blocks = re.split(r"^### ", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    found = (block.partition("\n## ")[0].partition("\n") for block in blocks)
    return {name: text for name, _, text in found}


def shipped_rules() -> list[str]:
    """The rules that every preset has."""
    return list(load_policy("passive").rules)


LIBRARY = Library()


def changed(rule: str) -> Policy:
    """The preset passive with a line under `rules:`; PolicyErrors if `check` refuses it."""
    return check(LIBRARY.load_text(f"coldstop: 1\nextends: passive\nrules:\n  {rule}\n", "mine"))


def test_the_page_is_what_the_policies_say() -> None:
    """The file is what its command prints today."""
    recipe = re.search(
        r"coldstop (policy rules [^>]*?) >", (ROOT / "Makefile").read_text("utf-8"), re.DOTALL
    )
    assert recipe is not None
    arguments = recipe[1].replace("\\\n", " ").split()
    arguments[arguments.index("docs/rules.yaml")] = str(SOURCE)
    printed = CliRunner().invoke(app, arguments).output
    assert printed == PAGE.read_text("utf-8"), "a policy has changed; run: make rules"


@pytest.mark.parametrize("name", shipped_rules())
def test_every_rule_has_an_entry(name: str) -> None:
    """What, why, an example, exceptions, how to silence it, and its fate in Sieve."""
    assert name in entries(), "run: make rules"
    assert [one for one in POINTS if f"* **{one}:**" not in entries()[name]] == []


@pytest.mark.parametrize("name", shipped_rules())
def test_what_silences_a_rule_can_be_copied(name: str) -> None:
    """The line is taken without an error, and leaves the rule nothing to count or to bound."""
    found = _SNIPPET.search(entries()[name])
    assert found is not None
    rule = changed(found[1]).rules.get(name)
    if rule is not None:
        assert most(rule) == 0
        assert rule.at_least in {None, Verdict.KEEP}
        assert rule.at_most in {None, Verdict.DISCARD}


@pytest.mark.parametrize("name", shipped_rules())
def test_a_rule_that_others_ask_about_cannot_be_off(name: str) -> None:
    """Where the page offers `off`, it is taken; where it does not, `check` would refuse it."""
    offered = f"{name}: {{off: true}}" in entries()[name]
    if offered:
        assert name not in changed(f"{name}: {{off: true}}").rules
    else:
        with pytest.raises(PolicyErrors, match="switched off"):
            changed(f"{name}: {{off: true}}")


def test_every_example_makes_its_rule_fire() -> None:
    """A mail that holds the example fires the rule; every rule has one."""
    shown = examples(card(), TODAY)
    assert set(shown) >= set(shipped_rules())
    assert [name for name, one in shown.items() if not fires(card(), name, one, TODAY)] == []
    for name in shipped_rules():
        for line in shown[name].text:
            assert line in re.sub(r"\n  ", " ", entries()[name]), "run: make rules"


def test_every_rule_says_why() -> None:
    """A rule of the page has a reason, or more than that; nothing explains a rule that is gone."""
    described = describe(card().policy)
    assert [one.name for one in described if not (one.reason or one.why)] == []
    assert {one.name for one in described} == set(shipped_rules())
