"""How much of the judgement remains in a script, measured on the samples that come with coldstop.

    recognises 15 of the 16 shipped samples that are pitches to this policy

The first line of every report. It is told where evidence for a pitch is left out for want of room,
or cannot be asked for at all on that host; a trimmed script says it in its head.

Fails: FileNotFoundError where the samples are not installed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from coldstop.message.reader import read
from coldstop.resources import shipped
from coldstop.sieve.loss import State
from coldstop.sieve.preview import Held

if TYPE_CHECKING:
    import datetime as dt

    from coldstop.message.model import Message
    from coldstop.policy.effective import Policy
    from coldstop.sieve.compile import Compiled
    from coldstop.sieve.preview import Change

PLACE: Final = "recognises 999 of the 999 shipped samples that are pitches to this policy"
"""Stands in the head of a trimmed script until the figures are known: it must fit with them."""
_TOLD: Final = re.compile(
    r"^# (" + re.escape(PLACE).replace("999", r"\d+") + r")\n# sha256", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Remains:
    """What both make of the shipped samples."""

    samples: tuple[Change, ...]

    @property
    def pitches(self) -> int:
        """How many the judge takes for pitches."""
        return sum(one.judge.recruiting for one in self.samples)

    @property
    def recognised(self) -> int:
        """How many of them the script does."""
        return sum(one.judge.recruiting and one.script.recruiting for one in self.samples)

    @property
    def different(self) -> tuple[Change, ...]:
        """Those with another verdict or folder."""
        return tuple(one for one in self.samples if one.different)

    def __str__(self) -> str:
        return PLACE.replace("999", str(self.recognised), 1).replace("999", str(self.pitches))


@cache
def samples() -> tuple[tuple[str, Message], ...]:
    """The shipped samples, as they lie in a mailbox."""
    files = sorted(shipped("policies", "examples", "mail").glob("*.eml"))
    return tuple((file.name, read(file.read_bytes())) for file in files)


def remains(held: Held) -> Remains:
    """Judge the shipped samples both ways."""
    return Remains(tuple(held.judgements(*one) for one in samples()))


def is_weaker(policy: Policy, compiled: Compiled) -> bool:
    """Whether evidence for a pitch is missing."""
    return bool(compiled.trim.choices) or any(
        loss.state is State.DROPPED and policy.rules[loss.rule].is_pitch
        for loss in compiled.loss
        if loss.rule
    )


def head(compiled: Compiled) -> str:
    """What the head of a script says of it; "" if it says nothing."""
    return found[1] if (found := _TOLD.search(compiled.text)) else ""


def told(policy: Policy, compiled: Compiled, today: dt.date) -> Compiled:
    """Fill in the figures in the head of a script that has a place for them."""
    if f"# {PLACE}\n" not in compiled.text:
        return compiled
    figures = str(remains(Held(policy, compiled, today)))
    return replace(compiled, text=compiled.text.replace(PLACE, figures, 1))
