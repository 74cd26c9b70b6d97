"""The one address of a From field, where it can be told without doubt.

People write names that break RFC 5322 (`Sample, Kim <kim@firm.example>`, `[EXT] Kim <...>`, a raw
Latin-1 name, a quote that never closes), and such a field names its sender all the same: it holds
one `@`, and the one angle address ends it. Whatever a parser makes of the name, it finds this
address or none.

Refuses, with None, what two parsers may read as two senders (CVE-2019-16378, CVE-2021-34555):
another `@` outside quotes and comments, two `<`, groups, words behind the address, routes; an
address that comments, blanks or encoded words split; controls; a domain that is not in letters,
digits and hyphens. Cannot fail.
"""

from __future__ import annotations

import re
from typing import Final

from coldstop.message.addresses import Address, blank_comments, parse_addresses
from coldstop.message.defects import Defect
from coldstop.message.header import to_text
from coldstop.message.limits import LIMITS

# A fold is no control: a line end before a blank.
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|\n(?![ \t])")
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*+"(?!@)', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_MARK: Final = "\0"  # stands for a quoted string; controls were refused
_ATOM: Final = r"""[^\s\0"(),.:;<>@\[\]\\]+"""
_LOCAL: Final = rf'(?:{_ATOM}(?:\.{_ATOM})*|"(?:[^"\\@<>]|\\[^@<>])+")'
_DOMAIN: Final = r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_ANGLE: Final = re.compile(rf"([^<>]*)<\s*({_LOCAL}@{_DOMAIN})\s*>[\s,]*")
_BARE: Final = re.compile(rf"[\s,]*({_LOCAL}@{_DOMAIN})[\s,]*")
_AROUND: Final = "\"'`()[],;:\0"


def sole_address(value: bytes) -> Address | None:
    """Give the address of a raw field value, or None where there is any doubt about it."""
    if len(value) > LIMITS.address_bytes or _CONTROL.search(value):
        return None
    found: set[Defect] = set()
    text = to_text(value, found)
    rest = _blanked(text)
    bare = _BARE.fullmatch(rest)
    angle = None if bare else _ANGLE.fullmatch(rest)
    if angle is not None:
        name, spec = angle.groups()
        if 0 <= name.find(":") < name.rfind(";") or not _same(name, spec):
            return None  # a group stands in front, or another address
    elif bare is not None:
        spec = bare[1]
    else:
        return None
    if "=?" in spec or (Defect.RAW_8BIT_HEADER in found and not spec.isascii()):
        return None
    # What the rest of coldstop takes for the sender must be the same.
    parsed = parse_addresses(text, str, found, 2)
    if len(parsed) != 1:
        return None
    local, _, domain = spec.rpartition("@")
    if local.startswith('"'):
        local = _ESCAPE.sub(r"\1", local[1:-1])
    same = parsed[0].domain == domain.lower() and parsed[0].local == local
    return parsed[0] if same else None


def _blanked(text: str) -> str:
    """Take quoted strings and comments out, where no reading of the field sees them otherwise."""
    if "(" in text or ")" in text:
        odd: set[Defect] = set()
        text_without, _ = blank_comments(text, odd)
        text = text if odd else text_without
    if '"' in text:
        without = _QUOTED.sub(_MARK, text)
        return text if '"' in without.replace('"@', "@").replace('<"', "<") else without
    return text


def _same(name: str, spec: str) -> bool:
    """Whether every address in a name is the one behind it."""
    if "@" not in name:
        return True
    words = [word.strip(_AROUND) for word in name.split() if "@" in word]
    return all(word.lower() == spec.lower() for word in words)
