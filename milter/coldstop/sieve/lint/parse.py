"""Read a script into calls (RFC 5228 §8.2): names, arguments, tests, blocks.

Commands and tests are one thing here: what may stand where is the business of engines, not of the
grammar. Bounded in bytes and depth; never raises: what is no Sieve is a `Fault`, and what stands
before it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from coldstop.sieve.lint.findings import Code, Effect, Fault
from coldstop.sieve.lint.tokens import Bad, Sort, Token, tokens

MOST_CHARACTERS: Final = 8 << 20
DEEPEST: Final = 250
"""Blocks and tests inside one another, together; no engine but Cyrus takes as many."""


@dataclass(frozen=True, slots=True)
class Text:
    """One string."""

    value: str
    at: int
    size: int
    """Bytes as written, between the quotes."""


@dataclass(frozen=True, slots=True)
class Strings:
    """A list of strings, or one."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """`:regex`, without the colon."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Number:
    """`100K`."""

    text: str
    at: int


Argument = Strings | Tag | Number


@dataclass(slots=True)
class Call:
    """A command or a test."""

    name: str
    at: int
    arguments: list[Argument] = field(default_factory=list)
    tests: list[Call] = field(default_factory=list)
    block: list[Call] | None = None
    """None where it ends with `;`, and for tests."""
    block_at: int = 0

    @property
    def tags(self) -> list[str]:
        """The names of its tags."""
        return [one.name for one in self.arguments if isinstance(one, Tag)]

    @property
    def strings(self) -> list[Strings]:
        """Its lists of strings, without the words that tags take (`:comparator`, `:value`)."""
        found, skip = [], False
        for one in self.arguments:
            if isinstance(one, Tag):
                skip = one.name in _TAKES_WORD
            elif isinstance(one, Strings):
                if not skip:
                    found.append(one)
                skip = False
            else:
                skip = False
        return found

    def word_of(self, tag: str) -> str:
        """The string behind a tag; "" for none."""
        for one, after in zip(self.arguments, self.arguments[1:], strict=False):
            if isinstance(one, Tag) and one.name == tag and isinstance(after, Strings):
                return after.items[0].value if after.items else ""
        return ""


_TAKES_WORD: Final = frozenset(
    {"comparator", "value", "count", "content", "flags", "handle", "subject", "from", "zone"}
    | {"addresses", "fcc", "mailboxid", "specialuse", "importance", "message", "options"}
)
"""Tags with a string of their own, which is none of the call's."""


@dataclass(frozen=True, slots=True)
class Script:
    """What was read."""

    text: str
    calls: list[Call]
    count: int
    """Tokens, as go-sieve counts them: the colon of a tag is one by itself."""
    fault: Fault | None = None


def parse(text: str) -> Script:
    """Read a script, up to where it is none."""
    if len(text) > MOST_CHARACTERS:
        fault = Fault(Code.SYNTAX, Effect.REFUSED, 0, f"more than {MOST_CHARACTERS:,} characters")
        return Script("", [], 0, fault)
    reader = _Reader(text)
    try:
        reader.commands(reader.calls, 0)
    except Bad as bad:
        return Script(
            text,
            reader.calls,
            reader.count,
            Fault(Code.SYNTAX, Effect.REFUSED, bad.at, bad.message),
        )
    return Script(text, reader.calls, reader.count)


class _Reader:
    def __init__(self, text: str) -> None:
        self.calls: list[Call] = []
        self.count = 0
        self._tokens = tokens(text)
        self._next: Token | None = None

    def _peek(self) -> Token:
        if self._next is None:
            self._next = next(self._tokens)
        return self._next

    def _take(self) -> Token:
        token, self._next = self._peek(), None
        self.count += 2 if token.sort is Sort.TAG else token.sort is not Sort.END
        return token

    def _at(self, sign: str) -> bool:
        token = self._peek()
        return token.sort is Sort.SIGN and token.text == sign

    def _must(self, *signs: str) -> Token:
        token = self._take()
        if token.sort is not Sort.SIGN or token.text not in signs:
            raise Bad(token.at, f"{' or '.join(signs)} is missing here")
        return token

    def commands(self, into: list[Call], depth: int) -> None:
        """Read commands to the end of the block, or of the script."""
        while True:
            token = self._peek()
            if token.sort is Sort.END:
                if depth:
                    raise Bad(token.at, "a block has no end: } is missing")
                return
            if depth and self._at("}"):
                return
            call = self._call(depth)
            into.append(call)
            if self._must("{", ";").text == "{":
                call.block, call.block_at = [], token.at
                self.commands(call.block, depth + 1)
                self._must("}")

    def _call(self, depth: int) -> Call:
        token = self._take()
        if token.sort is not Sort.WORD:
            what = "the script ends" if token.sort is Sort.END else "this stands"
            raise Bad(token.at, f"{what} where a command or a test should be")
        if depth > DEEPEST:
            raise Bad(token.at, f"more than {DEEPEST} blocks and tests inside one another")
        call = Call(token.text, token.at)
        while (argument := self._argument()) is not None:
            call.arguments.append(argument)
        if self._peek().sort is Sort.WORD:
            call.tests.append(self._call(depth + 1))
        elif self._at("("):
            self._take()
            call.tests.append(self._call(depth + 1))
            while self._must(",", ")").text == ",":
                call.tests.append(self._call(depth + 1))
        return call

    def _argument(self) -> Argument | None:
        token = self._peek()
        if token.sort is Sort.TAG:
            return Tag(self._take().text, token.at)
        if token.sort is Sort.NUMBER:
            return Number(self._take().text, token.at)
        if token.sort is Sort.STRING:
            self._take()
            return Strings((Text(token.text, token.at, token.size),))
        return self._list() if self._at("[") else None

    def _list(self) -> Strings:
        self._take()
        items: list[Text] = []
        while True:
            token = self._take()
            if token.sort is not Sort.STRING:
                raise Bad(token.at, "a string is missing in this list")
            items.append(Text(token.text, token.at, token.size))
            if self._must(",", "]").text == "]":
                return Strings(tuple(items))
