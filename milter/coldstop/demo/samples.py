"""The sample mails that come with coldstop (`policies/examples/mail`).

They lie there as a mail client would save them from the mailbox. To send one again, what our own
server wrote at its arrival is taken off: Return-Path becomes the envelope sender, and our Received
goes (a milter is called before it is written). Our border's Authentication-Results stay, on top,
where the milters in front of coldstop's have put them. Line ends become CRLF. Fails:
FileNotFoundError where the samples are not installed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coldstop.resources import shipped

if TYPE_CHECKING:
    from pathlib import Path

AUTHSERV: Final = "mx.mail.test"
"""Who wrote the Authentication-Results of the samples."""

_RETURN_PATH: Final = re.compile(rb"Return-Path:[ \t]*<([^<>\n]*)>[ \t]*\n")
_LINES: Final = rb"(?:[^\n]|\n(?=[ \t]))*"  # of one field, folded
_OUR_RECEIVED: Final = re.compile(
    rb"Received:"
    + _LINES
    + rb"?[ \t]by "
    + re.escape(AUTHSERV.encode())
    + rb"[\s;]"
    + _LINES
    + rb"\n"
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail, ready to be sent."""

    name: str
    """Its file's name."""
    sender: str
    """MAIL FROM, without angle brackets."""
    raw: bytes
    """The message with CRLF, without Return-Path and our Received."""


def sample(path: Path) -> Sample:
    """Read one sample; without a Return-Path at its top the envelope sender is empty."""
    raw = path.read_bytes()
    found = _RETURN_PATH.match(raw)
    sender = found[1].decode("ascii") if found else ""
    rest = raw[found.end() :] if found else raw
    received = _OUR_RECEIVED.match(rest)
    rest = rest[received.end() :] if received else rest
    return Sample(path.name, sender, rest.replace(b"\n", b"\r\n"))


def samples() -> tuple[Sample, ...]:
    """Every shipped sample, in the order of their names."""
    return tuple(
        sample(path) for path in sorted(shipped("policies", "examples", "mail").glob("*.eml"))
    )
