"""Address fields (RFC 5322 §3.4, with groups and the obsolete forms of §4.4): text to addresses.

An address parser that gives up hides the sender, so this one never does: an angle address wins
over its display name, else every `local@domain` in a broken mailbox counts (`Bob Jones bob@d`
gives bob@d; Cyrus finds it too, Pigeonhole and go-sieve do not). Comments nest and vanish, group
names and routes vanish, encoded words are decoded *after* splitting, so that an encoded comma or
`@` in a display name makes no address. The domain is lower-cased and loses a trailing dot; IDNs
stay as they are written. A mailbox without `@` is no address (`undisclosed-recipients:;`).

Where Pigeonhole differs (defective fields only; each is pinned in the tests):

* `a@b <c@d>`: Pigeonhole takes a@b, coldstop c@d, because that is where an answer goes.
* unclosed quotes, comments, brackets, `<<a@b>>`, `<mailto:a@b>`: Pigeonhole finds nothing.
* `a@b; c@d` and `a@b c@d`: Pigeonhole finds the first, coldstop both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coldstop.message.defects import Defect
from coldstop.message.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox: `display <local@domain>`."""

    display: str
    """The display name, decoded; the comment where there is no name; may be ""."""
    local: str
    """As written, without quotes."""
    domain: str
    """Lower-case, without a trailing dot; never ""."""

    @property
    def spec(self) -> str:
        """The address to compare: local@domain in lower case."""
        return f"{self.local}@{self.domain}".lower()


# Bob Jones <bob@d.example>, "Bob Jones" <bob@d.example>, bob@d.example: nearly all of real mail.
_PLAIN: Final = re.compile(
    r'\s*+(?:(?:"([^"\\]*+)"|([^"<>@,;:()\\\[\]]*+))\s*+<([^<>@\s,;:()"\\\[\]]++)'
    r'@([^<>@\s,;:()"\\\[\]]++)>|([^<>@\s,;:()"\\\[\]]++)@([^<>@\s,;:()"\\\[\]]++))\s*+'
)
_TOKEN: Final = re.compile(
    r'(?P<blank>\s++)|"(?P<quoted>[^"\\]*+(?:\\.[^"\\]*+)*+)(?P<open>"?)'
    r'|<(?P<angle>[^<>"]*+(?:"[^"]*+"[^<>"]*+)*+)(?P<gt>>?)'
    r"|(?P<special>[,;:<>])|(?P<atom>[^\s\",;:<>]++)",
    re.DOTALL,
)
_COMMENT: Final = re.compile(r'[()\\"]')
_AROUND_DOTS: Final = re.compile(r"\s*+\.\s*+")
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
# Such an address is found, but not where all look for it. A quote in front is a quoted address.
_ODD_DOTS: Final = re.compile(r"^[.']|\.\.|\.$")
_ODD_DOMAIN: Final = re.compile(r"^[.']|\.\.|\.$|[^A-Za-z0-9.\-]")
_ODD_LOCAL: Final = re.compile(r"[\s\x00-\x20()<>\[\]:;@\\,\"\x7f]")
_ODD_NAME: Final = re.compile(r"[\[\]\\@]")
# What clings to a bare address in broken fields.
_CLINGS: Final = "\"'<>()[]{},;:\\"


def parse_addresses(
    text: str, decode: Callable[[str], str], defects: set[Defect], room: int
) -> list[Address]:
    """Find the addresses of one unfolded field value, at most `room` of them.

    `decode` turns RFC 2047 words into text.
    """
    if len(text) > LIMITS.address_bytes:
        defects.add(Defect.TOO_MANY_ADDRESSES)
        text = text[: LIMITS.address_bytes]
    plain = _PLAIN.fullmatch(text)
    if plain is not None:
        quoted, name, local, domain, bare, bare_domain = plain.groups()
        if bare is not None:
            local, domain, name = bare, bare_domain, ""
        if room > 0 and not (_ODD_DOTS.search(local) or _ODD_DOMAIN.search(domain)):
            display = " ".join(decode(name if quoted is None else quoted).split())
            return [Address(display, local, domain.lower())]
    splitter = _Splitter(decode, defects, room)
    splitter.split(text)
    return splitter.found


