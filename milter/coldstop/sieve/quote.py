r"""The one place where a string of a policy becomes text of a script.

A Sieve string ends at `"` and knows `\\` (RFC 5228 §2.4.2); under `variables` it also replaces
`${name}` (RFC 5229 §3), and a failed mail merge that a policy looks for would become the empty
string, which every message contains. So a literal `${` is written with the dollar in a variable
of its own, `DOLLAR`, which every script declares; what a variable holds is not read again.
`encoded-character` is never required, so `${hex:24}` is no exception.

Refuses (`SieveError`, `unquotable`): control characters and lone surrogates. No script needs
them, and a line end inside a string means different things on different hosts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coldstop.sieve.errors import SieveCode, SieveError
from coldstop.sieve.script import Ref

if TYPE_CHECKING:
    from coldstop.sieve.script import String

DOLLAR = "dollar"
"""The variable that holds `$`."""

_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ESCAPED = re.compile(r'["\\]')


def quote(string: String) -> str:
    """Give a quoted string, quotes included."""
    written = "".join(
        f"${{{piece.name}}}" if isinstance(piece, Ref) else _literal(piece)
        for piece in joined(string)
    )
    return f'"{written}"'


def joined(string: String) -> tuple[str | Ref, ...]:
    """Give the pieces with neighbouring literals joined: `$` and `{` may stand in two of them."""
    if isinstance(string, str):
        return (string,)
    pieces: list[str | Ref] = []
    for piece in string:
        last = pieces[-1] if pieces else None
        if isinstance(piece, str) and isinstance(last, str):
            pieces[-1] = last + piece
        else:
            pieces.append(piece)
    return tuple(pieces)


def _literal(text: str) -> str:
    found = _FORBIDDEN.search(text)
    if found:
        raise SieveError(
            SieveCode.UNQUOTABLE,
            f"U+{ord(found[0]):04X} cannot stand in a Sieve string",
            f"take it out of {text[:60]!a}",
        )
    escaped = _ESCAPED.sub(r"\\\g<0>", text)
    return escaped.replace("${", f"${{{DOLLAR}}}{{") if "${" in escaped else escaped


def wildcards(text: str) -> str:
    """Take the meaning of `*` and `?` from text that goes into a `:matches` key."""
    return re.sub(r"[*?\\]", r"\\\g<0>", text)


def comment(text: str) -> str:
    """Give text for a comment: one line, printable."""
    return "".join(char if char.isprintable() else "?" for char in text[:200])


def uses_dollar(string: String) -> bool:
    """Say whether the quoted string needs the variable `DOLLAR`."""
    return any(isinstance(piece, str) and "${" in piece for piece in joined(string))
