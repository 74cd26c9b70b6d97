"""What a policy's rules are: one entry a rule, made from the policy itself.

An entry says what the rule is worth, what it asks, why, when it does not count, and how to
silence it. Nothing here is written by hand but a rule's own `reason` and `why`, so the page of
the shipped rules (`docs/rules.md`) and that of anybody's own policy are made alike
(`coldstop policy rules`).

Refuses nothing and cannot fail. Reads no file: titles of sections are comments of the policy's
files, which the caller hands over as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldstop.policy import model
from coldstop.policy.english import clause, code, unit, words
from coldstop.policy.walk import below

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coldstop.policy.effective import Origin, Policy
    from coldstop.policy.model import Rule

FOR, AGAINST = "Evidence for a pitch", "Evidence against a pitch"
_SECTION = re.compile(r"\s*#\s*-{2,}\s*(\S.*?)\s*-{2,}\s*")
_RULES = re.compile(r"rules:\s*(?:#.*)?")


@dataclass(frozen=True, slots=True)
class Described:
    """One rule, for people. All texts are sentences without their last full stop."""

    name: str
    section: str
    worth: str
    """What it counts, and its floor and ceiling."""
    elsewhere: tuple[str, ...]
    """What it is worth in the policies that were named for comparison, where that differs."""
    what: str
    reason: str
    """The reason that readers see; may be empty."""
    why: str
    """More than that, where the policy says more; may be empty."""
    exception: str
    silence: str
    """What to write under `rules:` of one's own policy."""
    asked_by: tuple[str, ...]
    """Rules that ask about this one, which therefore cannot simply be off."""
    origin: Origin


def describe(
    policy: Policy, texts: Mapping[str, str] | None = None, others: Iterable[Policy] = ()
) -> tuple[Described, ...]:
    """Describe every rule, section by section.

    `texts` are the policy's files by their names; lines such as `# --- who is writing ---` in
    them begin a section. `others` are compared with the policy.
    """
    asked = _askers(policy)
    titles = {name: _titles(text) for name, text in (texts or {}).items()}
    others = tuple(others)
    found = [
        _described(policy, name, rule, titles, others, asked.get(name, ()))
        for name, rule in policy.rules.items()
    ]
    order = list(dict.fromkeys([FOR, AGAINST, *(one.section for one in found)]))
    return tuple(sorted(found, key=lambda one: order.index(one.section)))


def most(rule: Rule) -> int:
    """Give the most that a rule can count, with its sign."""
    each = rule.each
    if each is not None:
        return (rule.cap or 0) if each > 0 else -(rule.cap or 0)
    return rule.points or rule.pitch or 0


def feeds_pitch(rule: Rule) -> bool:
    """Say whether a rule is evidence, and not an objection or a credit."""
    return rule.pitch is not None or rule.pitch_each is not None


def _described(  # noqa: PLR0917 - what one entry needs
    policy: Policy,
    name: str,
    rule: Rule,
    titles: Mapping[str, tuple[tuple[int, str], ...]],
    others: tuple[Policy, ...],
    asked_by: tuple[str, ...],
) -> Described:
    origin = policy.origins["rules", name]
    asks, unless = _split(rule.when)
    return Described(
        name=name,
        section=_section(rule, origin, titles),
        worth=worth(rule),
        elsewhere=tuple(_elsewhere(name, rule, others)),
        what=asks,
        reason=rule.reason or "",
        why=" ".join((rule.why or "").split()),
        exception=_exception(policy, name, rule, unless),
        silence=_silence(name, rule, asked_by),
        asked_by=asked_by,
        origin=origin,
    )


# --- sections -------------------------------------------------------------------------------


def _titles(text: str) -> tuple[tuple[int, str], ...]:
    """Find the titles among the comments below `rules:`, with their lines."""
    found: list[tuple[int, str]] = []
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        inside = inside or _RULES.fullmatch(line) is not None
        title = _SECTION.fullmatch(line)
        if inside and title is not None:
            found.append((number, title[1]))
    return tuple(found)


def _section(rule: Rule, origin: Origin, titles: Mapping[str, tuple[tuple[int, str], ...]]) -> str:
    if rule.is_pitch:
        return FOR if most(rule) > 0 else AGAINST
    before = [title for line, title in titles.get(origin.file, ()) if line < origin.line]
    title = before[-1] if before else f"rules of {origin.file}"
    return f"{title[:1].upper()}{title[1:]}"


# --- what it is worth -----------------------------------------------------------------------


