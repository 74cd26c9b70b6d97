"""What lowering shares: the policy, the target, what was lost, and facts computed once a message.

A *fact* is a variable that some commands fill before the rules that ask for it: the relationship,
the side of a place, a count of labels. Asking again gives the same variable.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coldstop.scorecard.context import Context

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from coldstop.lexicon.phrase import Phrase
    from coldstop.policy.effective import Policy
    from coldstop.sieve.lower.words import Words
    from coldstop.sieve.script import Block, String
    from coldstop.sieve.shorter import Choice
    from coldstop.sieve.targets import Target


@dataclass(frozen=True, slots=True)
class Fact:
    """A variable and the commands that fill it; it is empty before."""

    name: str
    block: Block
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Packed:
    """Expressions for some phrases, and why not all of them can be written."""

    texts: tuple[String, ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class Lowering:
    """The state of compiling one policy."""

    policy: Policy
    target: Target
    today: dt.date
    """The day of compiling, for hosts without a clock."""
    fixed: bool
    """Judge as of that day on hosts with a clock, too."""
    trim: Trim
    shortened: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Rules that lost phrases for want of room -> how many, and how many they had."""
    facts: dict[str, Fact] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    """Why the rule that is being lowered is not exact."""
    remarks: dict[str, None] = field(default_factory=dict)
    """What it is still good to know about it."""
    phrases: Context = field(init=False)
    fired: dict[str, str] = field(default_factory=dict)
    """Rules lowered so far that others may ask about -> their mark in `fired`."""
    inexact: dict[str, str] = field(default_factory=dict)
    """Rules that are approximate or dropped -> which of the two."""
    kinds: dict[str, None] = field(default_factory=dict)
    """Kinds that some rule lowered so far names as evidence for a pitch."""
    excuses: dict[str, None] = field(default_factory=dict)
    """The same, as evidence against one."""
    scoring: bool = False
    """Whether the pitch is settled: kinds are known."""
    towns: tuple[int, int] | None = None
    """How many names of towns the script has, of how many; None where it asks for no place."""
    worded: tuple[str, ...] = ()
    """Why the words that a pitch must have (`pitch.words`) are not looked for exactly."""
    packed: dict[tuple[Phrase, ...], Packed] = field(default_factory=dict)
    """Phrases -> their expressions: the subject is asked for what the text is, and a trimmed script
    for what the whole one is."""
    needed: dict[String, Words] = field(default_factory=dict)
    """Regular expressions -> words of which one stands in whatever they find (`words`)."""

    def __post_init__(self) -> None:
        """Read lists and phrases as judging does."""
        self.phrases = Context(self.policy)

    def note(self, why: str) -> None:
        """The rule at hand is not exact, because ..."""
        self.notes[why] = None

    def remark(self, what: str) -> None:
        """The rule at hand is exact, and yet ..."""
        self.remarks[what] = None

    def entries(self, *sources: str) -> tuple[str, ...]:
        """Expand lists, as judging does."""
        return self.phrases.entries(sources)

    def fact(self, name: str, make: Callable[[], Block]) -> str:
        """Give the variable of that name; `make` gives the commands that fill it."""
        if name not in self.facts:
            outer, self.notes = self.notes, {}
            block = make()
            self.facts[name] = Fact(name, block, tuple(self.notes))
            self.notes = outer
        for why in self.facts[name].notes:
            self.note(why)
        return name

    def fact_name(self, stem: str, key: Sequence[object]) -> str:
        """Give the variable name for something that may be asked for in several ways."""
        names = self._numbered.setdefault(stem, {})
        return names.setdefault(tuple(key), f"{stem}{len(names) + 1}")

    _numbered: dict[str, dict[tuple[object, ...], str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trim:
    """How much of the gazetteer is left out to make room; see `budget`."""

    far_towns: int | None = None
    """At most so many names of far towns of states that are not far as a whole; None: all."""
    near_towns: int | None = None
    """At most so many names of near towns; None: all."""
    rules: frozenset[str] = frozenset()
    """Rules that are left out."""
    choices: frozenset[Choice] = frozenset()
    """Phrases of evidence that are left out."""
