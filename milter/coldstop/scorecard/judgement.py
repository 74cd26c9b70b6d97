"""The result of judging one message, with the words that decided it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from coldstop.policy.model import Verdict

Tally = Literal["pitch", "objection", "credit", "note"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the message that made a rule fire, and where they stood."""

    where: str
    """`subject`, `text`, `html`, `header from`, `policy`, ..."""
    quote: str
    """The sender's own words, white space collapsed."""
    before: str = ""
    """A few words in front of the quote."""
    after: str = ""
    """A few words behind it."""

    def quoted(self) -> Evidence:
        """Itself."""
        return self


class Quotable(Protocol):
    """What can be quoted when somebody asks: most judgements are read by no one."""

    def quoted(self) -> Evidence:
        """The quote."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule whose condition held."""

    name: str
    tally: Tally
    """What it feeds: `pitch`, `objection`, `credit`; `note` for a rule with a bound only."""
    points: int
    """Signed, as the policy has it; `points_each` already multiplied and capped."""
    marks: tuple[Quotable, ...]
    reason: str

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Words of the message that made it fire."""
        return tuple(mark.quoted() for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What coldstop thinks of one message. Equal inputs give equal judgements."""

    recruiting: bool
    """The pitch reached the policy's threshold."""
    pitch: int
    """How surely this is a recruiting approach; never below 0."""
    kind: str
    """Which kind of approach, or of mail that is none (`ats-status`); empty where none is named."""
    objections: int
    credits: int
    """Both as positive numbers."""
    score: int
    """Objections minus credits."""
    verdict: Verdict
    folder: str
    """Where the verdict puts the message; empty where it stays."""
    fired: tuple[Fired, ...]
    defects: tuple[str, ...]
    """Defects that reading noted (they never change a verdict)."""
    policy: str
    revision: str
