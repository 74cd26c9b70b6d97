"""The one evaluator: `judge(message, scorecard, standing, today)`. Pure: no I/O, no clock.

First the pitch: is this recruiting at all? Mail without any of the policy's words of jobs is none,
and is asked for nothing more. Below the policy's threshold only rules marked
`always` count. Then objections and credits, the ladder, floors and ceilings. Rules run in the
scorecard's order; the kind of a pitch is the first of `KIND_ORDER` that any fired evidence
speaks for, `job` where none does. What is no pitch is of the kind that evidence against one names:
an answer to an application, an alert that was subscribed to.

Refuses nothing and never raises on a message: what cannot be read has its defect noted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.policy.model import Kind
from coldstop.scorecard.facts import Facts
from coldstop.scorecard.judgement import Fired, Judgement, Tally
from coldstop.scorecard.settle import Outcome, Weight, settle
from coldstop.scorecard.standing import UNKNOWN, Standing

if TYPE_CHECKING:
    import datetime as dt

    from coldstop.message.model import Message
    from coldstop.scorecard.resolve import CompiledRule, Scorecard

#: Which kind wins where evidence speaks for several: the most telling first.
KIND_ORDER = (
    Kind.ATS_STATUS,
    Kind.JOB_ALERT,
    Kind.SCAM,
    Kind.JOB_BOARD,
    Kind.CAREER_SERVICE,
    Kind.CANDIDATE,
    Kind.INMAIL,
    Kind.CONNECT,
    Kind.BLAST,
    Kind.REFERRAL,
    Kind.JOB,
)


def judge(
    message: Message, scorecard: Scorecard, standing: Standing = UNKNOWN, *, today: dt.date
) -> Judgement:
    """Judge one message."""
    return weigh(facts_for(message, scorecard, standing, today), scorecard)


def facts_for(message: Message, scorecard: Scorecard, standing: Standing, today: dt.date) -> Facts:
    """The shared state of one judging; `explain` asks it again afterwards."""
    return Facts(message, scorecard.matcher, scorecard.trusted, standing, today)


def weigh(facts: Facts, scorecard: Scorecard) -> Judgement:
    """Run the rules over the facts and settle the result."""
    fired: list[Fired] = []
    kinds: dict[bool, set[Kind]] = {True: set(), False: set()}
    pitch = 0
    if worded(facts, scorecard):
        facts.widen(scorecard.evidence)
        for rule in _askable(scorecard.pitch_rules, facts):
            points = _run(rule, facts, fired, "pitch")
            if points:
                pitch += points
                if rule.kind is not None:
                    kinds[points > 0].add(rule.kind)
    recruiting = pitch >= scorecard.threshold
    facts.kind = next(
        (kind for kind in KIND_ORDER if kind in kinds[recruiting]), Kind.JOB if recruiting else None
    )
    if recruiting:
        facts.widen(scorecard.more)
    weights: list[Weight] = []
    for rule in _askable(scorecard.score_rules if recruiting else scorecard.always_rules, facts):
        worth = _run(rule, facts, fired, None)
        if worth is not None:
            weights.append(Weight(rule.name, worth, rule.at_least, rule.at_most))
    outcome = settle(weights, scorecard.ladder, scorecard.folders) if weights else scorecard.unmoved
    return _judgement(facts, scorecard, outcome, tuple(fired), max(0, pitch))


def worded(facts: Facts, scorecard: Scorecard) -> bool:
    """Whether the mail has one of the words that a pitch must have."""
    return scorecard.words is None or scorecard.words.run(facts) is not None


def _askable(rules: tuple[CompiledRule, ...], facts: Facts) -> list[CompiledRule]:
    """The rules that the phrases found so far let hold: of eighty, mail meets the needs of few."""
    found = facts.body.keys() | facts.subject.keys()
    return [
        rule for rule in rules if rule.when.needs is None or not rule.when.needs.isdisjoint(found)
    ]


def _run(rule: CompiledRule, facts: Facts, fired: list[Fired], tally: Tally | None) -> int | None:
    """The points of a rule that fires, None of one that does not."""
    hit = rule.when.run(facts)
    if hit is None:
        return None
    points = rule.worth(hit.found)
    if tally is None:
        tally = "objection" if points > 0 else "credit" if points < 0 else "note"
    facts.fired.add(rule.name)
    fired.append(Fired(rule.name, tally, points, hit.evidence, rule.reason))
    return points


def _judgement(
    facts: Facts,
    scorecard: Scorecard,
    outcome: Outcome,
    fired: tuple[Fired, ...],
    pitch: int,
) -> Judgement:
    recruiting = pitch >= scorecard.threshold
    return Judgement(
        recruiting=recruiting,
        pitch=pitch,
        kind=facts.kind.value if facts.kind is not None else "",
        objections=outcome.objections,
        credits=outcome.credits,
        score=outcome.score,
        verdict=outcome.verdict,
        folder=outcome.folder,
        fired=fired,
        defects=tuple(defect.value for defect in facts.message.defects),
        policy=scorecard.name,
        revision=scorecard.revision,
    )
