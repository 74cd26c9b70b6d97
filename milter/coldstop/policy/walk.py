"""Walking through conditions with the path of each, as `Policy.origins` knows it.

Refuses nothing and cannot fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, assert_never

from coldstop.policy import model

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from coldstop.policy.effective import Origin, Policy

Path = tuple[str, ...]


class Placed(NamedTuple):
    """A condition and where it stands."""

    path: Path
    condition: model.Condition


def conditions(policy: Policy) -> Iterator[tuple[str, Placed]]:
    """Give every condition of every rule, outer ones first, with the rule's name."""
    for name, rule in policy.rules.items():
        for placed in below(rule.when, ("rules", name, "when")):
            yield name, placed


def below(condition: model.Condition, path: Path) -> Iterator[Placed]:
    """Give a condition and all conditions inside it."""
    yield Placed(path, condition)
    for inner in inside(condition, path):
        yield from below(inner.condition, inner.path)


def inside(condition: model.Condition, path: Path) -> Iterator[Placed]:
    """Give the conditions directly inside one."""
    match condition:
        case model.All():
            for number, one in enumerate(condition.all):
                yield Placed((*path, "all", str(number)), one)
        case model.AnyOf():
            for number, one in enumerate(condition.any):
                yield Placed((*path, "any", str(number)), one)
        case model.Not():
            yield Placed((*path, "not"), condition.not_)
        case (
            model.TextTest()
            | model.HeaderTest()
            | model.AddressTest()
            | model.LabelsTest()
            | model.PlaceTest()
            | model.RoleTest()
            | model.WorkTest()
            | model.RelationshipTest()
            | model.AuthenticatedTest()
            | model.AskedToStopTest()
            | model.SearchTest()
            | model.DateTest()
            | model.KindTest()
            | model.LettersTest()
            | model.PayTest()
            | model.GreetsTest()
            | model.DiffersTest()
            | model.AnswersTest()
            | model.ProfileTest()
            | model.RuleTest()
        ):
            return
        case _:
            assert_never(condition)


def place(policy: Policy, path: Path) -> Origin:
    """Say where a value stands, or else the nearest thing around it that stands somewhere."""
    while path not in policy.origins and path:
        path = path[:-1]
    if path:
        return policy.origins[path]
    return policy.origins[next(iter(policy.origins))]


def numbered(path: Path, texts: Sequence[str] | None) -> Iterable[tuple[Path, str]]:
    """Give each entry of a list inside a rule with its path."""
    return [((*path, str(number)), text) for number, text in enumerate(texts or ())]
