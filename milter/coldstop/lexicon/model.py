"""The phrase language's tree and its errors.

A `Phrase` is what `phrase.parse` makes of a source. It is in normal form: ASCII letters in lower
case, one spelling of apostrophe and hyphen, lists written out. `str(phrase)` is a source that
parses to an equal tree. The tree says what was written; what it *means* on text is settled in
`lower`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

META = frozenset("()|{}?*@\\")
"""Characters that a source must write after a backslash to mean themselves."""


class PhraseCode(StrEnum):
    """Why a source is no phrase. The set is closed; policies report these names."""

    EMPTY = "empty-phrase"
    EMPTY_BRANCH = "empty-branch"
    CAN_BE_EMPTY = "can-match-nothing"
    NO_WORD = "no-word"
    TOO_LONG = "phrase-too-long"
    TOO_DEEP = "nested-too-deep"
    TOO_MANY_BRANCHES = "too-many-branches"
    UNCLOSED = "unclosed-bracket"
    UNOPENED = "unopened-bracket"
    STRAY_BAR = "stray-bar"
    STRAY_MARK = "stray-mark"
    BAD_BRACES = "bad-braces"
    BAD_RANGE = "bad-range"
    BAD_ESCAPE = "bad-escape"
    BAD_CHARACTER = "bad-character"
    BAD_LIST_NAME = "bad-list-name"
    UNKNOWN_LIST = "unknown-list"
    EMPTY_LIST = "empty-list"
    LIST_CYCLE = "list-cycle"
    BAD_LIST_ENTRY = "bad-list-entry"
    READS_ENTITY = "reads-inside-entity"


class PhraseError(ValueError):
    """A source that is no phrase.

    `column` is 1-based and counts characters of the source given to `parse`; a fault inside a list
    is reported at the `@name` that includes it, and `message` quotes the entry.
    """

    def __init__(self, code: PhraseCode, column: int, message: str, hint: str = "") -> None:
        super().__init__(f"column {column}: {message}" + (f" ({hint})" if hint else ""))
        self.code = code
        self.column = column
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Literal:
    """A run of characters to be found as they stand; `stem`: the word may go on (`recruit*`)."""

    text: str
    stem: bool = False

    def __str__(self) -> str:
        escaped = "".join("\\" + c if c in META else c for c in self.text)
        return escaped + "*" if self.stem else escaped


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number, thousands commas allowed. A bound that is None is open.

    Without bounds any digits count. With one, the number has no leading zero.
    """

    low: int | None = None
    high: int | None = None

    def __str__(self) -> str:
        if self.low is None and self.high is None:
            return "{number}"
        if self.high is None:
            return f"{{number >= {self.low}}}"
        if self.low is None:
            return f"{{number <= {self.high}}}"
        return f"{{number {self.low}-{self.high}}}"


@dataclass(frozen=True, slots=True)
class Group:
    """Alternatives, none of which can match nothing; `optional` only inside a glued token."""

    branches: tuple[Phrase, ...]
    optional: bool = False

    def __str__(self) -> str:
        inner = "|".join(map(str, self.branches))
        return f"({inner})?" if self.optional else f"({inner})"


Piece: TypeAlias = Literal | Number | Group


@dataclass(frozen=True, slots=True)
class Token:
    """Pieces with nothing between them, one of which at least must be there.

    `optional` says that the token, and the gap that parts it from its neighbour, may be missing.
    """

    pieces: tuple[Piece, ...]
    optional: bool = False

    def __str__(self) -> str:
        return "".join(map(str, self.pieces)) + ("?" if self.optional else "")


@dataclass(frozen=True, slots=True)
class Words:
    """From `low` to `high` words of any kind, a word being a run of `[0-9A-Za-z]`."""

    low: int
    high: int

    def __str__(self) -> str:
        count = str(self.low) if self.low == self.high else f"{self.low}-{self.high}"
        return f"{{{count} words}}"


Item: TypeAlias = Token | Words


@dataclass(frozen=True, slots=True)
class Phrase:
    """Items with a gap between each two that are there."""

    items: tuple[Item, ...]

    def __str__(self) -> str:
        return " ".join(map(str, self.items))


def alternatives(phrase: Phrase) -> tuple[Phrase, ...]:
    """Take a phrase apart that is nothing but a choice, `(a|b|@list)`; any other stays whole."""
    match phrase.items:
        case (Token(pieces=(Group(branches=branches, optional=False),), optional=False),):
            return tuple(inner for branch in branches for inner in alternatives(branch))
        case _:
            return (phrase,)


def can_be_absent(item: Item) -> bool:
    """Say whether the item may match nothing (and then takes its gap with it)."""
    return item.low == 0 if isinstance(item, Words) else item.optional


def has_word(phrase: Phrase) -> bool:
    """Say whether every reading holds a letter or digit, and a character that the phrase names.

    Without the first it would be punctuation only; without the second nothing could be looked up.
    """
    return _always(phrase, _names_something) and _always(phrase, _holds_word)


def _names_something(piece: Literal | Number | Words) -> bool:
    return isinstance(piece, Literal)


def _holds_word(piece: Literal | Number | Words) -> bool:
    return not isinstance(piece, Literal) or any(map(str.isalnum, piece.text))


def _always(phrase: Phrase, test: Callable[[Literal | Number | Words], bool]) -> bool:
    """Say whether, whatever may be missing, a piece that passes the test is there."""
    for item in phrase.items:
        if can_be_absent(item):
            continue
        for piece in item.pieces if isinstance(item, Token) else (item,):
            if isinstance(piece, Group):
                if not piece.optional and all(_always(branch, test) for branch in piece.branches):
                    return True
            elif test(piece):
                return True
    return False
