"""Zones: which part of a text are the sender's own words.

`own` leaves out what others wrote (quotes, replied-to and forwarded mail), the signature, and what
a platform wrote (LinkedIn, Indeed, Dice, mailing services): LinkedIn's footer holds the *reader's*
headline and LinkedIn's street address, so without zones a profile rule and a relocation rule would
fire on all LinkedIn mail; and "you share a group" said by a machine is no acquaintance (S5).

It decides by bytes, not by layout, in time linear in the text, and errs on the side of keeping:
a paragraph that merely speaks of mutual connections is the sender's. What is kept are runs of the
raw text, in order, so evidence can quote them. HTML is not parsed: quotes are dropped by their
tags, footers by their sentences.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from coldstop.message.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.message.part import Part

# Everything from here on is a platform's or a mailing service's (lower case).
_FOOTERS: Final = (
    b"this email was intended for",  # LinkedIn: followed by the reader's own headline (S5, S35)
    b"this email is intended for",
    b"you are receiving linkedin",  # LinkedIn: invitations, messages, InMail
    b"you are receiving invitation emails",
    b"you are receiving inmail",
    b"you received this email because",
    b"you're receiving this email because",
    b"you are receiving this email because",
    b"you are receiving this message because",
    b"you have received a message from a recruiter on",  # Dice, Monster
    b"learn why we included this",  # LinkedIn, the line under "intended for"
    b"unsubscribe: http",  # LinkedIn's plain text, the line before its address
    b"unsubscribe here: http",
    b"this message was sent to you by indeed",  # Indeed: employers' messages
    b"indeed ireland operations",  # Indeed's postal line
    b"204 fifth street",  # Indeed's older postal line
    b"you are subscribed to dice",
    b"dice.com | ",  # Dice's address line
    b"linkedin corporation, ",  # LinkedIn's postal line: a place that is not the job's
    b"linkedin and the linkedin logo",
)
# The line (or the text between two tags) that holds one of these is no sentence of the sender's,
# if it is short.
_MACHINE_LINES: Final = (
    b"you share a group",  # S5: a machine's remark earns no credit
    b"you both belong to",
    b"mutual connection",
    b"shared connection",
    b"connections in common",
    b"view profile",  # LinkedIn's buttons and links
    b"view invitation",
    b"accept invitation",
    b"click here to unsubscribe",  # mailing services; rules about opt-out lines read all the text
    b"to unsubscribe",
    b"no longer wish to receive",
    b"to stop receiving",
    b"to opt out",
    b"manage your email preferences",
)
_MACHINE_LINE_BYTES: Final = 160
"""Longer lines that hold such words are prose."""

# Who quotes, by the words around the date and the name: (line begins, line ends).
_ATTRIBUTIONS: Final = (
    (b"on ", b"wrote:"),
    (b"am ", b"schrieb:"),
    (b"le ", "a écrit :".encode()),
    (b"le ", "a écrit\N{NO-BREAK SPACE}:".encode()),
    (b"el ", "escribió:".encode()),
)
_ATTRIBUTION_BYTES: Final = 400
"""From its first to its last byte; mail programs wrap it over two or three lines."""
_CANDIDATES: Final = 100
"""Occurrences of one marker that are looked at; a mail of words has one or two."""

# What begins a quote or a footer at the start of a line: a literal to find, and what must be there.
_LINE_STARTS: Final = (
    (b"--", re.compile(rb"--[ \t]*+$", re.MULTILINE)),  # a signature, RFC 3676 §4.3
    (b"--", re.compile(rb"-{2,}+[ \t]*+(?:original message|original appointment)\b")),
    (b"--", re.compile(rb"-{2,}+[ \t]*+forwarded message\b")),
    (b"begin forwarded message:", re.compile(rb"")),
    # Outlook's and Gmail's heads of a quote
    (b"from:", re.compile(rb"[^\n]*+\n[ \t]*+(?:sent|date):")),
    (b"*from:", re.compile(rb"[^\n]*+\n[ \t]*+\*?(?:sent|date):")),
    # LinkedIn's dotted separator over its footer
    (b"........", re.compile(rb"\.++[ \t]*+$", re.MULTILINE)),
    (b". . . . ", re.compile(rb"(?:\. ?)++[ \t]*+$", re.MULTILINE)),
)
_QUOTED_LINES: Final = re.compile(rb"(?:^[ \t]{0,3}+>[^\n]*+(?:\n|\Z))++", re.MULTILINE)

_HTML_QUOTES: Final = (
    b'class="gmail_quote',
    b"class=gmail_quote",
    b'class="yahoo_quoted',
    b'class="moz-cite-prefix',
    b'id="appendonsend"',  # Outlook on the web
    b'id="divrplyfwdmsg"',
    b'id="mail-editor-reference-message-container"',
    b"-----original message-----",
    b"---------- forwarded message",
)
_BLOCKQUOTE: Final = re.compile(rb"<(/?)blockquote\b")


def own(part: Part) -> tuple[bytes, ...]:
    """Give the runs of the sender's own words, in order; each is a substring of `part.text`."""
    text = part.text
    low = text.lower()
    if part.kind == "text/html":
        end = _html_end(low)
        drops = list(islice(_blockquotes(low, end), LIMITS.own_runs))
        drops += _machine_lines(low, end, b">", b"<")
    else:
        end = _plain_end(low)
        drops = [
            match.span() for match in islice(_QUOTED_LINES.finditer(text, 0, end), LIMITS.own_runs)
        ]
        drops += _machine_lines(low, end, b"\n", b"\n")
    drops.sort()
    runs: list[bytes] = []
    at = 0
    for start, stop in [*drops, (end, end)]:
        if start > at:
            run = text[at : min(start, end)]
            if not run.isspace():
                runs.append(run)
        at = max(at, stop)
    return tuple(runs[: LIMITS.own_runs])


