"""Pieces of mail in which a condition may hold, made from what the policy itself says.

Words come from the examples of list entries; where there is none, the first reading of a phrase
is spelled out. Some conditions cannot be shown in this way (a date, a job that is far away), and
some samples do not hold after all, because another part of the condition says no: whoever shows
a sample judges it first.

Refuses nothing. Fails: no samples, where none can be made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING

from coldstop.lexicon.model import Group, Literal, Number, Phrase, PhraseError, Piece, Token
from coldstop.policy import model
from coldstop.policy.merge import text_of
from coldstop.policy.words import Tier, Zone
from coldstop.policy.yaml import TextNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from coldstop.policy.effective import Policy

_CANDIDATES = 24
_EACH = 3
_DEPTH = 8
_LIST = re.compile(r"\(?@([0-9A-Za-z_-]+)\)?")
_FAR = ("Plano, TX", "Honolulu, HI", "Berlin, Germany")


@dataclass(frozen=True, slots=True)
class Sample:
    """What a mail must hold, and from whom it must come."""

    text: tuple[str, ...] = ()
    """Lines of the text."""
    subject: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    """Further fields; From, too, where it matters."""
    tier: Tier | None = None
    """How the reader stands to the sender, where it matters."""

    def __add__(self, other: Sample) -> Sample:
        return Sample(
            tuple(dict.fromkeys(self.text + other.text)),
            self.subject or other.subject,
            tuple(dict.fromkeys(self.headers + other.headers)),
            self.tier or other.tier,
        )

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.text or self.subject or self.headers or self.tier)


def mail(sample: Sample) -> bytes:
    """Write a sample as a mail, with nothing in it but what it takes."""
    fields = {"From": "Jane Doe <jane@sender.example>", "To": "reader@home.example"}
    fields |= dict(sample.headers)
    if sample.subject:
        fields["Subject"] = sample.subject
    fields |= {"MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8"}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    body = "".join(f"{line}\r\n\r\n" for line in sample.text)
    return f"{head}\r\n{body}".encode()


class Sampler:
    """Makes samples for the rules of one policy."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._parser = policy.parser
        self._examples: dict[tuple[str, str], list[str]] = {}
        for source in dict.fromkeys(source for row in policy.sources for source in row):
            for noted in source.noted:
                example = noted.entry.get("example")
                if isinstance(example, TextNode):
                    key = (noted.list, text_of(noted.text))
                    self._examples.setdefault(key, []).append(text_of(example))

    def samples(self, name: str) -> Iterator[Sample]:
        """Give candidates for a rule, the plainest first."""
        return islice(self._rule(name, 0), _CANDIDATES)

    def _rule(self, name: str, depth: int) -> Iterator[Sample]:
        rule = self._policy.rules.get(name)
        if rule is not None and depth < _DEPTH:
            yield from self._of(rule.when, depth)

    def _of(self, condition: model.Condition, depth: int) -> Iterator[Sample]:
        match condition:
            case model.All():
                yield from self._every(condition.all, depth)
            case model.AnyOf():
                for part in condition.any:
                    yield from islice(self._of(part, depth), _EACH)
            case model.TextTest():
                lines = map(self._phrases, condition.text)
                subject_only = set(condition.zone) == {Zone.SUBJECT}
                for found in _combined(lines, condition.at_least):
                    yield Sample(subject=" ".join(found)) if subject_only else Sample(text=found)
            case model.LabelsTest():
                named = (self._entries(label) for label in condition.labels)
                labels = [f"{label}: ..." for some in named for label in some]
                yield Sample(text=tuple(labels[: condition.at_least]))
            case model.LettersTest():
                for text in condition.letters:
                    yield from (Sample(text=(one,)) for one in self._entries(text))
            case model.HeaderTest():
                yield from self._header(condition)
            case model.AddressTest():
                yield from self._address(condition)
            case model.RoleTest():
                for role in condition.role:
                    for one in self._phrases(role):
                        yield Sample(subject=f"{one[:1].upper()}{one[1:]} position")
            case model.RelationshipTest():
                if Tier.STATED in condition.relationship:
                    yield from (Sample(text=(one,)) for one in self._phrases("@connection"))
                yield from (Sample(tier=tier) for tier in condition.relationship)
            case model.RuleTest():
                yield from self._rule(condition.rule, depth + 1)
            case model.KindTest():
                for name, rule in self._policy.rules.items():
                    if rule.kind in condition.kind and (rule.pitch or rule.pitch_each or 0) > 0:
                        yield from islice(self._rule(name, depth + 1), _EACH)
            case model.AskedToStopTest() if condition.asked_to_stop:
                yield from (_sent_by(one.who) for one in self._policy.stopped[:_EACH])
            case _:
                yield from self._reader(condition)

    def _reader(self, condition: model.Condition) -> Iterator[Sample]:
        """What depends on who reads."""
        reader = self._policy.reader
        match condition:
            case model.PlaceTest(place="far"):
                yield from (Sample(text=(f"Location: {place}",)) for place in _FAR)
            case model.PlaceTest() if reader.commute is not None:
                yield Sample(text=(f"Location: {reader.commute.from_}",))
            case model.WorkTest():
                yield from (Sample(text=(one,)) for one in self._phrases(f"@{condition.work}"))
            case model.PayTest() if reader.pay is not None and reader.pay.per_hour is not None:
                floor = reader.pay.per_hour
                stated = floor if condition.pay == "above" else floor // 2
                yield Sample(text=(f"The rate is ${stated}/hr.",))
            case model.GreetsTest() if reader.names:
                name = reader.names[0] if condition.greets == "reader" else "Florentine"
                yield Sample(text=(f"Hi {name},",))
            case model.ProfileTest(profile="match"):
                yield from (Sample(text=(one,)) for one in self._phrases("@reader-skills"))
            case model.AnswersTest():
                other = "sender" if condition.answers == "own" else "reader"
                yield Sample(
                    headers=(
                        ("Message-ID", "<2@sender.example>"),
                        ("In-Reply-To", f"<1@{other}.example>"),
                    )
                )
            case model.DiffersTest():
                fields = {"sender": "Sender", "reply-to": "Reply-To"}
                other = next(fields[one] for one in condition.differs if one in fields)
                yield Sample(headers=((other, "someone@elsewhere.example"),))
            case _:
                yield Sample()

    def _every(self, parts: Sequence[model.Condition], depth: int) -> Iterator[Sample]:
        choices = [tuple(islice(self._of(part, depth), _EACH * 2)) for part in parts]
        for chosen in product(*choices):
            yield sum(chosen, Sample())

    def _header(self, test: model.HeaderTest) -> Iterator[Sample]:
        values: Iterable[str] = ("<1@sender.example>",)
        if test.is_ is not None or test.contains is not None:
            texts = test.is_ or test.contains or ()
            values = (one for text in texts for one in self._entries(text))
        elif test.phrase is not None:
            values = (one for text in test.phrase for one in self._phrases(text))
        yield from (Sample(headers=((test.header[0], value),)) for value in islice(values, _EACH))

    def _address(self, test: model.AddressTest) -> Iterator[Sample]:
        if not {model.AddressField.FROM, model.AddressField.ANY_SENDER}.isdisjoint(test.address):
            found = (one for text in test.in_ for one in self._entries(text))
            yield from (_sent_by(one) for one in islice(found, _EACH))

    def _entries(self, text: str) -> tuple[str, ...]:
        """What a text means that may name a list."""
        if not text.startswith("@"):
            return (text,)
        entries = self._policy.lists.get(text[1:], ())
        return tuple(one for entry in entries for one in self._entries(entry))

    def _phrases(self, text: str) -> Iterator[str]:
        """Mail in which a phrase is found: examples first, or else one reading of it."""
        found = _LIST.fullmatch(text)
        name = found[1] if found is not None else ""
        entries = self._policy.lists.get(name, ()) if name else (text,)
        known = [one for entry in entries for one in self._examples.get((name, entry), ())]
        yield from known[:_EACH]
        for entry in entries[:_EACH]:
            if entry.startswith("@"):
                yield from islice(self._phrases(entry), 1)
                continue
            try:
                yield _phrase(self._parser.parse(entry))
            except PhraseError:
                continue


def _combined(choices: Iterable[Iterator[str]], count: int) -> Iterator[tuple[str, ...]]:
    """One line each of `count` choices."""
    if count == 1:
        for choice in choices:
            yield from ((line,) for line in choice)
        return
    tried = [tuple(choice) for choice in choices]
    # One of each sort first; more of one list where there are too few of them.
    lines = (some[turn] for turn in range(_EACH) for some in tried if turn < len(some))
    yield tuple(islice(lines, count))


def _sent_by(entry: str) -> Sample:
    return Sample(headers=(("From", entry if "@" in entry else f"someone@{entry}"),))


def _phrase(phrase: Phrase) -> str:
    spelled = [
        "".join(map(_piece, item.pieces)) if isinstance(item, Token) else "word " * item.low
        for item in phrase.items
        if not (isinstance(item, Token) and item.optional)
    ]
    return " ".join(" ".join(spelled).split())


def _piece(piece: Piece) -> str:
    match piece:
        case Literal():
            return piece.text
        case Number():
            return str(next((n for n in (piece.low, piece.high) if n is not None), 5))
        case Group():
            return "" if piece.optional else _phrase(piece.branches[0])
