"""Recognition without what was learnt from the very message: the guard against overfitting.

A *cue* is a phrase or a label that evidence for a pitch asks for. Cues are compared in normal
form, so that one that stands in two lists is one. What stands under `not`, and what rules ask for
that speak against a pitch, is no cue: leaving it out would help the message.

* *Own cues dropped*: a message is judged without the cues that no other positive has.
* *Own wordings dropped*, stricter: a phrase with alternatives is many wordings in one. A message
  is judged without the phrases of which it has no wording in common with another positive.
* *A source left out*: the messages of one source are judged without the cues that no other
  source has.

Lists of addresses, domains and mailers are no cues: they are facts, not wordings.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import re2

from coldstop.lexicon.fold import fold
from coldstop.lexicon.match import Matcher
from coldstop.lexicon.model import Group, Phrase, Token
from coldstop.message.reader import read
from coldstop.policy import model
from coldstop.scorecard.context import Context
from coldstop.scorecard.facts import Look
from coldstop.scorecard.judge import facts_for, weigh
from coldstop.scorecard.standing import UNKNOWN
from coldstop.scorecard.tests.labels import label_regex
from measure.trial import TODAY, Trial, trial

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from coldstop.lexicon.fold import Folded
    from coldstop.lexicon.match import Span
    from coldstop.lexicon.model import Item, Piece
    from coldstop.message.model import Message
    from coldstop.policy.effective import Policy
    from coldstop.scorecard.facts import Facts, Found
    from coldstop.scorecard.resolve import Scorecard
    from measure.sets import Sample

WORDINGS: Final = 4_096
"""Wordings of one phrase that are told apart; one with more counts as a single wording."""


class Deaf(Matcher):
    """A matcher that does not see some of its phrases, as if they had been removed."""

    def __init__(self, inner: Matcher, numbers: Collection[int], offset: int = 0) -> None:
        self.phrases = inner.phrases
        self._inner = inner
        self._numbers = frozenset(number - offset for number in numbers)

    def scan(self, text: Folded, *, body: bool = False) -> dict[int, Span]:
        """What the inner matcher finds, but for those phrases."""
        found = self._inner.scan(text, body=body)
        return {number: span for number, span in found.items() if number not in self._numbers}


@dataclass(frozen=True, slots=True)
class Asked:
    """What one test of a pitch rule asks for."""

    cues: frozenset[int]
    where: tuple[str, ...]
    """Zones, names of header fields behind `header `, or `label`."""


class Cues:
    """The cues of a scorecard: which of them a message has, and judging without some."""

    def __init__(self, card: Scorecard) -> None:
        self._card = card
        table: Sequence[Phrase] = (*card.matcher.phrases, *card.evidence.matcher.phrases)
        self._names = [str(phrase) for phrase in table]
        self._phrases = dict(zip(self._names, table, strict=True))
        self._numbers: dict[str, list[int]] = {}
        for number, name in enumerate(self._names):
            self._numbers.setdefault(name, []).append(number)
        self._asked = tuple(self._read(card.policy))
        self._labels: dict[int, str] = {}
        for source in self._label_sources(card.policy):
            for number in self._find(card.policy, (source,)):
                self._labels[number] = source

    def of(self, message: Message) -> frozenset[str]:
        """The cues that a message has, each where a rule looks for it."""
        facts = facts_for(message, self._card, UNKNOWN, TODAY)
        weigh(facts, self._card)
        return frozenset(
            self._names[number]
            for asked in self._asked
            for where in asked.where
            for number in asked.cues & self._seen(facts, where)
        )

    def judge_without(self, message: Message, cues: Iterable[str]) -> Trial:
        """Judge a message as if the policy had not these cues."""
        numbers = [number for cue in cues for number in self._numbers[cue]]
        card = self._card
        matcher, offset = card.evidence
        deaf = replace(
            card,
            matcher=Deaf(card.matcher, numbers),
            evidence=Look(Deaf(matcher, numbers, offset), offset),
        )
        return trial(message, deaf)

    def wordings(self, messages: Sequence[Message], cues: Iterable[str]) -> list[frozenset[str]]:
        """For each message the wordings of these cues that it has, anywhere."""
        table = list(dict.fromkeys(one for cue in cues for one in variants(self._phrases[cue])))
        matcher = Matcher(table)
        return [
            frozenset(str(table[number]) for text in _texts(one) for number in matcher.scan(text))
            for one in messages
        ]

    def wordings_of(self, cue: str) -> frozenset[str]:
        """All wordings of a cue, in normal form."""
        return frozenset(map(str, variants(self._phrases[cue])))

    def _seen(self, facts: Facts, where: str) -> frozenset[int]:
        match where:
            case "all":
                return frozenset(facts.body)
            case "own":
                return frozenset(facts.own)
            case "subject":
                return frozenset(facts.subject)
            case "label":
                return frozenset(self._labels_of(facts))
            case _:
                found: Mapping[int, Found] = facts.scan_header(where.removeprefix("header "))
                return frozenset(found)

    def _labels_of(self, facts: Facts) -> Iterator[int]:
        for number in self._labels.keys() & facts.body.keys():
            pattern = _label(self._labels[number])
            if any(pattern.search(part.text) for part in facts.message.parts):
                yield number

    def _read(self, policy: Policy) -> Iterator[Asked]:
        for test in evidence(policy):
            match test:
                case model.TextTest():
                    yield Asked(self._find(policy, test.text), tuple(map(str, test.zone)))
                case model.HeaderTest() if test.phrase is not None:
                    where = tuple(f"header {name}" for name in test.header)
                    yield Asked(self._find(policy, test.phrase), where)
                case model.LabelsTest():
                    yield Asked(self._find(policy, test.labels), ("label",))
                case model.WorkTest():
                    wanted = self._find(policy, (f"@{test.work}",))
                    yield Asked(wanted, ("all", "subject"))
                case _:
                    pass

    @staticmethod
    def _label_sources(policy: Policy) -> Iterator[str]:
        context = Context(policy)
        for test in evidence(policy):
            if isinstance(test, model.LabelsTest):
                yield from context.entries(test.labels)

    def _find(self, policy: Policy, sources: Sequence[str]) -> frozenset[int]:
        """The numbers of the phrases that sources name, in the scorecard's own table."""
        names = (str(policy.parser.parse(one)) for one in Context(policy).entries(sources))
        return frozenset(number for name in names for number in self._numbers.get(name, ()))