def _plain_end(low: bytes) -> int:
    """Find where a plain text stops being the sender's."""
    end = len(low)
    for literal, pattern in _LINE_STARTS:
        end = _line_start(low, end, literal, pattern)
    for begins, ends in _ATTRIBUTIONS:
        end = min(end, _attribution(low, end, begins, ends))
    footer = _first(low, end, _FOOTERS)
    if footer < end:
        end = low.rfind(b"\n", 0, footer) + 1
    return end


def _line_start(low: bytes, end: int, literal: bytes, pattern: re.Pattern[bytes]) -> int:
    """Find the first line that begins with `literal` and fits `pattern`."""
    if low.startswith(literal) and pattern.match(low):
        return 0
    at = -1
    marker = b"\n" + literal
    for _ in range(_CANDIDATES):
        at = low.find(marker, at + 1, end)
        if at < 0:
            break
        if pattern.match(low, at + 1):
            return at + 1
    return end


def _attribution(low: bytes, end: int, begins: bytes, ends: bytes) -> int:
    """Find where the first line like `On Monday, Bob wrote:` begins."""
    at = 0
    for _ in range(_CANDIDATES):
        at = low.find(ends, at, end)
        if at < 0:
            break
        behind = at + len(ends)
        at = behind
        if low[behind : behind + 2].strip(b" \t")[:1] not in (b"", b"\n"):
            continue
        floor = max(0, behind - _ATTRIBUTION_BYTES)
        line = low.rfind(b"\n", floor, behind) + 1
        for _ in range(3):
            if low.startswith(begins, line):
                return line
            if line <= floor:
                break
            line = low.rfind(b"\n", floor, line - 1) + 1
    return end


def _html_end(low: bytes) -> int:
    """Find where an HTML text stops being the sender's."""
    end = _first(low, len(low), _FOOTERS)
    quote = _first(low, end, _HTML_QUOTES)
    if quote < end:
        tag = low.rfind(b"<", max(0, quote - _ATTRIBUTION_BYTES), quote)
        end = tag if tag >= 0 and low.find(b">", tag, quote) < 0 else quote
    # Outlook: <b>From:</b> Bob<br><b>Sent:</b> Monday
    at = 0
    for _ in range(_CANDIDATES):
        at = low.find(b"sent:</", at, end)
        if at < 0:
            break
        head = low.rfind(b"from:</", max(0, at - _ATTRIBUTION_BYTES), at)
        if head >= 0:
            return head
        at += 1
    return end


def _first(low: bytes, end: int, phrases: tuple[bytes, ...]) -> int:
    """Find the first occurrence of any phrase before `end`; `end` where there is none."""
    for phrase in phrases:
        found = low.find(phrase, 0, end)
        if found >= 0:
            end = found
    return end


def _blockquotes(low: bytes, end: int) -> Iterator[tuple[int, int]]:
    """Walk the outermost blockquotes; an open one reaches to the end."""
    depth = start = 0
    for match in _BLOCKQUOTE.finditer(low, 0, end):
        if not match[1]:
            if not depth:
                start = match.start()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                close = low.find(b">", match.end(), end)
                yield start, end if close < 0 else close + 1
    if depth:
        yield start, end


def _machine_lines(low: bytes, end: int, before: bytes, behind: bytes) -> list[tuple[int, int]]:
    """Find the short lines, or texts between tags, that a machine wrote."""
    found: list[tuple[int, int]] = []
    for phrase in _MACHINE_LINES:
        at = low.find(phrase, 0, end)
        for _ in range(_CANDIDATES):
            if at < 0:
                break
            floor = max(0, at - _MACHINE_LINE_BYTES)
            start = low.rfind(before, floor, at) + 1
            stop = low.find(behind, at, min(end, at + _MACHINE_LINE_BYTES))
            if stop < 0:
                stop = end if end <= at + _MACHINE_LINE_BYTES else 0
            if (start or not floor) and 0 < stop - start <= _MACHINE_LINE_BYTES:
                found.append((start, stop))
            at = low.find(phrase, max(at + 1, stop), end)
    return found
