"""One `Authentication-Results` field, read as RFC 8601 §2.2 writes it, and not more kindly.

`parse_results` gives the authserv-id and the results. Comments, nested ones too, quoted strings,
`method/1`, `reason=` and a job's number behind the id (`mx.home.example/4ABC`, as OpenDKIM and
Sendmail write it) are read. White space is blank and tab, nothing else: a no-break space, U+3000
or a vertical tab parts no words there. Letters fold as ASCII does, so that a Kelvin sign is no k.
An id in quotes with escapes is nobody's: no server writes it, and a border that looks for ours
would not find it.

A field that holds `=?` vouches for nobody: a sender put it there (HELO, MAIL FROM, the `i=`, `s=`
or `d=` of his signature), and whoever decodes it (RFC 2047) reads other words (CVE-2020-12272).
The same goes for a field that breaks the grammar or is too long, and for marks of a text that a
sender let a server repeat as it is (`"x);dmarc=pass()header.from=..."@evil.example` in MAIL FROM,
which policyd-spf and rspamd write into a comment): a quote in a comment that does not end there,
a comment that joins two words or clings to a value, a property twice, results of one method apart
from one another, one SPF identity twice. Never raises.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from coldstop.message.header import to_text
from coldstop.message.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Sequence

_OUTSIDE: Final = re.compile(r'([^"();\\]++)|("(?:[^"\\]|\\.)*+")|([();\\"])', re.DOTALL)
_INSIDE: Final = re.compile(r"[^()\\]++|\\.|[()]", re.DOTALL)
# A local part may be quoted in front of its domain: smtp.mailfrom="b+ray"@firm.example.
_RESULT: Final = re.compile(
    r"[ \t]*+([A-Za-z0-9_.-]++)(?:[ \t]*+/[ \t]*+([0-9]++))?[ \t]*+=[ \t]*+"
    r'("(?:[^"\\]|\\.)*+"(?:@[^ \t;"]++)?+|[^ \t;"]++|\Z)(?=[ \t]|\Z)',
    re.DOTALL,
)
_SERVER: Final = re.compile(
    r'[ \t]*+("[^"\\]*+"|[^\x00- \x7f;"/=]++)(?:/[A-Za-z0-9]++)?+(?:[ \t]++([0-9]++))?+[ \t]*+'
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_COMMENT_MARK: Final = "\x01"  # stands for a comment until it is known what it touches
_JOINS: Final = re.compile(r"[^ \t;]\x01+[^ \t;\x01]|\.[^ \t;=]*=[^ \t;]*\x01")
_BARE_CR: Final = re.compile(rb"\r(?!\n)")
_LOWER: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


class Result(NamedTuple):
    """One `method=result` with its properties."""

    method: str
    """Lower case, without its version."""
    result: str
    """Lower case."""
    properties: tuple[tuple[str, str], ...]
    """(ptype.property in lower case, value without quotes)."""

    def value(self, *names: str) -> str:
        """Give the one property of these names that stands exactly once, else ""."""
        found = [value for key, value in self.properties if key in names]
        return found[0] if len(found) == 1 else ""


class Field(NamedTuple):
    """What one field says."""

    server: str
    """The authserv-id in lower case; "" where it cannot be read."""
    results: tuple[Result, ...]
    """None where the field is not whole."""
    whole: bool
    """False for a field in doubt. It says nothing, and still stands where it stands."""


def ascii_lower(text: str) -> str:
    """Fold the case of ASCII letters, and of no others."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def parse_results(value: bytes) -> Field:
    """Read the raw value of one field."""
    sound = b"=?" not in value and b"\x01" not in value and not _BARE_CR.search(value)
    if len(value) > LIMITS.results_bytes:
        value = value[: LIMITS.results_bytes] + b'"'  # cut: readable as to its id only
    segments, whole = _segments(to_text(value, set()))
    match = _SERVER.fullmatch(segments[0].replace(_COMMENT_MARK, " "))
    if match is None or match[2] not in (None, "1"):
        return Field("", (), whole=False)
    server = ascii_lower(match[1].strip('"').removesuffix("."))
    results: list[Result] = []
    for segment in segments[1:] if whole and sound else ():
        if _JOINS.search(segment):
            return Field(server, (), whole=False)
        text = segment.replace(_COMMENT_MARK, " ").strip(" \t")
        if not text or ascii_lower(text) == "none":
            continue
        result = _result(text)
        if result is None:
            return Field(server, (), whole=False)
        results.append(result)
    if not _in_order(results):
        return Field(server, (), whole=False)
    return Field(server, tuple(results), whole and sound)


def _in_order(results: Sequence[Result]) -> bool:
    """Say whether results stand as servers write them: those of a method together, SPF once each.

    Of one message there is one verdict of DMARC; it is looked at where it counts.
    """
    seen: set[str] = set()
    identities: set[str] = set()
    last = ""
    for one in results:
        if one.method != last and one.method in seen:
            return False
        seen.add(one.method)
        last = one.method
        names = [name for name, _ in one.properties if "." in name]
        if len(set(names)) < len(names):
            return False
        if one.method == "spf":
            # With a HELO beside it, the identity is the sender's address.
            identity = next((name for name in names if name != "smtp.helo"), "smtp.helo")
            if identity in identities:
                return False
            identities.add(identity)
    return True


def _segments(text: str) -> tuple[list[str], bool]:
    """Split at semicolons, comments replaced by a blank; false if it does not end properly."""
    segments = [""]
    pieces: list[str] = []
    at = depth = quotes = 0
    while at < len(text):
        match = (_INSIDE if depth else _OUTSIDE).match(text, at)
        if match is None:  # a lone backslash at the end of a comment
            break
        at = match.end()
        char = match[0]
        if depth:
            depth += (char == "(") - (char == ")")
            quotes += char.count('"') if len(char) != 2 or char[0] != "\\" else 0
            if not depth and quotes % 2:
                break  # a quoted local part that holds a parenthesis would end so
        elif match[3] is None:
            pieces.append(char)
        elif char == "(":
            depth = 1
            quotes = 0
            pieces.append(_COMMENT_MARK)
        elif char == ";":
            segments[-1] = "".join(pieces)
            segments.append("")
            pieces = []
        else:
            break
    else:
        segments[-1] = "".join(pieces)
        return segments, not depth
    segments[-1] = "".join(pieces)
    return segments, False


def _result(text: str) -> Result | None:
    """Read `method[/version]=result [reason=...] *(ptype.property=value)`."""
    at = 0
    pairs: list[tuple[str, str]] = []
    version = ""
    while at < len(text):
        match = _RESULT.match(text, at)
        if match is None:
            return None
        if match[2]:
            if pairs:
                return None
            version = match[2]
        pairs.append((ascii_lower(match[1]), _unquote(match[3])))
        at = match.end()
    if version not in ("", "1") or "." in pairs[0][0]:
        return None
    return Result(pairs[0][0], ascii_lower(pairs[0][1]), tuple(pairs[1:]))


def _unquote(text: str) -> str:
    """Take the quotes off a value that is quoted as a whole."""
    whole = text.startswith('"') and text.endswith('"')
    return _ESCAPE.sub(r"\1", text[1:-1]) if whole else text
