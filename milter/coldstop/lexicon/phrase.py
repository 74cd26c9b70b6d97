r"""The phrase language: what a policy writes to name words in a mail.

    help desk               these words, with white space, tags or `&nbsp;` between them
    (met|enjoyed) you       either
    (senior)? dba           with or without; also `senior? dba`
    recruit*                the word may go on: recruiter, recruiting
    position(s)?:           brackets may stand in a word; `:` may stand off by a gap
    on-site                 a hyphen between word characters is also found as a gap
    met {0-3 words} at      up to three words of any kind
    {number >= 100} miles   also {number}, {number <= 9}, {number 1-40}; 1,000 and 1000 are equal
    @families               any phrase of that list
    \(   \|   \@   \\       a backslash makes ( ) | { } ? * @ \ literal

ASCII letters are found in either case; other characters as they are. An apostrophe is found in
every spelling, `&` as `&amp;` too. A phrase never begins or ends inside a longer run of
`[0-9A-Za-z]` (so `role:` is not found in `Role:DBA`; `role:*` is) and never begins inside a tag.

`parse` refuses with `PhraseError` whatever is out of bounds (`limits`), can match nothing, has no
word of its own, holds `<`, `>` or invisible characters, or could be read inside an HTML entity.
It raises nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NoReturn

from coldstop.lexicon.entities import is_plain, is_suspect, read_inside
from coldstop.lexicon.limits import LIMITS
from coldstop.lexicon.lower import lower
from coldstop.lexicon.model import (
    META,
    Group,
    Item,
    Literal,
    Number,
    Phrase,
    PhraseCode,
    PhraseError,
    Piece,
    Token,
    Words,
    can_be_absent,
    has_word,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "Group",
    "Item",
    "Literal",
    "Number",
    "Parser",
    "Phrase",
    "PhraseCode",
    "PhraseError",
    "Piece",
    "Token",
    "Words",
    "parse",
]

_SPACE = frozenset(" \t\n\v\f\r\xa0")
_SIMPLE = re.compile(r"[0-9A-Za-z]+(?: [0-9A-Za-z]+)*\*?")
_ENDS = frozenset("|)") | _SPACE
_ONE_SPELLING = str.maketrans(
    "\u2019\u2010\u2011\u2013ABCDEFGHIJKLMNOPQRSTUVWXYZ", "'---abcdefghijklmnopqrstuvwxyz"
)
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
_LIST_NAME = re.compile(r"[0-9A-Za-z_-]+")
_WORDS = re.compile(r"([0-9]+)(?:-([0-9]+))? words?", re.ASCII)
_NUMBER = re.compile(r"number(?: ?(>=|<=) ?([0-9]+)| ([0-9]+)-([0-9]+))?", re.ASCII)


def parse(source: str, lists: Mapping[str, Sequence[str]] | None = None) -> Phrase:
    """Read one phrase, with `lists` behind each `@name`. Raises PhraseError and nothing else."""
    return Parser(lists).parse(source)


class Parser:
    """Reads phrases that share lists, and reads each phrase and each list once."""

    def __init__(self, lists: Mapping[str, Sequence[str]] | None = None) -> None:
        self._lists: Mapping[str, Sequence[str]] = lists or {}
        self._parsed: dict[str, Phrase] = {}
        self._read: dict[str, tuple[Phrase, ...]] = {}
        self._branches: dict[str, int] = {}
        self._depths: dict[str, int] = {}
        self._open: list[str] = []
        self._words: dict[str, Token] = {}

    def parse(self, source: str) -> Phrase:
        """Read one phrase. Raises PhraseError and nothing else."""
        if source not in self._parsed:
            self._open.clear()
            self._parsed[source] = self._parse(source, 0)[0]
        return self._parsed[source]

    def _parse(self, source: str, depth: int) -> tuple[Phrase, int, int]:
        """Return the phrase, how many branches it has and how deep it is nested."""
        if _SIMPLE.fullmatch(source) and len(source) <= LIMITS.source:
            words = source.lower().split(" ")
            if len(words) > 1 or not is_suspect(words[0]):
                return Phrase(tuple([self._word(word) for word in words])), 0, 0
        reader = _Reader(self, source, depth)
        return reader.whole(), reader.branches, reader.deepest

    def _word(self, word: str) -> Token:
        """Return the token of a plain word or stem, made once: policies repeat their words."""
        token = self._words.get(word)
        if token is None:
            literal = Literal(word[:-1], stem=True) if word[-1] == "*" else Literal(word)
            token = self._words[word] = Token((literal,))
        return token

    def read_list(self, name: str, depth: int) -> tuple[tuple[Phrase, ...], int, int]:
        """Read a list for a reader that met `@name`; column 0 stands for that place."""
        if name in self._open:
            way = " -> ".join(f"@{n}" for n in [*self._open[self._open.index(name) :], name])
            raise PhraseError(PhraseCode.LIST_CYCLE, 0, f"the list includes itself: {way}")
        if name not in self._read:
            entries = self._lists.get(name)
            if entries is None:
                known = ", ".join(sorted(self._lists)[:8])
                hint = f"lists: {known}" if known else "write \\@ for the character itself"
                raise PhraseError(PhraseCode.UNKNOWN_LIST, 0, f"there is no list {name!r}", hint)
            if not entries:
                raise PhraseError(PhraseCode.EMPTY_LIST, 0, f"the list {name!r} is empty")
            self._open.append(name)
            read = [self._entry(name, entry, depth) for entry in entries]
            self._open.pop()
            self._read[name] = tuple(phrase for phrase, _, _ in read)
            self._branches[name] = len(read) + sum(count for _, count, _ in read)
            self._depths[name] = 1 + max(deep for _, _, deep in read)
        return self._read[name], self._branches[name], self._depths[name]

    def _entry(self, name: str, entry: str, depth: int) -> tuple[Phrase, int, int]:
        try:
            return self._parse(entry, depth)
        except PhraseError as error:
            kept = error.code in {PhraseCode.LIST_CYCLE, PhraseCode.TOO_DEEP}
            code = error.code if kept else PhraseCode.BAD_LIST_ENTRY
            shown = entry if len(entry) <= 60 else entry[:57] + "..."
            message = f"in the list {name!r}, entry {shown!r}, {error}"
            raise PhraseError(code, 0, message) from error


class _Reader:
    """Reads one source from left to right."""

    def __init__(self, parser: Parser, source: str, depth: int) -> None:
        self.parser = parser
        self.source = source
        self.at = 0
        self.outer = depth
        self.depth = 0
        self.deepest = 0
        self.branches = 0

    def whole(self) -> Phrase:
        source = self.source
        if len(source) > LIMITS.source:
            self._fail(
                PhraseCode.TOO_LONG,
                f"the phrase has {len(source)} characters, {LIMITS.source} are allowed",
                "make a list of it",
                LIMITS.source,
            )
        phrase = self._phrase()
        char = self._peek()
        if char == ")":
            self._fail(PhraseCode.UNOPENED, "`)` closes nothing", "write \\) for the character")
        if char == "|":
            self._fail(PhraseCode.STRAY_BAR, "`|` stands outside brackets", "write (a|b)")
        if not phrase.items:
            self._fail(PhraseCode.EMPTY, "the phrase is empty", at=0)
        self._must_be_there(phrase, 0)
        if not has_word(phrase):
            self._fail(
                PhraseCode.NO_WORD,
                "the phrase can match without a word of its own",
                "every alternative needs a letter or digit, and more than a {number}",
                0,
            )
        if not is_plain(phrase):
            entity = read_inside(lower(phrase))
            if entity:
                self._fail(
                    PhraseCode.READS_ENTITY,
                    f"the phrase could be found inside the HTML entity {entity}",
                    "write the character itself, or add a word to the phrase",
                    0,
                )
        return phrase

    def _fail(self, code: PhraseCode, message: str, hint: str = "", at: int = -1) -> NoReturn:
        raise PhraseError(code, (self.at if at < 0 else at) + 1, message, hint)

    def _must_be_there(self, phrase: Phrase, at: int) -> None:
        if all(map(can_be_absent, phrase.items)):
            hint = "mark the whole bracket optional instead" if at else "one word must stay"
            self._fail(PhraseCode.CAN_BE_EMPTY, "every word here may be missing", hint, at)

    def _peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def _phrase(self) -> Phrase:
        """Read items up to `|`, `)` or the end."""
        items: list[Item] = []
        while True:
            char = self._peek()
            if char == "" or char in "|)":
                return Phrase(tuple(items))
            if char in _SPACE:
                self.at += 1
            else:
                items.append(self._item())

    def _item(self) -> Item:
        pieces: list[Piece] = []
        start = self.at
        while (char := self._peek()) and char not in _ENDS:
            match char:
                case "(":
                    pieces.append(self._group())
                case "@":
                    if pieces:
                        hint = "write \\@ for the character itself"
                        self._fail(PhraseCode.STRAY_MARK, "`@` stands inside a word", hint)
                    pieces.append(self._list())
                case "{":
                    made = self._braces()
                    if isinstance(made, Words):
                        self._must_stand_alone(bool(pieces), start)
                        return made
                    pieces.append(made)
                    self._no_option("a number")
                case "}":
                    self._fail(PhraseCode.BAD_BRACES, "`}` closes nothing", "write \\}")
                case "?" | "*":
                    hint = f"write \\{char} for the character itself"
                    self._fail(PhraseCode.STRAY_MARK, f"`{char}` follows nothing", hint)
                case _:
                    pieces.append(self._literal())
                    if self._peek() == "?":
                        return self._optional_word(pieces)
        only = pieces[0]
        if len(pieces) == 1 and isinstance(only, Group) and only.optional:
            return Token((Group(only.branches),), optional=True)
        if all(isinstance(piece, Group) and piece.optional for piece in pieces):
            message = "every part of this word may be missing"
            hint = "put one bracket around all of it"
            self._fail(PhraseCode.CAN_BE_EMPTY, message, hint, start)
        return Token(tuple(pieces))

    def _optional_word(self, pieces: list[Piece]) -> Token:
        if len(pieces) > 1:
            hint = "put the part that may be missing in brackets"
            self._fail(PhraseCode.STRAY_MARK, "it is not clear what `?` belongs to", hint)
        self.at += 1
        self._must_end("?")
        return Token(tuple(pieces), optional=True)

    def _must_end(self, mark: str) -> None:
        char = self._peek()
        if char and char not in _ENDS:
            hint = "put the part before it in brackets" if mark == "?" else ""
            self._fail(PhraseCode.STRAY_MARK, f"`{mark}` must end a word", hint)

    def _no_option(self, what: str) -> None:
        if (char := self._peek()) and char in "?*":
            self._fail(PhraseCode.STRAY_MARK, f"{what} takes no `{char}`", "put it in brackets")

    def _must_stand_alone(self, glued: bool, start: int) -> None:  # noqa: FBT001
        char = self._peek()
        if glued or (char and char not in _ENDS):
            hint = "put white space around it"
            self._fail(PhraseCode.BAD_BRACES, "a count of words must stand alone", hint, start)

    def _literal(self) -> Literal:
        source = self.source
        chars: list[str] = []
        while self.at < len(source):
            char = source[self.at]
            if char == "\\":
                char = source[self.at + 1 : self.at + 2]
                if char not in META or not char:
                    hint = "write \\\\ for a backslash"
                    self._fail(PhraseCode.BAD_ESCAPE, "a backslash takes ( ) | { } ? * @ \\", hint)
                self.at += 1
            elif char in META or char in _SPACE:
                break
            elif char in "<>" or unicodedata.category(char) in _INVISIBLE:
                hint = "tags count as gaps" if char in "<>" else "use a plain space or leave it out"
                self._fail(PhraseCode.BAD_CHARACTER, f"{char!r} can not be looked for", hint)
            chars.append(char)
            self.at += 1
        stem = self._peek() == "*"
        if stem:
            self.at += 1
            if self._peek() != "?":
                self._must_end("*")
        return Literal("".join(chars).translate(_ONE_SPELLING), stem)

    def _enter(self, start: int, deep: int, branches: int) -> None:
        """Count what a bracket or a list adds."""
        self.deepest = max(self.deepest, self.depth + deep)
        if self.outer + self.depth + deep > LIMITS.nesting:
            message = f"brackets and lists are nested deeper than {LIMITS.nesting}"
            self._fail(PhraseCode.TOO_DEEP, message, "", start)
        self.branches += branches
        if self.branches > LIMITS.branches:
            message = f"the phrase has more than {LIMITS.branches} alternatives"
            self._fail(PhraseCode.TOO_MANY_BRANCHES, message, "split the phrase or its list", start)

    def _group(self) -> Group:
        start = self.at
        self._enter(start, 1, 0)
        self.depth += 1
        branches: list[Phrase] = []
        while True:
            self.at += 1
            begin = self.at
            branch = self._phrase()
            if not self._peek():
                self._fail(PhraseCode.UNCLOSED, "`(` is never closed", "write \\( for it", start)
            if not branch.items:
                hint = "write (a|b)? for what may be missing"
                self._fail(PhraseCode.EMPTY_BRANCH, "an alternative is empty", hint)
            self._must_be_there(branch, begin)
            branches.append(branch)
            self._enter(start, 0, 1)
            if self._peek() == ")":
                break
        self.at += 1
        self.depth -= 1
        return Group(tuple(branches), self._option())

    def _option(self) -> bool:
        char = self._peek()
        if char == "*":
            self._fail(PhraseCode.STRAY_MARK, "`*` follows a bracket", "put it after a word inside")
        if char == "?":
            self.at += 1
        return char == "?"

    def _list(self) -> Group:
        start = self.at
        name = _LIST_NAME.match(self.source, start + 1)
        if name is None:
            hint = "write \\@ for the character itself"
            self._fail(PhraseCode.BAD_LIST_NAME, "`@` needs the name of a list", hint)
        self._enter(start, 1, 0)
        self.at = name.end()
        try:
            entries, branches, deep = self.parser.read_list(
                name.group(), self.outer + self.depth + 1
            )
        except PhraseError as error:
            raise PhraseError(error.code, start + 1, error.message, error.hint) from error
        self._enter(start, deep, branches)
        return Group(entries, self._option())

    def _braces(self) -> Words | Number:
        start = self.at
        close = self.source.find("}", start)
        if close < 0:
            self._fail(PhraseCode.BAD_BRACES, "`{` is never closed", "write \\{ for it")
        inner = " ".join(self.source[start + 1 : close].split())
        self.at = close + 1
        if words := _WORDS.fullmatch(inner):
            low = self._bound(words[1], start)
            high = self._bound(words[2] or words[1], start)
            if not 1 <= high <= LIMITS.words or low > high:
                message = f"from 0 to {LIMITS.words} words can be counted, the lower bound first"
                self._fail(PhraseCode.BAD_RANGE, message, "{0-3 words}", start)
            return Words(low, high)
        if number := _NUMBER.fullmatch(inner):
            sign, bound, first, last = number.groups()
            least = self._bound(first or (bound if sign == ">=" else None), start)
            most = self._bound(last or (bound if sign == "<=" else None), start)
            low_number = least if first or sign == ">=" else None
            high_number = most if last or sign == "<=" else None
            if low_number is not None and high_number is not None and low_number > high_number:
                self._fail(PhraseCode.BAD_RANGE, "the lower bound comes first", "", start)
            return Number(low_number, high_number)
        hint = "{0-3 words}, {number}, {number >= 100}, {number <= 9} or {number 1-40}"
        self._fail(PhraseCode.BAD_BRACES, f"`{{{inner}}}` is not known", hint, start)
        return None

    def _bound(self, digits: str | None, start: int) -> int:
        if digits is None:
            return 0
        if len(digits) > LIMITS.digits:
            message = f"a bound has at most {LIMITS.digits} digits"
            self._fail(PhraseCode.BAD_RANGE, message, "", start)
        return int(digits)
