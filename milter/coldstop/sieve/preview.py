"""Which messages might get another verdict by the script than by the judge, because of its losses.

An estimate by the judge itself, not by a Sieve engine: the policy is judged once as it is, and once
as the script holds it: rules that were dropped are off, and approximate ones look at the whole text
instead of the sender's own words. Losses of another kind (a host without text, phrases that no
regular expression can find) are imitated where the judge can: without `body` there is no text.

Refuses nothing and cannot fail for a policy that was compiled.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from coldstop.message.model import Message
from coldstop.scorecard.facts import Facts
from coldstop.scorecard.judge import judge, weigh
from coldstop.scorecard.resolve import resolve
from coldstop.scorecard.standing import UNKNOWN
from coldstop.sieve.loss import State
from coldstop.sieve.shorter import shorter

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from coldstop.policy.effective import Policy
    from coldstop.scorecard.facts import Found
    from coldstop.scorecard.judgement import Judgement
    from coldstop.scorecard.resolve import CompiledRule, Scorecard
    from coldstop.sieve.compile import Compiled


class Change(NamedTuple):
    """One message, as the judge and as the script treat it."""

    name: str
    judge: Judgement
    script: Judgement

    @property
    def different(self) -> bool:
        """Whether the verdict or the folder differs."""
        known, script = self.judge, self.script
        return (known.verdict, known.folder) != (script.verdict, script.folder)


class WholeText(Facts):
    """The judge's facts without zones: a script cannot tell whose words it reads."""

    __slots__ = ()

    @property
    def own(self) -> Mapping[int, Found]:
        """The whole text."""
        return self.body


class Held:
    """A policy twice: as the judge has it, and as a script holds it."""

    def __init__(self, policy: Policy, compiled: Compiled, today: dt.date) -> None:
        self.today = today
        self.judge = resolve(policy)
        less = shorter(policy, compiled.trim.choices)
        held = resolve(less.policy) if less.gone else self.judge
        self.script = _without(held, dropped(compiled))
        self.blind = compiled.target.strategy == "headers-only"

    def judgements(self, name: str, message: Message) -> Change:
        """What both make of a message."""
        known = judge(message, self.judge, today=self.today)
        seen = _without_text(message) if self.blind else message
        card = self.script
        facts = WholeText(seen, card.matcher, card.trusted, UNKNOWN, self.today)
        return Change(name, known, weigh(facts, card))


def changes(held: Held, mails: Iterable[tuple[str, Message]]) -> Iterator[Change]:
    """Give the messages whose verdict or folder would differ."""
    for name, message in mails:
        both = held.judgements(name, message)
        if both.different:
            yield both


def dropped(compiled: Compiled) -> frozenset[str]:
    """The rules that the script does not hold."""
    return frozenset(
        loss.rule for loss in compiled.loss if loss.rule and loss.state is State.DROPPED
    )


def _without(card: Scorecard, names: frozenset[str]) -> Scorecard:
    """The scorecard with some of its rules gone; who asks about them gets no for an answer."""

    def kept(rules: tuple[CompiledRule, ...]) -> tuple[CompiledRule, ...]:
        return tuple(rule for rule in rules if rule.name not in names)

    return replace(
        card,
        pitch_rules=kept(card.pitch_rules),
        score_rules=kept(card.score_rules),
        always_rules=kept(card.always_rules),
    )


def _without_text(message: Message) -> Message:
    fields = [(header.name.encode(), header.value) for header in message.headers]
    index: dict[bytes, list[bytes]] = {}
    for name, value in fields:
        index.setdefault(name, []).append(value)
    return Message(message.envelope, fields, index, (), size=message.size, defects=set())
