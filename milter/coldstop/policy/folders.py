"""The names of folders: as a policy writes them, and as a host has them.

A policy writes `/` between the levels of a folder, always: `Recruiters/Later`. Hosts have other
separators (`.` is Dovecot's default with Maildir, and Cyrus' without `unixhierarchysep`), and some
want a prefix before every folder but the INBOX (`INBOX.`: RFC 2342 §5; Cyrus without
`altnamespace`). A script or a header with another spelling files nothing: the mail stays in the
inbox, and only the host's log says why. `Naming.of` is the one translation.

Refuses (`problem`) what no host can have, as tried on Dovecot 2.3.19 and Cyrus 3.6.1: empty levels,
`.` and `..`, a leading `~`, the wildcards of LIST (RFC 3501 §6.3.8), control characters, blanks
around a level (which clients trim), and names beyond `LIMIT_BYTES`. `Naming.of` and `naming` raise
FolderError, with a hint.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

LIMIT_CHARACTERS: Final = 200
LIMIT_BYTES: Final = 240
"""In modified UTF-7. Maildir++ makes one file name of all levels, and these end at 255 bytes: 256
are "too long" on Dovecot 2.3.19. The rest is room for a separator and a prefix."""
LIMIT_LEVELS: Final = 20
"""Dovecot's own bound (MAILBOX_MAX_HIERARCHY_LEVELS in src/lib-storage/mailbox-list.c of 2.0)."""
INBOX: Final = "INBOX"

_NO_SEPARATOR: Final = re.compile(r'[A-Za-z0-9 "*%&~]')
_SHIFTED: Final = re.compile(r"[^\x20-\x7e]+")
_INVISIBLE: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})


class FolderError(ValueError):
    """A folder that a host cannot have, or a separator and a prefix that do not go together."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(frozen=True, slots=True)
class Naming:
    """How a host writes the names of folders."""

    separator: str = "/"
    prefix: str = ""
    """Before every folder but the INBOX; ends in the separator."""

    def of(self, folder: str) -> str:
        """The host's name for a folder of a policy; different folders have different names."""
        if is_inbox(folder):
            return folder
        levels = folder.split("/")
        if self.separator != "/":
            bad = next((level for level in levels if self.separator in level), None)
            if bad is not None:
                raise FolderError(
                    f"the folder {_clip(folder)} cannot be named on a host whose separator is"
                    f" {self.separator!r}: {_clip(bad)} is one level and has it inside",
                    "a policy writes "
                    + _clip(folder.removeprefix(self.prefix).replace(self.separator, "/"))
                    + f" for levels, and another character than {self.separator!r} inside a level",
                )
        if self.prefix and is_inbox(levels[0]) and is_inbox(self.prefix.split(self.separator)[0]):
            raise FolderError(
                f"the folder {_clip(folder)} would be {_clip(self.prefix + folder)} on the host,"
                f" whose prefix is {self.prefix!r}",
                f"a policy writes it without the prefix: {_clip('/'.join(levels[1:]))}",
            )
        return self.prefix + self.separator.join(levels)

    def detail(self, folder: str) -> str:
        """The same for a sub-address: Dovecot's LMTP puts the prefix before it by itself."""
        return self.of(folder).removeprefix(self.prefix)

    @property
    def options(self) -> str:
        """The options that say so."""
        return f"--separator {self.separator}" + (f" --prefix {self.prefix}" if self.prefix else "")

    def __str__(self) -> str:
        """For people."""
        prefix = f"the prefix {self.prefix!r}" if self.prefix else "no prefix"
        return f"{self.separator!r} between levels and {prefix}"


PLAIN: Final = Naming()
"""As policies write folders."""


def is_inbox(folder: str) -> bool:
    """Whether it is the inbox itself, which has one name everywhere (RFC 3501 §5.1)."""
    return folder.upper() == INBOX


def naming(separator: str | None, prefix: str | None, otherwise: Naming = PLAIN) -> Naming:
    """Join what is said with what is known otherwise; raises FolderError.

    A prefix ends in the separator, so it tells the separator where none is given; and a separator
    alone takes the known prefix along: `INBOX.` becomes `INBOX/`.
    """
    if separator is not None and (why := bad_separator(separator)):
        raise FolderError(f"{separator!r} is no separator of folders: {why}", "most often . or /")
    if prefix is None:
        known = otherwise.separator if separator is None else separator
        return Naming(known, otherwise.prefix.replace(otherwise.separator, known))
    if not prefix:
        return Naming(otherwise.separator if separator is None else separator, "")
    if separator is None:
        separator = prefix[-1]
        if bad_separator(separator):
            raise FolderError(
                f"the prefix {prefix!r} does not end in a separator",
                f"write {prefix}. or {prefix}/, as the host has it",
            )
    if not prefix.endswith(separator):
        raise FolderError(
            f"the prefix {prefix!r} does not end in the separator {separator!r}",
            f"write {prefix if prefix[-1].isalnum() else prefix[:-1]}{separator}",
        )
    if why := problem(prefix[:-1].replace(separator, "/")):
        raise FolderError(f"the prefix {prefix!r} is none: {why}", f"such as INBOX{separator}")
    return Naming(separator, prefix)


def bad_separator(text: str) -> str:
    """Why it can stand between no levels; "" if it can."""
    if len(text) != 1 or not "!" <= text <= "~":
        return "it is one character of ASCII"
    return "a letter, a digit, a quote or a wildcard" if _NO_SEPARATOR.match(text) else ""


def problem(folder: str) -> str:
    """Why no host can have a folder of this name; "" if it can."""
    if not folder.strip():
        return "a folder has a name"
    if any(unicodedata.category(character) in _INVISIBLE for character in folder):
        return "a folder is printable characters in one line"
    levels = folder.split("/")
    if "" in levels:
        return "a level of a folder is empty: one / between two names, none before or behind them"
    for level in levels:
        if level in {".", ".."}:
            return "a folder's level is a name, not a way: no . and no .."
        if level != level.strip():
            return "a blank stands at the beginning or the end of a folder's level"
        if wildcard := next((one for one in level if one in "*%"), ""):
            return f"{wildcard} stands for any folder in IMAP and cannot be in a name"
    if folder.startswith("~"):
        return "a folder cannot begin with ~, which means a home to mail servers"
    if len(levels) > LIMIT_LEVELS:
        return f"a folder has at most {LIMIT_LEVELS} levels"
    if len(folder) > LIMIT_CHARACTERS or len(_sent(folder)) > LIMIT_BYTES:
        return (
            f"a folder is at most {LIMIT_CHARACTERS} characters, and {LIMIT_BYTES} bytes in IMAP's"
            " spelling (a character outside ASCII takes up to 6)"
        )
    return ""


def _sent(folder: str) -> str:
    """The name in modified UTF-7 (RFC 3501 §5.1.3)."""

    def shifted(found: re.Match[str]) -> str:
        text = base64.b64encode(found[0].encode("utf-16-be")).decode("ascii")
        return "&" + text.rstrip("=").replace("/", ",") + "-"

    return _SHIFTED.sub(shifted, folder.replace("&", "&-"))


def _clip(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:59]}\N{HORIZONTAL ELLIPSIS}")
