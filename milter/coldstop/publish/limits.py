"""What publishing puts up with from a server, and how long it waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the package `publish`; past each of them stands a PublishError."""

    connect_seconds: float = 15.0
    """For the TCP connection."""
    ask_seconds: float = 5.0
    """For the TCP connection to an IMAP server that is only asked how it writes folders."""
    answer_seconds: float = 30.0
    """For each piece of an answer. Dovecot holds back the answer to a wrong password for up to
    15 s, and compiling a large script takes a second or two."""
    script_bytes: int = 4 << 20
    """A script read from a server, or to be put there. Pigeonhole's own limit is 1 MiB."""
    line_bytes: int = 64 << 10
    """One line of an answer, literals not counted."""
    answer_rows: int = 1000
    """Rows of one answer; LISTSCRIPTS has one for every script."""
    name_bytes: int = 512
    """A script's name. Servers take 100 to 200 bytes reliably; ours have 31 at most."""
    file_bytes: int = 32 << 20
    """A plan or a state file."""
    shown_lines: int = 60
    """Of one script's diff, unless all is asked for; a first script has a thousand."""
    shown_columns: int = 160
    """Of one line of a diff, unless all is asked for; an alternation has ten thousand."""
    kept: int = 20
    """Scripts that were overwritten or deleted with force, kept in the state file."""
    same_revision: int = 99
    """Different scripts of one policy revision (`coldstop-0123456789ab-2`, ...)."""


LIMITS: Final = Limits()
