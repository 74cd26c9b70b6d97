"""Why this verdict: margins, credits that were not given, the smallest change that flips it.

Asks the same nodes that judging ran and settles the same weights with one rule more or less:
there is no second opinion that could disagree with the judge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldstop.policy.model import KindTest, RelationshipTest, Tier
from coldstop.scorecard.judge import facts_for, weigh, worded
from coldstop.scorecard.resolve import conditions
from coldstop.scorecard.settle import Outcome, Weight, rung_for, settle
from coldstop.scorecard.standing import UNKNOWN, Standing

if TYPE_CHECKING:
    import datetime as dt

    from coldstop.message.model import Message
    from coldstop.policy.model import Verdict
    from coldstop.scorecard.facts import Facts
    from coldstop.scorecard.judgement import Fired, Judgement
    from coldstop.scorecard.node import Node
    from coldstop.scorecard.resolve import CompiledRule, Scorecard


@dataclass(frozen=True, slots=True)
class Absent:
    """A credit or ceiling that was not given, and what it lacked."""

    name: str
    points: int
    missing: str


@dataclass(frozen=True, slots=True)
class Flip:
    """One change to what fired that gives another verdict."""

    rule: str
    fired: bool
    """True: the rule fired, and without it the verdict differs. False: the other way round."""
    points: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Step:
    """The next step of the ladder in one direction."""

    verdict: Verdict
    points: int
    """How many points away it is."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that `coldstop explain` shows."""

    judgement: Judgement
    outcome: Outcome
    missing: int
    """Points of pitch that it would take to be recruiting; 0 where it is."""
    wordless: bool
    """Nothing was asked, for the mail has none of the policy's `pitch.words`."""
    absent: tuple[Absent, ...]
    milder: Step | None
    harsher: Step | None
    flips: tuple[Flip, ...]
    """Rules by themselves, smallest first; then nearer relationships."""


def explain(
    message: Message, scorecard: Scorecard, standing: Standing = UNKNOWN, *, today: dt.date
) -> Explanation:
    """Judge one message and look around the verdict."""
    facts = facts_for(message, scorecard, standing, today)
    judgement = weigh(facts, scorecard)
    fired = {one.name: one for one in judgement.fired}
    counted = scorecard.score_rules if judgement.recruiting else scorecard.always_rules
    weights = [_weight(rule, fired[rule.name]) for rule in counted if rule.name in fired]
    outcome = settle(weights, scorecard.ladder, scorecard.folders)
    lacking = [rule for rule in counted if rule.name not in fired]
    return Explanation(
        judgement=judgement,
        outcome=outcome,
        missing=_missing(judgement, scorecard),
        wordless=not worded(facts, scorecard),
        absent=tuple(
            Absent(rule.name, rule.points, why_not(rule.when, facts))
            for rule in lacking
            if rule.points < 0 or (rule.points == 0 and rule.at_most is not None)
        ),
        milder=_milder(outcome, scorecard),
        harsher=_harsher(outcome, scorecard),
        flips=_flips(weights, lacking, outcome, scorecard) + _nearer(facts, outcome, scorecard),
    )


def why_not(node: Node, facts: Facts) -> str:
    """Why a condition does not hold, in words; empty if it does hold."""
    if node.join == "not":
        return _what_holds(node.children[0], facts)
    if node.run(facts) is not None:
        return ""
    if node.join == "test":
        found = node.why_not(facts)
        return f"not: {node.label}{f' ({found})' if found else ''}"
    parts = [part for part in (why_not(child, facts) for child in node.children) if part]
    return (" and " if node.join == "any" else "; ").join(parts)


def _what_holds(node: Node, facts: Facts) -> str:
    """The tests below a node that hold, with their evidence."""
    hit = node.run(facts)
    if hit is None:
        return ""
    if node.children:
        return "; ".join(filter(None, (_what_holds(child, facts) for child in node.children)))
    quoted = "; ".join(f"“{one.quoted().quote}”" for one in hit.evidence[:2])
    return f"{node.label}{f': {quoted}' if quoted else ''}"


def _weight(rule: CompiledRule, fired: Fired) -> Weight:
    return Weight(rule.name, fired.points, rule.at_least, rule.at_most)


def _missing(judgement: Judgement, scorecard: Scorecard) -> int:
    """Counts the evidence against a pitch, too, which `Judgement.pitch` does not show."""
    pitch = sum(fired.points for fired in judgement.fired if fired.tally == "pitch")
    return max(0, scorecard.threshold - pitch)


def _milder(outcome: Outcome, scorecard: Scorecard) -> Step | None:
    """The first score below that has another verdict."""
    passed = [step for step, _ in scorecard.ladder if step <= outcome.score]
    for step in reversed(passed):
        verdict, _ = rung_for(step - 1, scorecard.ladder)
        if verdict is not outcome.by_score:
            return Step(verdict, outcome.score - step + 1)
    return None


def _harsher(outcome: Outcome, scorecard: Scorecard) -> Step | None:
    for step, rung in scorecard.ladder:
        if step > outcome.score and rung.verdict is not outcome.by_score:
            return Step(rung.verdict, step - outcome.score)
    return None


def _flips(
    weights: list[Weight], lacking: list[CompiledRule], outcome: Outcome, scorecard: Scorecard
) -> tuple[Flip, ...]:
    """Each rule by itself, but for those that hang on who the sender is (`_nearer`)."""
    flips = []
    for left_out in weights:
        if _depends(left_out.name, scorecard):
            continue
        rest = [weight for weight in weights if weight is not left_out]
        verdict = settle(rest, scorecard.ladder, scorecard.folders).verdict
        if verdict is not outcome.verdict:
            flips.append(Flip(left_out.name, fired=True, points=left_out.points, verdict=verdict))
    for rule in lacking:
        if rule.points == 0 or _depends(rule.name, scorecard):
            continue  # a bare bound (an InMail, say) is nothing that a sender could add
        added = Weight(rule.name, rule.points, rule.at_least, rule.at_most)
        verdict = settle([*weights, added], scorecard.ladder, scorecard.folders).verdict
        if verdict is not outcome.verdict:
            flips.append(Flip(rule.name, fired=False, points=rule.points, verdict=verdict))
    return tuple(sorted(flips, key=lambda flip: (abs(flip.points), not flip.fired, flip.rule)))


def _depends(name: str, scorecard: Scorecard) -> bool:
    """Whether a rule asks who the sender is or what kind of pitch this is."""
    return any(
        isinstance(one, RelationshipTest | KindTest)
        for one in conditions(scorecard.policy.rules[name].when)
    )


def _nearer(facts: Facts, outcome: Outcome, scorecard: Scorecard) -> tuple[Flip, ...]:
    """What a nearer relationship would make of it: judged anew, for every rule may change."""
    tests = {
        tier
        for rule in scorecard.policy.rules.values()
        for one in conditions(rule.when)
        if isinstance(one, RelationshipTest)
        for tier in one.relationship
    }
    flips = []
    for tier in Tier:
        if tier in tests and tier is not Tier.STRANGER:
            standing = Standing(tier, facts.standing.authenticated)
            other = weigh(facts_for(facts.message, scorecard, standing, facts.today), scorecard)
            if other.verdict is not outcome.verdict:
                points = other.score - outcome.score
                flips.append(
                    Flip(
                        f"relationship {tier.value}",
                        fired=False,
                        points=points,
                        verdict=other.verdict,
                    )
                )
    return tuple(flips)
