"""How a server writes folders, by its own word: IMAP NAMESPACE (RFC 2342), or else LIST.

    (("INBOX." ".")) NIL NIL

The first personal name space counts: new folders belong there. A server without NAMESPACE tells
the separator at least (LIST "" "", RFC 3501 §6.3.8). Nothing here fails but as `imaplib` does; an
answer that makes no sense is no answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from coldstop.policy.folders import FolderError, Naming
from coldstop.policy.folders import naming as joined
from coldstop.publish.folders import decoded

if TYPE_CHECKING:
    import imaplib

_STRING: Final = rb'"((?:[^"\\]|\\.)*)"'
_PERSONAL: Final = re.compile(rb"\s*\(\(" + _STRING + rb"\s+" + _STRING)
_ROOT: Final = re.compile(rb"\([^)]*\)\s+" + _STRING)


def ask(box: imaplib.IMAP4) -> Naming | None:
    """How the server says that it writes folders; None if it does not say."""
    # Asked again: before the login servers tell less, and imaplib remembers that.
    told = b" ".join(row for row in box.capability()[1] if isinstance(row, bytes))
    if b"NAMESPACE" in told.upper().split():
        kind, rows = box.namespace()
        found = personal(rows[0]) if kind == "OK" and rows else None
        if found is not None:
            return found
    kind, rows = box.list('""', '""')
    return root(rows[0]) if kind == "OK" and rows else None


def personal(row: object) -> Naming | None:
    """Read the answer to NAMESPACE."""
    found = _PERSONAL.match(row) if isinstance(row, bytes) else None
    if found is None:
        return None
    prefix, separator = decoded(_text(found[1])), _text(found[2])
    if prefix.upper() == "INBOX":  # some leave out what stands behind it
        prefix += separator
    return _sound(separator, prefix)


def root(row: object) -> Naming | None:
    """Read the answer to LIST "" ""; it says nothing of a prefix."""
    found = _ROOT.match(row) if isinstance(row, bytes) else None
    return _sound(_text(found[1]), "") if found is not None else None


def difference(server: Naming, built: Naming) -> str:
    """What is to be told of a script that was built for another host; "" if it fits."""
    told = []
    if server.separator != built.separator:
        told.append(
            f"the server's separator is {server.separator!r}, the script was built with"
            f" {built.separator!r}"
        )
    if _levels(server) != _levels(built):
        told.append(f"the server has {_prefix(server)}, the script was built with {_prefix(built)}")
    if not told:
        return ""
    options = (
        server.options if server.prefix or not built.prefix else f"{server.options} --prefix ''"
    )
    return f"{'; '.join(told)}: build with {options}"


def _levels(naming: Naming) -> list[str]:
    return naming.prefix.split(naming.separator)


def _prefix(naming: Naming) -> str:
    return f"the prefix {naming.prefix!r}" if naming.prefix else "no prefix"


def _text(quoted: bytes) -> str:
    return re.sub(rb"\\(.)", rb"\1", quoted, flags=re.DOTALL).decode("ascii", "replace")


def _sound(separator: str, prefix: str) -> Naming | None:
    try:
        return joined(separator, prefix)
    except FolderError:
        return None
