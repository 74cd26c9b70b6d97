"""A policy with fewer phrases: what a script has room for.

Phrases may go from evidence for a pitch and against it, and from objections and credits that bind
nothing; not from what stands under a `not`, which would then hold more often (`choices`). `shorter`
gives a policy that compiler and judge read like any other, so that a preview judges by just what
stands in the script; rules that lose all their phrases are named.

Refuses nothing and cannot fail for a policy that was loaded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from coldstop.lexicon.model import alternatives
from coldstop.policy import model
from coldstop.scorecard.context import Context

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from coldstop.lexicon.model import Phrase
    from coldstop.policy.effective import Policy
    from coldstop.policy.model import Condition, Rule

LIST = "room-for-"
"""Beginning of the names of the lists that hold what is left of a choice `(a|b|@list)`."""


class Choice(NamedTuple):
    """One phrase of a rule, as its tree is written (`str(phrase)`); "" for the rule as a whole."""

    rule: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Shorter:
    """What is left of a policy."""

    policy: Policy
    gone: Mapping[str, tuple[int, int]]
    """Rules that lost phrases -> how many, and how many they had."""
    empty: frozenset[str]
    """Rules that have none left."""


def speaks_for(rule: Rule) -> bool:
    """Whether the rule speaks for a pitch."""
    return rule.is_pitch and (rule.each or rule.once or 0) > 0


def speaks_against(rule: Rule) -> bool:
    """Whether it speaks against one."""
    return rule.is_pitch and (rule.each or rule.once or 0) < 0


def objects(rule: Rule) -> bool:
    """Whether it is an objection that binds nothing."""
    return _binds_nothing(rule) and (rule.each or rule.once or 0) > 0


def credits_(rule: Rule) -> bool:
    """Whether it is a credit that binds nothing."""
    return _binds_nothing(rule) and (rule.each or rule.once or 0) < 0


def _binds_nothing(rule: Rule) -> bool:
    return not (rule.is_pitch or rule.at_least or rule.at_most or rule.always)


def texts(policy: Policy, rule: Rule) -> Iterator[tuple[model.TextTest, tuple[str, ...]]]:
    """The tests for phrases in a rule, each with what counts once there, one after the other."""
    context = Context(policy)
    for text in _texts(rule.when):
        for source in context.entries(text.text):
            yield text, tuple(str(one) for one in alternatives(context.parse(source)))


def choices(policy: Policy) -> Iterator[tuple[Choice, Phrase]]:
    """Every phrase that may be left out, with its tree."""
    context = Context(policy)
    for name, rule in policy.rules.items():
        if rule.is_pitch or _binds_nothing(rule):
            for text in _texts(rule.when):
                for source in context.entries(text.text):
                    for phrase in alternatives(context.parse(source)):
                        yield Choice(name, str(phrase)), phrase


def shorter(policy: Policy, left_out: Collection[Choice]) -> Shorter:
    """Leave phrases out."""
    if not left_out:
        return Shorter(policy, {}, frozenset())
    made = _Shorter(policy, left_out)
    rules = {name: made.rule(name, rule) for name, rule in policy.rules.items()}
    lists = {**policy.lists, **made.lists}
    return Shorter(replace(policy, rules=rules, lists=lists), made.gone, frozenset(made.empty))


def _texts(condition: Condition) -> Iterator[model.TextTest]:
    """Tests for phrases, but for those under a `not`: with fewer phrases they would hold."""
    match condition:
        case model.TextTest():
            yield condition
        case model.All():
            for one in condition.all:
                yield from _texts(one)
        case model.AnyOf():
            for one in condition.any:
                yield from _texts(one)
        case _:
            return


class _Shorter:
    """The work on one policy."""

    def __init__(self, policy: Policy, left_out: Collection[Choice]) -> None:
        self.context = Context(policy)
        self.left_out = frozenset(left_out)
        self.touched = frozenset(one.rule for one in left_out)
        self.lists: dict[str, tuple[str, ...]] = {}
        self.gone: dict[str, tuple[int, int]] = {}
        self.empty: set[str] = set()

    def rule(self, name: str, rule: Rule) -> Rule:
        if name not in self.touched:
            return rule
        when = self.condition(name, rule.when)
        if when is None:
            self.empty.add(name)
            return rule
        return rule if when == rule.when else rule.model_copy(update={"when": when})

    def condition(self, name: str, condition: Condition) -> Condition | None:
        """What is left of a condition; None where it can never hold."""
        match condition:
            case model.TextTest():
                return self.text(name, condition)
            case model.All():
                inner = [self.condition(name, one) for one in condition.all]
                every = tuple(one for one in inner if one is not None)
                holds = len(every) == len(inner)
                return condition.model_copy(update={"all": every}) if holds else None
            case model.AnyOf():
                inner = [self.condition(name, one) for one in condition.any]
                some = tuple(one for one in inner if one is not None)
                return condition.model_copy(update={"any": some}) if some else None
            case _:
                return condition

    def text(self, name: str, test: model.TextTest) -> model.TextTest | None:
        kept: list[str] = []
        gone = had = 0
        for source in self.context.entries(test.text):
            parts = [str(one) for one in alternatives(self.context.parse(source))]
            stay = [one for one in parts if Choice(name, one) not in self.left_out]
            had += len(parts)
            gone += len(parts) - len(stay)
            if len(stay) == len(parts):
                kept.append(source)
            elif stay:
                number = f"{LIST}{len(self.lists) + 1}"
                self.lists[number] = tuple(stay)
                kept.append(f"(@{number})")
        if not gone:
            return test
        before = self.gone.get(name, (0, 0))
        self.gone[name] = (before[0] + gone, before[1] + had)
        if len(kept) < test.at_least:
            return None
        return test.model_copy(update={"text": tuple(kept)})