class _Splitter:
    """Collects the mailboxes of one field."""

    __slots__ = ("_angle", "_comment", "_decode", "_defects", "_group", "_pieces", "_room", "found")

    def __init__(self, decode: Callable[[str], str], defects: set[Defect], room: int) -> None:
        self._decode = decode
        self._defects = defects
        self._room = room
        self._group = False
        self.found: list[Address] = []
        self._clear()

    def _clear(self) -> None:
        self._pieces: list[tuple[str, bool]] = []  # (text, was quoted); (" ", False) is a gap
        self._angle = ""
        self._comment = ""

    def split(self, text: str) -> None:
        """Walk the tokens of the whole field."""
        comments: list[tuple[int, str]] = []
        if "(" in text:
            text, comments = blank_comments(text, self._defects)
        comments.reverse()
        for token in _TOKEN.finditer(text):
            while comments and comments[-1][0] < token.end():
                self._comment = comments.pop()[1]
            kind = token.lastgroup
            if self._angle and kind in ("atom", "open"):
                self._defects.add(Defect.BAD_ADDRESS)  # words behind the angle address
            if kind == "blank":
                self._pieces.append((" ", False))
            elif kind == "atom":
                self._pieces.append((token["atom"], False))
            elif kind == "open":
                if not token["open"]:
                    # The quote never closes: no quote at all. The rest is read once, as words.
                    self._defects.add(Defect.BAD_ADDRESS)
                    self._rest(token["quoted"])
                    break
                self._pieces.append((_ESCAPE.sub(r"\1", token["quoted"]), True))
            elif kind == "gt":
                self._bracket(token["angle"], closed=bool(token["gt"]))
            else:
                self._special(token["special"])
            if len(self.found) >= self._room and token.end() < len(text):
                if "@" in text[token.end() :]:
                    self._defects.add(Defect.TOO_MANY_ADDRESSES)
                break
        else:
            if comments:
                self._comment = comments[0][1]
            if self._group:
                self._defects.add(Defect.BAD_ADDRESS)  # a group that does not end, or `mailto:`
        self._flush()

    def _rest(self, text: str) -> None:
        for token in _TOKEN.finditer(text.replace('"', " ")):
            if token.lastgroup == "gt":
                self._bracket(token["angle"], closed=bool(token["gt"]))
            elif token.lastgroup == "special":
                self._special(token["special"])
            else:
                self._pieces.append((token[0], False))
            if len(self.found) >= self._room:
                break

    def _bracket(self, content: str, *, closed: bool) -> None:
        if not closed:
            self._defects.add(Defect.BAD_ADDRESS)
        if "@" in content and not self._angle:
            self._angle = content
        elif content.strip():
            self._defects.add(Defect.BAD_ADDRESS)

    def _special(self, char: str) -> None:
        match char:
            case ",":
                self._flush()
            case ";":
                self._flush()
                if not self._group:
                    self._defects.add(Defect.BAD_ADDRESS)
                self._group = False
            case ":" if not self._angle:
                # A group's name, or `mailto:`; neither is part of an address.
                self._group = True
                self._pieces = []
            case _:
                self._defects.add(Defect.BAD_ADDRESS)

    def _flush(self) -> None:
        """End a mailbox and keep its address, if it has one."""
        pieces = self._pieces
        if self._angle:
            if any(_ODD_NAME.search(text) for text, quoted in pieces if not quoted):
                self._defects.add(Defect.BAD_ADDRESS)
            name = "".join(text for text, _ in pieces)
            local, domain, odd = _split_angle(self._angle)
            if odd:
                self._defects.add(Defect.BAD_ADDRESS)
            self._keep(name or self._comment, local, domain, quoted=False)
        elif any("@" in text for text, quoted in pieces if not quoted):
            self._bare()
        elif any("@" in text for text, _ in pieces):
            self._defects.add(Defect.BAD_ADDRESS)  # "bob@d.example" in quotes, nothing else
            self._pieces = [(text, False) for text, _ in pieces]
            self._bare()
        elif len(self.found) < self._room and any(text.strip() for text, _ in pieces):
            self._defects.add(Defect.BAD_ADDRESS)  # a name alone: `Jones, Bob <bob@d.example>`
        self._clear()

    def _bare(self) -> None:
        """Find local@domain among the words of a mailbox without angle brackets."""
        words = self._pieces
        count = len(words)
        name: list[tuple[str, bool]] = []
        index = 0
        several = False
        while index < count:
            text, quoted = words[index]
            if quoted or "@" not in text:
                name.append(words[index])
                index += 1
                continue
            local, _, domain = text.partition("@")
            local_quoted = False
            # obs-local-part and obs-domain allow blanks around the @ (RFC 5322 §4.4).
            if not local:
                local, local_quoted = _take_back(name)
            if not domain:
                while index + 1 < count and words[index + 1][0] == " ":
                    index += 1
                if index + 1 < count and not words[index + 1][1]:
                    index += 1
                    domain = words[index][0]
            display = "".join(word for word, _ in name)
            if several or "@" in domain or display.strip():
                self._defects.add(Defect.BAD_ADDRESS)
            domain = domain.partition("@")[0]
            self._keep(display or self._comment, local, domain, quoted=local_quoted)
            name = []
            several = True
            index += 1
        if any(word.strip() for word, _ in name):
            self._defects.add(Defect.BAD_ADDRESS)

    def _keep(self, display: str, local: str, domain: str, *, quoted: bool) -> None:
        local = local.strip()
        domain = domain.strip()
        if local.startswith('"') and local.endswith('"') and len(local) > 1:
            local, quoted = _ESCAPE.sub(r"\1", local[1:-1]), True
        if not quoted:
            if _ODD_LOCAL.search(local) or _ODD_DOTS.search(local):
                self._defects.add(Defect.BAD_ADDRESS)
            local = "".join(local.split()).strip(_CLINGS)
        if not domain.startswith("["):
            if _ODD_DOMAIN.search(domain):
                self._defects.add(Defect.BAD_ADDRESS)
            domain = "".join(domain.split()).strip(_CLINGS + ".")
        if not local or not domain:
            self._defects.add(Defect.BAD_ADDRESS)
            return
        if len(self.found) >= self._room:
            self._defects.add(Defect.TOO_MANY_ADDRESSES)
            return
        self.found.append(Address(" ".join(self._decode(display).split()), local, domain.lower()))


