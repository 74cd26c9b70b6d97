"""ManageSieve answers and arguments, byte for byte (RFC 5804 §4).

sievelib reads answers loosely: a script loses its line ends, a name with a quote is cut, and a
warning sent as a literal is taken for the next answer. Here an answer is read to its end, or
PublishError says CONFUSED, TOO_LARGE or GONE and the connection is not used again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coldstop.publish.errors import Code, PublishError
from coldstop.publish.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable

_LITERAL: Final = re.compile(rb"\{(\d{1,12})\+?\}\Z")
_TOKEN: Final = re.compile(rb'"((?:[^"\\]|\\.)*)"|([^\s"{}()]+)|(\()|(\))', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said to one command."""

    status: str
    """`OK`, `NO` or `BYE`."""
    code: str
    """The response code in upper case, such as `QUOTA/MAXSCRIPTS`; "" if there is none."""
    argument: str
    """What stands behind the code, such as the tag of NOOP."""
    text: str
    """What it says to people."""
    rows: tuple[tuple[bytes, ...], ...]
    """The lines before the status, each as its strings and words."""


class Reader:
    """Reads answers from `receive(size)`, which gives b"" at the end of the connection."""

    def __init__(self, receive: Callable[[int], bytes]) -> None:
        self._receive = receive
        self._buffer = b""

    @property
    def pending(self) -> bool:
        """Whether more was sent than asked for."""
        return bool(self._buffer)

    def answer(self) -> Answer:
        """Read one answer to its end."""
        rows: list[tuple[bytes, ...]] = []
        while len(rows) <= LIMITS.answer_rows:
            tokens = self._row()
            if not tokens:
                continue
            word = tokens[0][1].upper()
            if tokens[0][0] and word in (b"OK", b"NO", b"BYE"):
                return _status(word.decode(), tokens[1:], tuple(rows))
            rows.append(tuple(value for _, value in tokens))
        raise PublishError(Code.TOO_LARGE, "the server's answer does not end")

    def _row(self) -> list[tuple[bool, bytes]]:
        """One logical line as (is a bare word, value)."""
        tokens: list[tuple[bool, bytes]] = []
        while True:
            line = self._line()
            literal = _LITERAL.search(line)
            tokens += _tokens(line[: literal.start()] if literal else line)
            if literal is None:
                return tokens
            size = int(literal[1])
            if size > LIMITS.script_bytes:
                raise PublishError(
                    Code.TOO_LARGE,
                    f"the server holds a text of {size:,} bytes, more than {LIMITS.script_bytes:,}",
                )
            tokens.append((False, self._exactly(size)))

    def _line(self) -> bytes:
        while b"\r\n" not in self._buffer:
            if len(self._buffer) > LIMITS.line_bytes:
                raise PublishError(Code.TOO_LARGE, "the server sent a line that does not end")
            self._more()
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line

    def _exactly(self, size: int) -> bytes:
        parts = [self._buffer[:size]]
        self._buffer = self._buffer[size:]
        missing = size - len(parts[0])
        while missing:
            self._more()
            parts.append(self._buffer[:missing])
            self._buffer = self._buffer[missing:]
            missing -= len(parts[-1])
        return b"".join(parts)

    def _more(self) -> None:
        data = self._receive(65536)
        if not data:
            raise PublishError(Code.GONE, "the server closed the connection")
        self._buffer += data


def _tokens(line: bytes) -> list[tuple[bool, bytes]]:
    found: list[tuple[bool, bytes]] = []
    at = 0
    while at < len(line):
        if line[at : at + 1].isspace():
            at += 1
            continue
        token = _TOKEN.match(line, at)
        if token is None:
            raise PublishError(Code.CONFUSED, f"the server's answer makes no sense: {line[:80]!r}")
        if token[1] is not None:
            found.append((False, re.sub(rb"\\(.)", rb"\1", token[1], flags=re.DOTALL)))
        else:
            found.append((True, token[0]))
        at = token.end()
    return found


def _status(
    status: str, tokens: list[tuple[bool, bytes]], rows: tuple[tuple[bytes, ...], ...]
) -> Answer:
    code: list[str] = []
    rest = tokens
    if tokens and tokens[0] == (True, b"("):
        end = next((i for i, token in enumerate(tokens) if token == (True, b")")), len(tokens))
        code = [value.decode("utf-8", "replace") for _, value in tokens[1:end]]
        rest = tokens[end + 1 :]
    text = " ".join(value.decode("utf-8", "replace") for _, value in rest)
    name = code[0].upper() if code else ""
    return Answer(status, name, " ".join(code[1:]), text.strip(), rows)


def quoted(text: str) -> bytes:
    """A script's name as an argument; raises BAD_NAME for what servers cannot be told."""
    data = text.encode("utf-8", "surrogateescape")
    if len(data) > LIMITS.name_bytes or re.search(rb"[\0\r\n]", data):
        raise PublishError(Code.BAD_NAME, f"{text[:80]!r} cannot be the name of a script")
    if data.isascii():
        return b'"' + re.sub(rb'(["\\])', rb"\\\1", data) + b'"'
    # Cyrus loses step with a name that is not ASCII in quotes; as a literal it understands it.
    return literal(data)


def literal(data: bytes) -> bytes:
    """Any bytes as an argument that needs no permission to be sent (RFC 5804 §4)."""
    if len(data) > LIMITS.script_bytes:
        raise PublishError(
            Code.TOO_LARGE, f"{len(data):,} bytes are more than {LIMITS.script_bytes:,}"
        )
    return b"{%d+}\r\n%s" % (len(data), data)
