"""What is left out of a script to make it fit, and in which order.

First towns, until the room is used: far towns of states in which something is near (the others are
far as whole states), then near ones, the smallest first. Then, only when asked (`--trim`), phrases,
and rules that ask for none, those first that buy least of the judgement for their bytes (`kept`).
Then the rules that are left, the least worth first, and of equal worth those that score before
evidence for a pitch. Never left out so are rules with a floor, a ceiling or `always`, rules that a
rule that stays asks about, and the last phrases against a pitch. Where even that is too long the
last step keeps of the pitch only what is enough by itself, such as LinkedIn's senders: where no
other evidence for a pitch is left, evidence against it has nothing to hold back. What was left out
stands in the loss report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.policy import model
from coldstop.policy.walk import conditions
from coldstop.sieve.kept import least_first
from coldstop.sieve.lower.context import Trim
from coldstop.sieve.shorter import credits_, objects, speaks_for, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.policy.effective import Policy
    from coldstop.policy.model import Rule

TOWN_STEPS = 64
STEP = 5
"""So many phrases are left out at a time."""
LEFT_OUT = "left out to make room (--trim)"


def trims(policy: Policy, near: int, far: int, *, rules: bool) -> Iterator[Trim]:
    """Ways to leave out more and more; the policy's gazetteer has so many near and far towns.

    `rules`: leave out rules, too, where leaving out towns is not enough.
    """
    yield Trim()
    last = near + far
    for step in reversed(range(TOWN_STEPS)):
        room = (near + far) * step // TOWN_STEPS
        if room < last:
            last = room
            yield Trim(far_towns=max(0, room - near), near_towns=min(room, near))
    if not rules:
        return
    least = least_first(policy, may_go(policy))
    for end in range(STEP, len(least) + STEP, STEP):
        gone = least[:end]
        left_out = frozenset(one.rule for one in gone if not one.phrase)
        choices = frozenset(one for one in gone if one.phrase)
        yield Trim(far_towns=0, near_towns=0, rules=left_out, choices=choices)
    for name in least_worth(policy):
        left_out |= {name}
        yield Trim(far_towns=0, near_towns=0, rules=left_out, choices=choices)
    yield Trim(far_towns=0, near_towns=0, rules=_all_but_enough(policy, left_out))


def _all_but_enough(policy: Policy, left_out: frozenset[str]) -> frozenset[str]:
    """Also evidence that does not reach the threshold alone, but not what staying rules ask for."""
    asks = [
        (name, test.rule)
        for name, (_, test) in conditions(policy)
        if isinstance(test, model.RuleTest)
    ]
    pitch = {name for name, rule in policy.rules.items() if rule.is_pitch}
    enough = {name for name in pitch if (policy.rules[name].once or 0) >= policy.threshold}
    enough -= {name for name, _ in asks}  # what leans on other evidence is not enough by itself
    gone = left_out - enough
    asked = {other for name, other in asks if name not in gone | pitch}
    too_weak = pitch - enough - asked
    return (gone | too_weak) - asked


def least_worth(policy: Policy) -> Iterator[str]:
    """Rules that may be left out, the least worth first, each after those that ask about it."""
    asked: dict[str, set[str]] = {name: set() for name in policy.rules}
    for name, (_, test) in conditions(policy):
        if isinstance(test, model.RuleTest) and test.rule in asked:
            asked[test.rule].add(name)
    rest = {name: rank for name, rule in policy.rules.items() if (rank := _rank(rule)) is not None}
    while free := [name for name in rest if not asked[name]]:
        name = min(free, key=lambda one: rest[one])
        del rest[name]
        for others in asked.values():
            others.discard(name)
        yield name


def _rank(rule: Rule) -> tuple[int, bool] | None:
    """Place in the order: by worth, then score before pitch; None for what has to stay."""
    if rule.at_least or rule.at_most or rule.always:
        return None
    if rule.is_pitch and (rule.each or rule.once or 0) < 0:
        return None
    return rule.most, rule.is_pitch


def may_go(policy: Policy) -> Iterator[str]:
    """Rules that bind nothing and ask for no phrases: they go as a whole."""
    for name, rule in policy.rules.items():
        asks_phrases = any(texts(policy, rule))
        if not asks_phrases and (speaks_for(rule) or objects(rule) or credits_(rule)):
            yield name
