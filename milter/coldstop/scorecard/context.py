"""What compiling conditions shares: the policy's lists and the one phrase table.

Every phrase of a policy, wherever it stands, goes into one table and so into one automaton:
a text is scanned once, however many rules ask about it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coldstop.lexicon.phrase import Phrase
    from coldstop.policy.effective import Policy


@dataclass(slots=True)
class Context:
    """The policy that is being compiled, and the phrases met so far."""

    policy: Policy
    phrases: list[Phrase] = field(default_factory=list)
    _ids: dict[str, int] = field(default_factory=dict)
    _anywhere: set[int] = field(default_factory=set)

    @property
    def lists(self) -> Mapping[str, tuple[str, ...]]:
        """The policy's effective lists, those that `reader` implies included."""
        return self.policy.known_lists

    def entries(self, sources: Iterable[str]) -> tuple[str, ...]:
        """Expand items that are a whole `@list` into the list's entries, in order, once each."""
        found: dict[str, None] = {}
        for source in sources:
            if source.startswith("@") and source[1:] in self.lists:
                found.update(dict.fromkeys(self.entries(self.lists[source[1:]])))
            else:
                found[source] = None
        return tuple(found)

    def phrase(self, source: str) -> int:
        """The number of a phrase in the table; a new one is added."""
        number = self._number(source)
        self._anywhere.add(number)
        return number

    def _number(self, source: str) -> int:
        number = self._ids.get(source)
        if number is None:
            number = self._ids[source] = len(self.phrases)
            self.phrases.append(self.policy.parser.parse(source))
        return number

    def subject_ids(self, sources: Iterable[str]) -> frozenset[int]:
        """The same as `phrase_ids`, for a test that asks about the Subject only."""
        return frozenset(self._number(entry) for entry in self.entries(sources))

    def headings(self, first: int, end: int) -> frozenset[int]:
        """Which of these phrases nobody asks about but in the Subject, counted from the first."""
        return frozenset(n - first for n in range(first, end) if n not in self._anywhere)

    def parse(self, source: str) -> Phrase:
        """Read a phrase that does not go into the table."""
        return self.policy.parser.parse(source)

    def phrase_ids(self, sources: Iterable[str]) -> frozenset[int]:
        """The numbers of all phrases that the sources name; a list counts entry by entry."""
        return frozenset(self.phrase(entry) for entry in self.entries(sources))