def evidence(policy: Policy) -> Iterator[model.Condition]:
    """The tests that evidence for a pitch asks, but for those under `not`."""
    for rule in policy.rules.values():
        if rule.is_pitch and (rule.once or rule.each or 0) > 0:
            yield from _asserted(rule.when)


def _asserted(condition: model.Condition) -> Iterator[model.Condition]:
    match condition:
        case model.All():
            inner = condition.all
        case model.AnyOf():
            inner = condition.any
        case model.Not():
            inner = ()
        case _:
            yield condition
            return
    for one in inner:
        yield from _asserted(one)


@functools.lru_cache(maxsize=1024)
def _label(label: str) -> re2._Regexp:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(label_regex(label), options)


def _texts(message: Message) -> list[Folded]:
    subjects = [value.encode("utf-8", "surrogateescape") for value in message.header("subject")]
    return [fold(text) for text in (*subjects, *(part.text for part in message.parts))]


def variants(phrase: Phrase) -> list[Phrase]:
    """A phrase for each choice among its alternatives; the phrase itself where they are too many.

    Words in a gap (`{0-3 words}`), numbers and stems stay as they are.
    """
    found = list(itertools.islice(_phrases(phrase), WORDINGS + 1))
    return found if len(found) <= WORDINGS else [phrase]


def _phrases(phrase: Phrase) -> Iterator[Phrase]:
    choices: list[list[tuple[Item, ...]]] = [
        [*_tokens(item)] if isinstance(item, Token) else [(item,)] for item in phrase.items
    ]
    for chosen in itertools.product(*choices):
        items = tuple(item for part in chosen for item in part)
        if items:
            yield Phrase(items)


def _tokens(token: Token) -> Iterator[tuple[Item, ...]]:
    """What may stand in a token's place: items, or nothing where it is optional."""
    if token.optional:
        yield ()
    if len(token.pieces) == 1 and isinstance(token.pieces[0], Group):
        for branch in token.pieces[0].branches:
            for one in _phrases(branch):
                yield one.items
        return
    for pieces in itertools.product(*map(_pieces, token.pieces)):
        kept = tuple(piece for piece in pieces if piece is not None)
        if kept:
            yield (Token(kept),)


def _pieces(piece: Piece) -> list[Piece | None]:
    """What may stand in the place of a piece that is glued to others; None for nothing."""
    if not isinstance(piece, Group):
        return [piece]
    chosen = [Group((one,)) for branch in piece.branches for one in _phrases(branch)]
    return [None, *chosen] if piece.optional else [*chosen]


@dataclass(frozen=True, slots=True)
class Held:
    """What remains of recognition without the cues that a message taught."""

    own: tuple[bool, ...]
    """For each sample: recognised without the cues that it alone has."""
    worded: tuple[bool, ...]
    """The same without the phrases of which it shares no wording with another."""
    source: tuple[bool, ...]
    """The same without the cues that only its source has."""
    dropped: tuple[tuple[str, ...], ...]
    """For each sample the cues that it alone has."""


def hold_out(card: Scorecard, samples: Sequence[Sample]) -> Held:
    """Judge each sample, all of them positives, without what it taught."""
    cues = Cues(card)
    messages = [read(one.raw) for one in samples]
    has = [cues.of(message) for message in messages]
    worded = cues.wordings(messages, sorted(set().union(*has)))
    by_source: dict[str, list[int]] = {}
    for number, one in enumerate(samples):
        by_source.setdefault(one.source, []).append(number)
    own, wording, source = [], [], []
    dropped = []
    for number, message in enumerate(messages):
        others = [has[other] for other in range(len(has)) if other != number]
        mine = only(has[number], others)
        said = set().union(*(worded[other] for other in range(len(has)) if other != number))
        unheard = {
            cue for cue in has[number] if not (cues.wordings_of(cue) & worded[number] & said)
        }
        group = by_source[samples[number].source]
        elsewhere = [has[other] for other in range(len(has)) if other not in group]
        theirs = only(set().union(*(has[other] for other in group)), elsewhere)
        dropped.append(tuple(sorted(mine)))
        own.append(cues.judge_without(message, mine).recruiting)
        wording.append(cues.judge_without(message, mine | unheard).recruiting)
        source.append(cues.judge_without(message, theirs).recruiting)
    return Held(tuple(own), tuple(wording), tuple(source), tuple(dropped))


def only(mine: AbstractSet[str], others: Iterable[AbstractSet[str]]) -> frozenset[str]:
    """What none of the others has."""
    return frozenset(mine).difference(*others)
