"""Sorts of evidence are counted; a phrase in two of them would count twice."""

from __future__ import annotations

import collections
import re

import pytest

from coldstop.lexicon.literals import expand
from coldstop.lexicon.lower import lower
from coldstop.policy import model
from coldstop.policy.load import load_policy
from coldstop.policy.walk import conditions

MOST = 400
"""Spellings up to which a phrase is compared."""


def sorts(policy_name: str) -> dict[tuple[str, bool], set[str]]:
    """For each list that speaks for or against a pitch in bodies, the spellings it has."""
    policy = load_policy(policy_name)
    found: dict[tuple[str, bool], set[str]] = collections.defaultdict(set)
    for name, (_, test) in conditions(policy):
        rule = policy.rules[name]
        if not (rule.is_pitch and isinstance(test, model.TextTest)):
            continue
        if test.zone == (model.Zone.SUBJECT,):
            continue
        speaks_for = (rule.each if rule.each is not None else rule.once or 0) > 0
        for named in re.findall(r"@([a-z-]+)", " ".join(test.text)):
            for entry in policy.known_lists[named]:
                spelled = expand(lower(policy.parser.parse(entry)), MOST)
                found[named, speaks_for].update(map(repr, spelled or ()))
    return found


@pytest.mark.parametrize("policy_name", ["passive", "ray"])
def test_no_spelling_stands_in_two_sorts(policy_name: str) -> None:
    """What speaks for a pitch stands in one list only, and so does what speaks against one."""
    owners: dict[tuple[str, bool], set[str]] = collections.defaultdict(set)
    for (name, speaks_for), spellings in sorts(policy_name).items():
        for spelling in spellings:
            owners[spelling, speaks_for].add(name)
    assert len(owners) > 1_000
    twice = {spelling: names for (spelling, _), names in owners.items() if len(names) > 1}
    assert twice == {}
