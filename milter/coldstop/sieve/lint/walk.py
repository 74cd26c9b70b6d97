"""A script as the checks see it: every call with its place, and strings with their values put in.

Values that the text alone decides are known: `set "gap" "..."` in front of its use. What a message
decides is not; a string with such a part has no value here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.sieve.lint.parse import Call, Script, Text

VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*|[0-9]+)\}")
_HEX: Final = re.compile(r"\$\{hex:((?:[ \t\r\n]*[0-9a-f]{1,2})+[ \t\r\n]*)\}", re.IGNORECASE)
_UNICODE: Final = re.compile(
    r"\$\{unicode:((?:[ \t\r\n]*[0-9a-f]{1,6})+[ \t\r\n]*)\}", re.IGNORECASE
)
_MODIFIERS: Final = frozenset(
    {"length", "lower", "upper", "lowerfirst", "upperfirst", "quotewildcard", "quoteregex"}
)
LONGEST: Final = 1 << 20
"""Characters of one value; a longer one is not known."""
ALL: Final = 1 << 26
"""Characters of all values together, those put in once more included."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One call."""

    call: Call
    is_test: bool
    blocks: tuple[int, ...]
    """The blocks around it, by the places where they begin."""
    tests: int
    """Tests around it and itself, for a test."""
    values: dict[Text, str | None]
    """Its strings with the values of variables; None where a message decides."""


@dataclass(slots=True)
class Walk:
    """Every call in the order of the text."""

    script: Script
    required: frozenset[str] = frozenset()
    visits: list[Visit] = field(default_factory=list)
    set_first: dict[str, Visit] = field(default_factory=dict)
    """The first `set` of every variable."""
    _known: dict[str, str | None] = field(default_factory=dict)
    _written: int = 0
    _lines: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        text = self.script.text
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]
        self.required = frozenset(
            item.value.lower()
            for call in self.script.calls
            if call.name == "require"
            for strings in call.strings
            for item in strings.items
        )
        self._block(self.script.calls, ())

    def place(self, at: int) -> tuple[int, int]:
        """Line and column, both from 1."""
        line = bisect_right(self._lines, at)
        return line, at - self._lines[line - 1] + 1

    def tests(self) -> Iterator[Visit]:
        """The tests alone."""
        return (visit for visit in self.visits if visit.is_test)

    @property
    def has_variables(self) -> bool:
        """Whether `${name}` means anything."""
        return "variables" in self.required

    def encoded(self, text: str) -> str:
        """Put in what `encoded-character` names, before any variable (RFC 5228 §2.4.2.4)."""
        if "encoded-character" not in self.required:
            return text
        text = _HEX.sub(
            lambda found: bytes(int(one, 16) for one in found[1].split()).decode(
                "utf-8", "replace"
            ),
            text,
        )
        return _UNICODE.sub(
            lambda found: "".join(_character(one) for one in found[1].split()), text
        )

    def _block(self, calls: list[Call], blocks: tuple[int, ...]) -> None:
        for call in calls:
            visit = self._visit(call, blocks, is_test=False, depth=0)
            if call.name == "set" and len(call.strings) > 1 and call.strings[0].items:
                name = call.strings[0].items[0].value.lower()
                self.set_first.setdefault(name, visit)
                self._known[name] = (
                    None if _MODIFIERS & {*call.tags} else visit.values[call.strings[1].items[0]]
                )
            if call.block is not None:
                before = dict(self._known)
                self._block(call.block, (*blocks, call.block_at))
                # Whether the block was run, a message decides.
                for name in self._known.keys() | before.keys():
                    if self._known.get(name, "") != before.get(name, ""):
                        before[name] = None
                self._known = before

    def _visit(self, call: Call, blocks: tuple[int, ...], *, is_test: bool, depth: int) -> Visit:
        values = {
            item: self._value(item.value) for strings in call.strings for item in strings.items
        }
        visit = Visit(call, is_test, blocks, depth, values)
        self.visits.append(visit)
        for test in call.tests:
            self._visit(test, blocks, is_test=True, depth=depth + 1)
        return visit

    def _value(self, text: str) -> str | None:
        text = self.encoded(text)
        if not self.has_variables:
            return text
        if self._written > ALL:
            return None
        pieces: list[str] = []
        size = at = 0
        for found in VARIABLE.finditer(text):
            name = found[1].lower()
            value = None if name.isdigit() else self._known.get(name, "")
            if value is None:
                return None
            pieces += (text[at : found.start()], value)
            size += found.start() - at + len(value)
            at = found.end()
            if size > LONGEST:
                return None
        self._written += size
        if self._written > ALL:
            return None
        return "".join((*pieces, text[at:]))


def _character(digits: str) -> str:
    number = int(digits, 16)
    return chr(number) if number <= 0x10FFFF else "?"
