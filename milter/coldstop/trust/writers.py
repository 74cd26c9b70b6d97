"""Which software wrote an `Authentication-Results` field: by what it alone writes.

A guess for people, never for the judge: whoever forges a field can make it look like any of these.
"""

from __future__ import annotations

import re
from typing import Final

UNKNOWN: Final = "software that is not known here"
MICROSOFT: Final = "Microsoft 365"

_SHAPES: Final = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        (MICROSOFT, r"\bcompauth=|\(sender IP is "),
        (
            "authentication_milter",
            r"\bx-(?:bits|keytype|return-mx|local-ip)\b|rsa key sha",
        ),
        ("OpenDMARC", r"\bdmarc=\w+ \(p=\w+ (?:sp=\w+ )?dis=\w+\)"),
        ("OpenDKIM", r"\bdkim=\w+ (?:reason=\"[^\"]*\" )?\(\d+-bit key|\bdkim-(?:atps|adsp)="),
        ("policyd-spf", r"\bspf=\w+ \([^)]*\) .*\(client-ip=|\bspf=\w+ \(sender SPF authorized\)"),
        ("rspamd", r"\bdmarc=\w+ (?:\(|reason=\"|\(?\")?[^;]*\bpolicy=\w+|\bdkim=\w+ \(\"?rspamd"),
        ("amavis", r"\(amavis(?:d-new)?\)"),
        ("Exim", r"\biprev=\w+ (?:\([^)]*\) )?smtp\.remote-ip="),
        ("Gmail", r"^mx\.google\.com;|^gmr-mx\.google\.com;"),
        ("Yahoo", r"^[\w.-]+\.yahoo\.com;"),
        ("Proton", r"^mail\.protonmail\.ch;|^mailin\w+\.protonmail\.ch;"),
        ("Stalwart", r"\biprev=\w+ policy\.iprev="),
        ("OpenDMARC's SPF check", r"^[^;]+; spf=\w+ smtp\.(?:mailfrom|helo)=[^ ;]+$"),
    )
)
ALWAYS: Final = {
    "OpenDKIM": "OpenDKIM writes nothing into mail without a signature: there a field of the "
    "sender's is the topmost. Set AlwaysAddARHeader yes.",
}


def writer_of(value: str) -> str:
    """Name the software that writes fields of this shape; `value` is unfolded."""
    for name, pattern in _SHAPES:
        if pattern.search(value):
            return name
    return UNKNOWN
