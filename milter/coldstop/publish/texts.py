"""The texts that publishing writes: seals, the wrapper, and the block in somebody's script.

A *seal* is a head that says what a script is and carries the SHA-256 of the rest, so that an edit
shows. What the compiler writes has one already (`coldstop.sieve.seal`); other scripts get a first
line. The hash is over the text with LF and without final line ends: some servers change both.
The *wrapper* includes our script, then the reader's (RFC 6609). The *block* stands in the reader's
own script behind its leading `require` commands (RFC 5228 §3.2: nothing but `require` may come
before a `require`), and taking it out again restores every byte.

Everything here is pure and works on bytes: a script may hold any.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coldstop.publish.errors import Code, PublishError
from coldstop.sieve.seal import read_seal as read_compiled

PREFIX: Final = "coldstop-"
"""What the names of our scripts begin with."""
MAIN: Final = "coldstop-main"
"""The name of the wrapper: the same for every revision, so that status can tell who is active."""

_SEAL: Final = re.compile(rb"# coldstop (guard|wrapper) sha256:([0-9a-f]{64})\r?\n")
_BEGIN: Final = b"# >>> coldstop block sha256:%s"
_END: Final = b"# <<< coldstop block"
_BLOCK: Final = re.compile(
    rb"\r?\n# >>> coldstop block sha256:([0-9a-f]{64})\r?\n(.*?)\r?\n# <<< coldstop block\r?\n",
    re.DOTALL,
)
_INCLUDE: Final = re.compile(rb'include :personal :optional "((?:[^"\\]|\\.)*)";')
_INSTEAD: Final = re.compile(rb'^# in place of "((?:[^"\\]|\\.)*)"\r?$', re.MULTILINE)
_VACATION: Final = re.compile(rb'\brequire\b[^;]*"vacation', re.IGNORECASE)
_OURS_INCLUDED: Final = re.compile(rb'\binclude\b[^";]*"coldstop-', re.IGNORECASE)


class Kind(StrEnum):
    """What a sealed script is."""

    GUARD = "guard"
    """What is published: included by the wrapper, or active itself where there is no `include`."""
    WRAPPER = "wrapper"
    """Includes the guard and the reader's script."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A head of ours."""

    kind: Kind
    intact: bool
    """Whether the rest is what we wrote."""


@dataclass(frozen=True, slots=True)
class Block:
    """Our block in somebody's script."""

    inner: bytes
    """What stands between the markers."""
    intact: bool
    without: bytes
    """The script without it, byte for byte."""


def normal(text: bytes) -> bytes:
    """A script as it compares: LF, no line ends at its end."""
    return text.replace(b"\r\n", b"\n").rstrip(b"\r\n")


def crlf(text: bytes) -> bytes:
    """A script as it is stored: CRLF (Cyrus misreads a bare LF within a string)."""
    return re.sub(rb"\r?\n", b"\r\n", text)


def digest(text: bytes) -> str:
    """SHA-256 of a script as it compares, in hexadecimal."""
    return hashlib.sha256(normal(text)).hexdigest()


def seal(kind: Kind, text: bytes) -> bytes:
    """Put a seal in front of a script, unless the compiler has done so."""
    rest = crlf(text)
    if kind is Kind.GUARD and is_intact(rest, kind):
        return rest
    return sign(kind, rest)


def sign(kind: Kind, text: bytes) -> bytes:
    """Put our own first line in front, whatever head there is: nobody but `apply` writes that."""
    rest = crlf(text)
    return b"# coldstop %s sha256:%s\r\n" % (kind.value.encode(), digest(rest).encode()) + rest


def read_seal(text: bytes) -> Seal | None:
    """What the head of a script says, or None where it has none of ours."""
    found = _SEAL.match(text)
    if found is None:
        compiled = read_compiled(text.decode("utf-8", "replace"))
        return None if compiled is None else Seal(Kind.GUARD, compiled.intact)
    return Seal(Kind(found[1].decode()), digest(text[found.end() :]) == found[2].decode())


def is_signed(text: bytes) -> bool:
    """Whether `apply` wrote a script, edited since or not; what the compiler wrote is not."""
    return _SEAL.match(text) is not None


def is_intact(text: bytes, kind: Kind | None = None) -> bool:
    """Whether a script is ours and as we wrote it."""
    found = read_seal(text)
    return found is not None and found.intact and kind in (None, found.kind)