def worth(rule: Rule) -> str:
    """Say what a rule counts, and its floor and ceiling."""
    parts = [_count(rule)]
    if rule.kind is not None:
        parts.append(f"speaks for the kind {code(rule.kind)}")
    if rule.at_least is not None:
        parts.append(f"never milder than {code(rule.at_least)}")
    if rule.at_most is not None:
        parts.append(f"never harsher than {code(rule.at_most)}")
    if rule.always:
        parts.append("counts even if the mail is no pitch")
    return "; ".join(part for part in parts if part)


def _count(rule: Rule) -> str:
    tally = "pitch" if rule.is_pitch else "score"
    each = rule.each
    if each is not None:
        return f"{each:+d} to the {tally} for each {_unit(rule)}, at most {most(rule):+d}"
    once = most(rule)
    return f"{once:+d} to the {tally}" if once else "no points"


def _unit(rule: Rule) -> str:
    units = {unit(placed.condition) for placed in below(rule.when, ())}
    counted = sorted(units - {"thing found"})
    return words(counted) if counted else "thing found"


def _elsewhere(name: str, rule: Rule, others: tuple[Policy, ...]) -> Iterable[str]:
    for other in others:
        if name not in other.rules:
            yield f"off in {code(other.name)}"
        elif worth(other.rules[name]) != worth(rule):
            yield f"in {code(other.name)}: {worth(other.rules[name])}"


# --- exceptions -----------------------------------------------------------------------------


def _split(when: model.Condition) -> tuple[str, tuple[str, ...]]:
    """Say what must hold, and by itself what must not."""
    if not isinstance(when, model.All):
        return clause(when), ()
    positive = tuple(part for part in when.all if not isinstance(part, model.Not))
    unless = tuple(part.not_ for part in when.all if isinstance(part, model.Not))
    if not positive:
        return clause(when), ()
    return clause(model.All(all=positive)), tuple(_flat(unless))


def _flat(unless: Iterable[model.Condition]) -> Iterable[str]:
    for condition in unless:
        if isinstance(condition, model.AnyOf):
            yield from _flat(condition.any)
        else:
            yield clause(condition)


def _exception(policy: Policy, own: str, rule: Rule, unless: tuple[str, ...]) -> str:
    parts = [f"not if {words(unless)}"] if unless else []
    if rule.at_least is not None:
        ceilings = [
            f"{code(name)} ({code(other.at_most)})"
            for name, other in policy.rules.items()
            if other.at_most is not None
            and other.at_most.severity < rule.at_least.severity
            and not _yields_to(other, own)
        ]
        if ceilings:
            parts.append(f"a ceiling beats the floor: {words(ceilings, 'and')}")
    if rule.is_pitch:
        parts.append(_evidence(policy, rule, any(parts)))
    elif not rule.always:
        parts.append("counts only in a pitch")
    told = "; ".join(part for part in parts if part) or "none; it counts in every mail"
    return f"{told[:1].upper()}{told[1:]}"


def _yields_to(rule: Rule, name: str) -> bool:
    """Say whether a rule does not fire beside another one, by its own words."""
    parts = rule.when.all if isinstance(rule.when, model.All) else ()
    return any(
        isinstance(part, model.Not)
        and isinstance(part.not_, model.RuleTest)
        and part.not_.rule == name
        for part in parts
    )


def _evidence(policy: Policy, rule: Rule, told: bool) -> str:  # noqa: FBT001 - whether there is more
    if most(rule) < 0:
        return "" if told else "none; enough evidence for a pitch outweighs it"
    if most(rule) >= policy.threshold:
        return "it may make a pitch by itself"
    return f"never enough by itself: a pitch takes {policy.threshold}"


# --- silence --------------------------------------------------------------------------------


def _askers(policy: Policy) -> dict[str, tuple[str, ...]]:
    asked: dict[str, dict[str, None]] = {}
    for name, rule in policy.rules.items():
        for placed in below(rule.when, ()):
            if isinstance(placed.condition, model.RuleTest):
                asked.setdefault(placed.condition.rule, {})[name] = None
    return {name: tuple(names) for name, names in asked.items()}


def _silence(name: str, rule: Rule, asked_by: tuple[str, ...]) -> str:
    """Say how to make a rule count nothing; `off` is refused where other rules ask about it."""
    if not asked_by:
        return f"{name}: {{off: true}}"
    keys = [f"{'pitch' if rule.is_pitch else 'points'}: 0"]
    if rule.at_least is not None:
        keys.append("at_least: keep")  # the mildest floor is none
    if rule.at_most is not None:
        keys.append("at_most: discard")  # the harshest ceiling is none
    return f"{name}: {{{', '.join(keys)}}}"
