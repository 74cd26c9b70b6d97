"""Minimal pairs: the same letter twice with one thing changed, and which of the two weighs more.

A pair says an *order*, not points: rules may be weighed anew, but a pitch that is far away must
not weigh less than one that is near. `pairs.yaml` holds letters and pairs; what a pair changes is
text that stands in the letter exactly once, or one of its fields.

Refuses unknown keys, letters that are not there and text that does not stand there exactly once:
ValueError (pydantic's among them).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import yaml
from pydantic import Field

from coldstop.message.reader import read
from coldstop.policy.model import Mail
from coldstop.policy.values import Model, Text
from coldstop.policy.words import Tier
from coldstop.scorecard.cases import compose
from coldstop.scorecard.judge import judge
from coldstop.scorecard.standing import Standing
from support.judging import TODAY

if TYPE_CHECKING:
    from coldstop.scorecard.judgement import Judgement
    from coldstop.scorecard.resolve import Scorecard

PAIRS: Final = Path(__file__).with_name("pairs.yaml")
OPEN: Final = Path(__file__).with_name("pairs-open.yaml")
"""Pairs whose order no rule gives yet; read by the tests, not run."""


class Side(Model):
    """What one side of a pair changes in the letter; nothing where it is empty."""

    text: dict[str, str] = Field(default_factory=dict)
    """Words of the text, each exactly once in it -> what stands there instead."""
    from_: Text | None = Field(default=None, alias="from")
    to: Text | None = None
    subject: Text | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    """More header fields."""
    as_: Tier | None = Field(default=None, alias="as")
    """How the reader stands to the sender, whatever the lists say."""
    authenticated: bool | None = None

    def letter(self, base: Mail) -> Mail:
        """The letter with the changes."""
        text = base.text
        for old, new in self.text.items():
            if text.count(old) != 1:
                raise ValueError(f"{old!r} stands {text.count(old)} times in the letter")
            text = text.replace(old, new)
        fields = {"from_": self.from_, "to": self.to, "subject": self.subject}
        changed = {name: value for name, value in fields.items() if value is not None}
        headers = {**base.headers, **self.headers}
        return base.model_copy(update={**changed, "text": text, "headers": headers})


class Pair(Model):
    """Two sides of one letter, in their order."""

    name: Text
    letter: Text
    lower: Side = Field(default_factory=Side)
    """The side that the reader minds less, or that is less surely a pitch."""
    higher: Side = Field(default_factory=Side)
    by: Literal["score", "pitch"] = "score"

    def judged(self, book: Book, card: Scorecard) -> tuple[Judgement, Judgement]:
        """Judge both sides, the lower first."""
        base = book.letters[self.letter]
        low, high = (
            judge(
                read(compose(side.letter(base))),
                card,
                Standing(side.as_, side.authenticated),
                today=TODAY,
            )
            for side in (self.lower, self.higher)
        )
        return low, high


class Book(Model):
    """A file of letters and pairs."""

    letters: dict[str, Mail]
    pairs: list[Pair]


def load(file: Path = PAIRS) -> Book:
    """Read a file of pairs."""
    return Book.model_validate(yaml.safe_load(file.read_text("utf-8")))