def _take_back(name: list[tuple[str, bool]]) -> tuple[str, bool]:
    """Take the last word off the display name: it is the local part."""
    while name and name[-1][0] == " ":
        name.pop()
    return name.pop() if name else ("", False)


def _split_angle(content: str) -> tuple[str, str, bool]:
    """Split what stood in angle brackets, without its route or `mailto:`.

    The last says that it was not as RFC 5322 has it. Of several `@` the first counts.
    """
    local, _, domain = content.rpartition("@")
    domain = _AROUND_DOTS.sub(".", domain)
    if '"' in local:
        return local, domain, False
    odd = False
    if ":" in local:  # obs-route `@a,@b:` (RFC 5322 §4.4), or mailto:
        odd = not local.lstrip().startswith("@")
        local = local.rpartition(":")[2]
    if "@" in local:
        odd = True
        local, _, domain = local.partition("@")
    return _AROUND_DOTS.sub(".", local), domain, odd


def blank_comments(text: str, defects: set[Defect]) -> tuple[str, list[tuple[int, str]]]:
    """Cut comments out; give what remains and each comment with the offset it stood at.

    A `(` that never closes is no comment. One pass, any depth.
    """
    out: list[str] = []
    comments: list[tuple[int, str]] = []
    opens: list[int] = []
    kept = 0  # everything before is in `out`
    length = 0
    quoted = False
    skip = -1
    for match in _COMMENT.finditer(text):
        at = match.start()
        if at == skip:
            continue
        char = match[0]
        if char == "\\":
            skip = at + 1
        elif quoted:
            quoted = char != '"'
        elif char == '"':
            quoted = not opens
        elif char == "(":
            opens.append(at)
        elif opens:
            start = opens.pop()
            if not opens:
                out.append(text[kept:start])
                length += start - kept
                comments.append((length, _ESCAPE.sub(r"\1", text[start + 1 : at]).strip()))
                out.append(" ")
                length += 1
                kept = at + 1
        else:
            defects.add(Defect.BAD_ADDRESS)
    if opens:
        defects.add(Defect.BAD_ADDRESS)
        tail = text[kept:].replace("(", " ")
    else:
        tail = text[kept:]
    out.append(tail)
    return "".join(out), comments