def wrapper(guard: str, own: str, displaced: str = "") -> bytes:
    """The script that runs the guard, then the reader's own (none if "").

    A comment names the script that it takes the place of, for a rollback from another machine.
    Both are `:optional`: should somebody delete one, mail goes on being filed by the other.
    """
    lines = ['require ["include"];']
    if displaced.isprintable() and displaced:
        lines.append(f"# in place of {_quoted(displaced)}")
    lines += [f"include :personal :optional {_quoted(guard)};"]
    if own:
        lines.append(f"include :personal :optional {_quoted(own)};")
    return seal(Kind.WRAPPER, ("\n".join(lines) + "\n").encode())


def included(text: bytes) -> tuple[str, str]:
    """The names in a wrapper of ours, edited or not: the guard's and the reader's ("" for none)."""
    head = read_seal(text)
    if head is None or head.kind is not Kind.WRAPPER:
        return "", ""
    names = [_unquoted(name) for name in _INCLUDE.findall(text)]
    return (names[0] if names else "", names[1] if len(names) > 1 else "")


def displaced(text: bytes) -> str:
    """The name of the script that a wrapper of ours took the place of; "" for none."""
    head = read_seal(text)
    found = _INSTEAD.search(text) if head and head.kind is Kind.WRAPPER else None
    return _unquoted(found[1]) if found else ""


def includes_ours(text: bytes) -> bool:
    """Whether somebody's script includes one of ours: wrapping it would make a circle."""
    return _OURS_INCLUDED.search(text) is not None


def answers(text: bytes) -> bool:
    """Whether a script may answer mail (`vacation`); two that do so for one mail are an error."""
    return _VACATION.search(text) is not None


def insert_block(text: bytes, guard: bytes) -> bytes:
    """Put the compiled policy into somebody's script, behind its leading `require` commands."""
    inner = crlf(guard)
    if _END in inner:
        raise PublishError(Code.BAD_SCRIPT, f"the script contains the line {_END.decode()!r}")
    at = _after_requires(text)
    begin = _BEGIN % digest(inner).encode()
    block = b"\r\n".join((b"", begin, inner, _END, b""))
    return text[:at] + block + text[at:]


def find_block(text: bytes) -> Block | None:
    """Our block in a script, or None."""
    found = _BLOCK.search(text)
    if found is None:
        return None
    intact = digest(found[2]) == found[1].decode()
    return Block(found[2], intact, text[: found.start()] + text[found.end() :])


def broken_block(text: bytes) -> bool:
    """Whether one of the two marker lines is there without its partner."""
    markers = b"# >>> coldstop block" in text or _END in text
    return markers and find_block(text) is None


def changes_meaning(text: bytes) -> bool:
    """Whether our `require "variables"` would make `${...}` in somebody's script mean something.

    Without that extension it is plain text (RFC 5229 §3).
    """
    head = text[: _after_requires(text)].lower()
    return b"${" in text and b'"variables"' not in head


def _unquoted(name: bytes) -> str:
    return re.sub(rb"\\(.)", rb"\1", name).decode("utf-8", "replace")


def _quoted(name: str) -> str:
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in name):
        raise PublishError(
            Code.BAD_NAME,
            f"the script {name!r} cannot be included: its name has control characters",
            "rename it, or plan with --mode block",
        )
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


_BLANK: Final = re.compile(rb"(?:[ \t\r\n]+|#[^\n]*(?:\n|\Z)|/\*.*?\*/)*", re.DOTALL)
_STRING: Final = rb'"(?:[^"\\]|\\.)*"'
_SPACE: Final = rb"(?:[ \t\r\n]|#[^\n]*\n|/\*(?:[^*]|\*(?!/))*\*/)*"
_REQUIRE: Final = re.compile(
    rb"require\b%(s)s(?:%(q)s|\[%(s)s%(q)s(?:%(s)s,%(s)s%(q)s)*%(s)s\])%(s)s;"
    % {b"s": _SPACE, b"q": _STRING},
    re.IGNORECASE | re.DOTALL,
)


def _after_requires(text: bytes) -> int:
    at = 0
    while True:
        blank = _BLANK.match(text, at)
        found = _REQUIRE.match(text, blank.end() if blank else at)
        if found is None:
            return at
        at = found.end()
