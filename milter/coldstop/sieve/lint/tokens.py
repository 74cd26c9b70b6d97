"""Sieve's words and strings (RFC 5228 §8.1), with their places in the text.

Raises only `Bad`, for the parser, which makes a finding of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator


class Sort(Enum):
    """What a token is."""

    WORD = auto()
    TAG = auto()
    NUMBER = auto()
    STRING = auto()
    SIGN = auto()
    """One of `[](){},;`."""
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a tag, a number, a string or a sign."""

    sort: Sort
    text: str
    """Strings without quotes and escapes; tags without the colon, in lower case; words likewise."""
    at: int
    size: int = 0
    """Of a string: its bytes between the quotes, as written."""


class Bad(Exception):  # noqa: N818 - the parser's own
    """The text is no Sieve from here on."""

    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.at, self.message = at, message


_SPACE: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*(?:\n|\Z)|/\*(?:[^*]|\*(?!/))*+\*/)+")
_MULTILINE: Final = re.compile(r"text:[ \t]*(?:#[^\r\n]*)?\r?\n", re.IGNORECASE)
_LAST_LINE: Final = re.compile(r"^\.\r?(?:\n|\Z)", re.MULTILINE)
_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TAG: Final = re.compile(r":([A-Za-z_][A-Za-z0-9_]*)")
_NUMBER: Final = re.compile(r"[0-9]+[KMGkmg]?")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_SIGNS: Final = "[](){},;"


def tokens(text: str) -> Iterator[Token]:
    """Give the tokens, `END` last; raises Bad at what is none."""
    at = 0
    while True:
        space = _SPACE.match(text, at)
        at = space.end() if space else at
        if at == len(text):
            yield Token(Sort.END, "", at)
            return
        token, at = _token(text, at)
        yield token


def _token(text: str, at: int) -> tuple[Token, int]:
    if text[at] in _SIGNS:
        return Token(Sort.SIGN, text[at], at), at + 1
    if text[at] == '"':
        found = _QUOTED.match(text, at)
        if found is None:
            raise Bad(at, "the string has no end")
        size = len(found[1].encode("utf-8", "replace"))
        return Token(Sort.STRING, _ESCAPE.sub(r"\1", found[1]), at, size), found.end()
    if found := _MULTILINE.match(text, at):
        return _multiline(text, at, found.end())
    if found := _WORD.match(text, at):
        return Token(Sort.WORD, found[0].lower(), at), found.end()
    if found := _TAG.match(text, at):
        return Token(Sort.TAG, found[1].lower(), at), found.end()
    if found := _NUMBER.match(text, at):
        return Token(Sort.NUMBER, found[0], at), found.end()
    if text.startswith("/*", at):
        raise Bad(at, "the comment has no end")
    raise Bad(at, f"{text[at]!a} is no part of Sieve")


def _multiline(text: str, at: int, start: int) -> tuple[Token, int]:
    """`text:`, lines, and a line of one dot (RFC 5228 §2.4.2); two dots at a start are one."""
    end = _LAST_LINE.search(text, start)
    if end is None:
        raise Bad(at, "the text: has no line of one dot to end it")
    inner = text[start : end.start()]
    value = re.sub(r"^\.\.", ".", inner, flags=re.MULTILINE)
    return Token(Sort.STRING, value, at, len(inner.encode("utf-8", "replace"))), end.end()
