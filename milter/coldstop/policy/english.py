"""Conditions in plain English: what a rule asks, for people who do not read YAML.

Names of lists, rules and values stand in backticks, lists with their `@`. A clause is part of a
sentence: no capital, no full stop. Refuses nothing and cannot fail.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from coldstop.policy import model
from coldstop.policy.words import Tier, Zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SORT = re.compile(r"\(@[\w-]+\)")
_LIST = re.compile(r"@[\w-]+")
_TIERS = {
    Tier.STRANGER: "a stranger",
    Tier.RECOGNISED: "from a place that you have heard of",
    Tier.STATED: "somebody who says how you are connected",
    Tier.KNOWN_FIRM: "from a firm that you know",
    Tier.KNOWN_PERSON: "a person whom you know",
}
_FIELDS = {
    "from": "From",
    "sender": "Sender",
    "reply-to": "Reply-To",
    "to": "To",
    "cc": "Cc",
    "envelope-from": "the envelope sender",
    "any-sender": "any field that names a writer",
}
_PLACES = {"far": ("too far away", "not too far away"), "near": ("near", "not near")}
_PAY = {"below": "below your floor", "above": "at or above your floor"}
_GREETED = {"reader": "you by name", "other": "somebody else by name"}
_ANSWERED = {"own": "an earlier mail of its own sender", "other": "a mail of somebody else"}
_SKILLS = {
    "match": ("one of your skills is named", "none of your skills is named"),
    "mismatch": ("none of your skills is named", "one of your skills is named"),
}


def words(items: Iterable[str], last: str = "or") -> str:
    """Join words as a sentence does: `a, b or c`."""
    *most, end = items
    return f"{', '.join(most)} {last} {end}" if most else end


def code(text: str) -> str:
    """Set apart what is to be read letter by letter."""
    return f"`{text}`"


def clause(condition: model.Condition, *, holds: bool = True, inner: bool = False) -> str:
    """Say a condition, or with `holds=False` its contrary; `inner` puts what is joined in brackets.

    Several conditions are joined with "and" or "or".
    """
    match condition:
        case model.Not():
            return clause(condition.not_, holds=not holds, inner=inner)
        case model.All():
            return _joined(condition.all, "and" if holds else "or", holds=holds, inner=inner)
        case model.AnyOf():
            return _joined(condition.any, "or" if holds else "and", holds=holds, inner=inner)
        case _:
            return _test(condition, holds=holds)


def _joined(parts: Sequence[model.Condition], word: str, *, holds: bool, inner: bool) -> str:
    if len(parts) == 1:
        return clause(parts[0], holds=holds, inner=inner)
    told = f", {word} ".join(clause(part, holds=holds, inner=True) for part in parts)
    return f"({told})" if inner else told


def _test(test: model.Condition, *, holds: bool) -> str:
    is_ = "is" if holds else "is not"
    match test:
        case model.TextTest():
            return _text(test, holds=holds)
        case model.HeaderTest():
            return _header(test, holds=holds)
        case model.AddressTest():
            where = words(_FIELDS[field] for field in test.address)
            return f"the address in {where} {is_} in {_named(test.in_)}"
        case model.LabelsTest():
            return _labels(test, holds=holds)
        case model.LettersTest():
            where = words(_where(zone) for zone in test.zone)
            found = "stands" if holds else "does not stand"
            return f"{_named(test.letters)} {found} letter by letter in {where}"
        case model.PlaceTest():
            return f"the job is {_PLACES[test.place][0 if holds else 1]}"
        case model.RoleTest():
            return f"{'a' if holds else 'no'} role of {_named(test.role)} is offered"
        case model.WorkTest():
            mode = "remote all of the time" if test.work == "remote" else test.work
            return f"the work {is_} {mode}"
        case model.RelationshipTest():
            return f"the sender {is_} {words(_TIERS[tier] for tier in test.relationship)}"
        case model.AuthenticatedTest():
            genuine = "is" if test.authenticated is holds else "is not"
            return f"the From domain {genuine} authenticated"
        case model.AskedToStopTest():
            asked = "was" if test.asked_to_stop is holds else "was not"
            return f"the sender {asked} asked to stop, longer ago than the grace"
        case model.SearchTest():
            return f"your job search {is_} {_named(test.search)}"
        case model.DateTest():
            return f"the day {is_} {_days(test.date)}"
        case model.KindTest():
            return f"the pitch {is_} of the kind {_named(test.kind)}"
        case model.PayTest():
            return f"the pay that is stated {is_} {_PAY[test.pay]}"
        case model.GreetsTest():
            greets = "greets" if holds else "does not greet"
            return f"the salutation {greets} {_GREETED[test.greets]}"
        case model.DiffersTest():
            differ = "different domains" if holds else "the same domain"
            return f"{words((_FIELDS[field] for field in test.differs), 'and')} name {differ}"
        case model.AnswersTest():
            answers = "answers" if holds else "does not answer"
            return f"it {answers} {_ANSWERED[test.answers]}"
        case model.ProfileTest():
            return _SKILLS[test.profile][0 if holds else 1]
        case model.RuleTest():
            return f"{code(test.rule)} {'fires' if holds else 'does not fire'}"
        case model.All() | model.AnyOf() | model.Not():
            return clause(test, holds=holds)
        case _:
            assert_never(test)


def _named(texts: Iterable[str]) -> str:
    return words(code(_inside(text)) for text in texts)


def _inside(text: str) -> str:
    return text[1:-1] if _SORT.fullmatch(text) else text


def _stand(texts: Sequence[str], *, holds: bool) -> str:
    """Say `a phrase of @x stands`, or name the phrase itself where it stands in the rule."""
    lists = [text for text in texts if _SORT.fullmatch(text) or _LIST.fullmatch(text)]
    plain = [text for text in texts if text not in lists]
    parts = [f"{'a' if holds else 'no'} phrase of {_named(lists)}"] if lists else []
    verb = "stands" if holds or lists else "does not stand"
    return f"{words([*parts, *map(code, plain)])} {verb}"


def _where(zone: str) -> str:
    return {"subject": "the Subject", "own": "the sender's own words"}.get(zone, "the text")


def _text(test: model.TextTest, *, holds: bool) -> str:
    zones = set(test.zone)
    both = zones == {Zone.SUBJECT, Zone.ALL}
    where = "Subject or text" if both else words(map(_where, test.zone))
    if test.at_least > 1:
        verb = "stand" if holds else "do not stand"
        what = unit(test)
        named = words((code(_inside(text)) for text in test.text), "and")
        return f"at least {test.at_least} of these {what}s {verb} in {where}: {named}"
    return f"{_stand(test.text, holds=holds)} in {where}"


def _labels(test: model.LabelsTest, *, holds: bool) -> str:
    most = f"at least {test.at_least} labels" if test.at_least > 1 else "a label"
    if not holds:
        most = f"not {most}" if test.at_least > 1 else "no label"
    stand = "stand" if test.at_least > 1 else "stands"
    return f"{most} of {_named(test.labels)} {stand} at the start of a line"


def _header(test: model.HeaderTest, *, holds: bool) -> str:
    fields = words(map(code, test.header))
    if test.is_ is not None:
        return f"the field {fields} {'is' if holds else 'is not'} {_named(test.is_)}"
    if test.contains is not None:
        return f"the field {fields} {'holds' if holds else 'does not hold'} {_named(test.contains)}"
    if test.phrase is not None:
        return f"{_stand(test.phrase, holds=holds)} in the field {fields}"
    return f"there is {'a' if holds else 'no'} field {fields}"


def _days(days: model.DateRange) -> str:
    parts = []
    if days.from_ is not None:
        parts.append(f"{days.from_} or later")
    if days.until is not None:
        parts.append(f"{days.until} or earlier")
    return words(parts, "and")


def unit(condition: model.Condition) -> str:
    """Name what `points_each` counts: a sort of evidence, a phrase, a label and so on."""
    match condition:
        case model.TextTest():
            sorts = all(text.startswith("(") for text in condition.text)
            return "sort" if sorts else "phrase"
        case model.LabelsTest():
            return "label"
        case model.RoleTest():
            return "role"
        case model.AskedToStopTest():
            return "request"
        case model.ProfileTest():
            return "skill"
        case _:
            return "thing found"
