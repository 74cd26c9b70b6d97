"""The head of a script: what it is, and a hash that shows whether somebody has changed it.

    # coldstop: policy ray, revision 0123456789ab
    # target pigeonhole
    # made by `coldstop sieve build`: change the policy, not this
    # recognises 15 of the 16 shipped samples that are pitches to this policy
    # sha256 of what follows: <64 hex digits>

The line before the last stands there only where something was left out for want of room.

The hash is over everything after that line, with line ends as LF, so that a server's CRLF or a
lost final line end changes nothing. `read_seal` raises nothing; what has no head gives None.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from coldstop.sieve.render import Renderer

_MARK = "sha256 of what follows: "
_HEAD = re.compile(
    r"# coldstop: policy (?P<policy>[^\n]*), revision (?P<revision>[0-9a-f]{12})\n"
    r"# target (?P<target>[a-z0-9.-]+)\n"
    r"(?:#[^\n]*\n)*?"
    r"# sha256 of what follows: (?P<hash>[0-9a-f]{64})\n(?P<rest>.*)\Z",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Seal:
    """What the head of a script says."""

    policy: str
    revision: str
    target: str
    intact: bool
    """Nobody has changed what follows the head."""


def seal(policy: str, revision: str, target: str, rest: str, *notes: str) -> str:
    """Put the head in front of a script."""
    lines = (
        f"coldstop: policy {policy}, revision {revision}",
        f"target {target}",
        "made by `coldstop sieve build`: change the policy, not this",
        *notes,
        _MARK + _hash(rest),
    )
    return Renderer().script(lines, rest.rstrip("\n"))


def read_seal(text: str) -> Seal | None:
    """Read the head of a script; None if it is none of ours."""
    found = _HEAD.match(text.replace("\r\n", "\n"))
    if found is None:
        return None
    return Seal(
        found["policy"], found["revision"], found["target"], _hash(found["rest"]) == found["hash"]
    )


def _hash(rest: str) -> str:
    normal = rest.replace("\r\n", "\n").rstrip("\n") + "\n"
    return hashlib.sha256(normal.encode()).hexdigest()
