"""Rules as commands: a condition, and what its firing adds to tallies, kinds and bounds.

Tallies are unary, one character a point (RFC 5229 `:length` counts them again), so they are never
negative and never longer than the 4,000 points that a policy may have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldstop.sieve.loss import Loss, State
from coldstop.sieve.lower.conditions import lower_condition
from coldstop.sieve.lower.meaning import Meaning, counting, most
from coldstop.sieve.lower.text import under_one_guard
from coldstop.sieve.lower.verdicts import EXCUSES, FIRED, KINDS
from coldstop.sieve.script import (
    FALSE,
    AddFlag,
    Block,
    Command,
    Comment,
    Match,
    Ref,
    Set,
    StringTest,
    when,
)
from coldstop.sieve.simplify import negated
from coldstop.sieve.trace import rule_flag
from coldstop.sieve.trimming import LEFT_OUT

if TYPE_CHECKING:
    from coldstop.policy.model import Kind, Rule
    from coldstop.sieve.lower.context import Lowering

FOR, AGAINST = "for", "against"
"""The two sides of the pitch."""
OBJECTIONS, CREDITS = "objections", "credits"
FLOORS, CEILINGS = "floors", "ceilings"
"""Severities of the bounds that fired rules set: `35`."""
RECRUITING = "recruiting"
"""`yes` once the pitch has reached its threshold."""
COUNT = "count"
POINT = "x"
NEVER = "it cannot fire here"


@dataclass(frozen=True, slots=True)
class Wants:
    """What of the rules' firing is asked for later."""

    trace: bool
    kinds: tuple[Kind, ...]
    """Kinds that some rule asks for, and those that would win over them, the winners first."""
    named: frozenset[str]
    """Rules that other rules ask about."""


@dataclass(frozen=True, slots=True)
class Lowered:
    """A rule's commands and its fate."""

    name: str
    block: Block
    always: bool
    loss: Loss


def lower_rule(name: str, rule: Rule, lowering: Lowering, wants: Wants) -> Lowered:
    """Lower one rule; rules that it asks about come before."""
    lowering.notes = {}
    lowering.remarks = {}
    meaning = lower_condition(rule.when, lowering)
    if name in lowering.shortened:
        gone, had = lowering.shortened[name]
        lowering.note(f"{gone} of {had} phrases {LEFT_OUT}")
    each = rule.each
    once = rule.once
    effects = _effects(name, rule, lowering, wants, positive=(each or once or 0) > 0)
    block: Block = ()
    if meaning.test != FALSE:
        if each:
            block = _counted(rule, each, meaning, effects, compact=lowering.target.compact)
        else:
            tally = _tally(rule, once or 0)
            block = when(meaning.test, *_append(tally, POINT * abs(once or 0)), *effects)
    notes = tuple(lowering.notes)
    if notes and rule.sieve == "omit":
        block, notes = (), (*notes, "the policy says sieve: omit")
    loss = _loss(name, block, notes, tuple(lowering.remarks))
    if loss.state is not State.EXACT:
        lowering.inexact[name] = loss.state.value
    if block:
        block = (Comment(name), *block)
        if name in wants.named:
            lowering.fired[name] = _mark(name, lowering)
        if rule.kind in wants.kinds:
            positive = (each or once or 0) > 0
            (lowering.kinds if positive else lowering.excuses)[str(rule.kind)] = None
    return Lowered(name, block, rule.always, loss)


def left_out(name: str, lowering: Lowering) -> Lowered:
    """A rule for which there is no room."""
    lowering.inexact[name] = State.DROPPED.value
    return Lowered(name, (), always=False, loss=Loss(name, State.DROPPED, (LEFT_OUT,)))


def _mark(name: str, lowering: Lowering) -> str:
    return f"r{list(lowering.policy.rules).index(name) + 1}"


def _loss(name: str, block: Block, notes: tuple[str, ...], remarks: tuple[str, ...]) -> Loss:
    if not block:
        if notes:
            return Loss(name, State.DROPPED, notes)
        return Loss(name, State.EXACT, (NEVER, *remarks))
    return Loss(name, State.APPROXIMATE if notes else State.EXACT, (*notes, *remarks))


def _effects(name: str, rule: Rule, lowering: Lowering, wants: Wants, *, positive: bool) -> Block:
    """What firing does besides points."""
    effects: list[Command] = []
    if rule.kind in wants.kinds:
        effects += _append(KINDS if positive else EXCUSES, f"{rule.kind}.")
    if name in wants.named:
        effects += _append(FIRED, f"{_mark(name, lowering)}.")
    if rule.at_least is not None:
        effects += _append(FLOORS, str(rule.at_least.severity))
    if rule.at_most is not None:
        effects += _append(CEILINGS, str(rule.at_most.severity))
    if wants.trace:
        effects.append(AddFlag(rule_flag(name)))
    return tuple(effects)


def _tally(rule: Rule, points: int) -> str:
    if rule.is_pitch:
        return FOR if points > 0 else AGAINST
    return OBJECTIONS if points > 0 else CREDITS


def _append(variable: str, text: str) -> Block:
    return (Set(variable, (Ref(variable), text)),) if text else ()


def _counted(rule: Rule, each: int, meaning: Meaning, effects: Block, *, compact: bool) -> Block:
    """Count into a variable of its own, cut it at the cap, then add it to the tally."""
    cap = rule.cap or 0
    count = meaning.count()
    marks = POINT * min(abs(each), cap)
    tally = _tally(rule, each)
    start = Set(COUNT, "")
    counted = counting(count, COUNT, marks)
    if compact and most(count) > 1:
        counted = under_one_guard(counted)
    if most(count) * len(marks) > cap:
        counted += _capped(cap)
    added = Set(tally, (Ref(tally), Ref(COUNT)))
    if meaning.counted:
        fires = negated(StringTest((Ref(COUNT),), Match.IS, ""))
        return (start, *counted, *when(fires, added, *effects))
    if most(count) == 0:
        return when(meaning.test, *effects)
    return when(meaning.test, start, *counted, added, *effects)


def _capped(cap: int) -> Block:
    return when(reaches((Ref(COUNT),), (POINT * cap,)), Set(COUNT, POINT * cap))


def reaches(tally: tuple[str | Ref, ...], bound: tuple[str | Ref, ...]) -> StringTest:
    """One unary number is at least another: it begins with it."""
    return StringTest(tally, Match.MATCHES, (*bound, "*"))
