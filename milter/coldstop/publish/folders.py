"""The folders of a mailbox over IMAP: their names as they are sent, and as people read them.

Names come in modified UTF-7 (RFC 3501 §5.1.3): `Entw&APw-rfe`. A name that is not well-formed is
shown as it is. Nothing here fails but as `imaplib` does.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import imaplib

_ROW: Final = re.compile(
    rb'\((?P<flags>[^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (?P<name>.*)', re.DOTALL | re.IGNORECASE
)
_SHIFTED: Final = re.compile(r"&([A-Za-z0-9+,]*)-")


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that can hold mail."""

    name: str
    """As the server spells it."""

    @property
    def argument(self) -> str:
        """The name as an argument of a command."""
        return quoted(self.name)

    @property
    def shown(self) -> str:
        """The name as people write it."""
        return decoded(self.name)


def quoted(text: str) -> str:
    """A text as a quoted string (RFC 3501 §4.3)."""
    return '"' + re.sub(r'([\\"])', r"\\\1", text) + '"'


def folders(box: imaplib.IMAP4) -> list[Folder]:
    """Every folder that can be selected, the INBOX first."""
    _, rows = box.list()
    found = [folder for row in rows or () if (folder := parse(row)) is not None]
    return sorted(found, key=lambda folder: folder.name.upper() != "INBOX")


def parse(row: object) -> Folder | None:
    """One row of a LIST answer, as imaplib gives it; None for what holds no mail."""
    literal: object = None
    if isinstance(row, tuple):  # the name came as a literal
        row, literal = row[:2]
    if not isinstance(row, bytes):
        return None
    found = _ROW.fullmatch(row)
    if found is None or re.search(rb"\\(?:Noselect|NonExistent)\b", found["flags"], re.IGNORECASE):
        return None
    name = literal if isinstance(literal, bytes) else found["name"]
    if literal is None and name[:1] == b'"' and name[-1:] == b'"' and len(name) > 1:
        name = re.sub(rb"\\(.)", rb"\1", name[1:-1], flags=re.DOTALL)
    if not name.isascii() or re.search(rb"[\0\r\n]", name):
        return None
    return Folder(name.decode("ascii"))


def decoded(name: str) -> str:
    """Read modified UTF-7."""

    def read(found: re.Match[str]) -> str:
        if not found[1]:
            return "&"
        text = found[1].replace(",", "/")
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("utf-16-be")

    try:
        return _SHIFTED.sub(read, name)
    except (binascii.Error, UnicodeDecodeError):
        return name
