r"""The address in RCPT TO, in one form for every spelling that reaches the same mailbox.

`"ray"@d`, `r\ay@d`, `@a,@b:ray@d`, `ray(hm)@d`, `<Ray Kim <ray@d>>` and `RAY@D.` are all
delivered to `ray@d` by Postfix 3.7 (each was tried on a real one), so they must find the same
policy: a sender who may choose the spelling would otherwise choose the policy (H27). Domains are
compared as A-labels (`bücher.example` is `xn--bcher-kva.example`).

Where the form is in doubt it is the coarser one: two spellings too many that share a key cost
nothing, one too few is a way around a policy. `canonical` never raises and is idempotent.

`read_domain` and `read_mailbox` read what an operator wrote into a map; they refuse (`BadAddress`)
what no recipient can ever be equal to, and say what to write instead.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from coldstop.policy.errors import clip

_PLAIN: Final = re.compile(r"[a-z0-9_=+.#-]++@[a-z0-9-]++(?:\.[a-z0-9-]++)*+")
"""Nearly every recipient, in lower case: nothing to take apart."""
# RFC 5321 §4.1.2 and what else Postfix reads (tok822_parse): quotes, comments, escapes, groups.
_TOKEN: Final = re.compile(
    r'"(?P<quoted>(?:[^"\\]|\\.)*+)"?|\\(?P<escaped>.?)|(?P<special>[<>:,;])'
    r'|(?P<comment>\()|(?P<blank>\s++)|(?P<text>[^"\\<>:,;(\s]++)',
    re.DOTALL,
)
_COMMENT: Final = re.compile(r"\\.|[()]", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_DOTS: Final = re.compile("[\u3002\uff0e\uff61]")  # RFC 3490 §3.1: read as full stops
_NO_LABEL: Final = re.compile(r"[\x00-,/:-^`{-\x7f]")  # NFKC makes blanks, `@` and more
_DOMAIN: Final = re.compile(r"[^\s@.*<>%()\",:;\\]+(?:\.[^\s@.*<>%()\",:;\\]+)*")
_SPECIAL: Final = re.compile(r'[\s"\\<>:,;()@!%]')
_ROUTE: Final = re.compile("[<>:,;]")
_ROUTED: Final = re.compile(r"[@!%]")
_LABEL: Final = 63  # RFC 1035 §2.3.4; what is longer is no domain, and punycode is quadratic


_HERE: Final = "localhost"


class Recipient(NamedTuple):
    """One recipient, to compare: the local part without quotes, both parts in lower case."""

    local: str
    domain: str
    """Without a last dot, as A-labels; "" where none was given."""

    @property
    def is_plain(self) -> bool:
        """Whether nothing is left that only the server's settings can say (see `completed`)."""
        return bool(self.domain) and not _ROUTED.search(self.local)

    @property
    def names_host(self) -> bool:
        """Whether it names this host and no domain: `ray`, `ray@[192.0.2.1]`, `ray@localhost`."""
        domain = self.domain
        return not domain or domain.startswith("[") or domain.partition(".")[0] == _HERE

    @property
    def text(self) -> str:
        """Write it as an address again, quoted where it has to be."""
        local = self.local
        if not local or _SPECIAL.search(local):
            local = '"' + local.replace("\\", "\\\\").replace('"', '\\"') + '"'
        domain = self.domain
        if _SPECIAL.search(domain):
            domain = '"' + domain.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return f"{local}@{domain}" if domain else local


class BadAddress(Exception):  # noqa: N818 - what is bad, not what went wrong
    """An entry that no recipient can be equal to; `hint` says what to write instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def canonical(address: str) -> Recipient:
    """Give the one form of an envelope address, with or without `<>`."""
    lowered = address.lower()
    if lowered.startswith("<") and lowered.endswith(">"):
        lowered = lowered[1:-1]
    if _PLAIN.fullmatch(lowered):
        local, _, domain = lowered.rpartition("@")
        return Recipient(local, domain)
    return _taken_apart(address)


def completed(found: Recipient, resolved: str) -> Recipient:
    """Let the mail server complete an address by its settings.

    `ray` alone gets a domain (myorigin), `ray%d@here` may be `ray@d`. `resolved` is the server's
    {rcpt_addr}, "" for unknown. Asked for nothing else, and believed only about a part of
    this very address: libmilter keeps a macro until there is a new one, so it could be that of
    another recipient.
    """
    if not resolved or found.is_plain:
        return found
    said = canonical(resolved)
    return said if said.local and said.local in found.local else found


def unrouted(address: str) -> str:
    """Give an address in its own case, without quotes, route, name or group: "" if it has none.

    That is how Postfix remembers a recipient; it does not find it again under those.
    """
    if not _ROUTE.search(address):
        return ""
    local, _, domain = _dequoted(address).rpartition("@")
    return Recipient(local, domain).text if local else ""


def _taken_apart(address: str) -> Recipient:
    """Read an address as Postfix does (tok822_parse, rewrite_addr), for every unusual spelling."""
    text = _dequoted(address)
    while True:
        text = text.rstrip("@")
        if "@" in text:
            # The last one, quoted or not (resolve_dequoted_address).
            local, _, domain = text.rpartition("@")
        else:
            # Only without a domain do `d!ray` and `ray%d` name one (swap_bangpath,
            # allow_percent_hack); with one, Postfix refuses to relay for strangers.
            text = text.strip("!%")
            if "!" in text:
                domain, _, local = text.partition("!")
            elif "%" in text:
                local, _, domain = text.rpartition("%")
            else:
                return Recipient(_folded(text), "")
        host = ascii_domain(domain)
        if host:
            return Recipient(_folded(local), host)
        text = local


def _dequoted(address: str) -> str:
    """Drop quotes, escapes, comments, blanks, names, groups and routes."""
    pieces: list[str] = []
    at = 0
    while at < len(address):
        token = _TOKEN.match(address, at)
        if token is None:
            break
        at = token.end()
        match token.lastgroup:
            case "quoted":
                pieces.append(_ESCAPE.sub(r"\1", token["quoted"]))
            case "escaped":
                pieces.append(token["escaped"])
            case "text":
                pieces.append(token["text"])
            case "comment":
                at = _after_comment(address, at)
            case "special":
                if token["special"] in "<:" or (token["special"] == "," and _ends_here(pieces)):
                    pieces.clear()  # a name, a group or a route stood before it
                elif token["special"] == ">" and pieces:
                    break
            case _:
                pass
    return "".join(pieces)


def _ends_here(pieces: list[str]) -> bool:
    """Whether a comma parts hops of a route (`@a,@b:`)."""
    return bool(pieces) and pieces[0].startswith("@")


def _after_comment(text: str, at: int) -> int:
    depth = 1
    for found in _COMMENT.finditer(text, at):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0:
            return found.end()
    return len(text)


def _folded(local: str) -> str:
    """Fold case: `ray` and `RAY` are one mailbox to Postfix's maps and to Dovecot (%L)."""
    if local.isascii():
        return local.lower()
    # Postfix folds fully (u_strFoldCase): to it straße is strasse, and a long s an s.
    folded = unicodedata.normalize("NFC", local.casefold())
    return unicodedata.normalize("NFC", folded.casefold())


def ascii_domain(domain: str) -> str:
    """Give a domain in lower case, without last dots, every label as an A-label (RFC 5891).

    By hand and not by the codec `idna`, which knows IDNA 2003 only (`ß` would become `ss`; Postfix
    keeps it) and raises. What cannot be an A-label stays as it is.
    """
    lowered = domain.lower()
    if not lowered.isascii():
        folded = unicodedata.normalize("NFKC", lowered).lower()
        folded = _DOTS.sub(".", unicodedata.normalize("NFKC", folded))
        if not _NO_LABEL.search(folded):
            lowered = ".".join(map(_a_label, folded.split(".")))
    return lowered.rstrip(".")


def _a_label(label: str) -> str:
    if label.isascii() or len(label) > _LABEL:
        return label
    try:
        return f"xn--{label.encode('punycode').decode('ascii')}"
    except UnicodeError:  # a byte that was no UTF-8
        return label


def untagged(local: str, delimiters: str) -> str:
    """Give the local part without its tag, as Postfix splits it (split_addr).

    `delimiters` are one or more characters, any of which begins a tag; "" for no tags.
    """
    ends = [at for mark in delimiters if (at := local.find(mark)) >= 0]
    if not ends or min(ends) == 0:
        return local
    if "-" in delimiters and (local.startswith("owner-") or local.endswith("-request")):
        return local  # owner_request_special
    return local[: min(ends)]


def read_domain(text: str) -> str:
    """Read a domain that an operator wrote; raises BadAddress."""
    written = text.strip()
    bare = written.lstrip("*").lstrip("@").lstrip(".").strip("<>")
    if "*" in bare:
        bare = ""
    domain = ascii_domain(bare.rpartition("@")[2])
    fits = bool(_DOMAIN.fullmatch(domain))
    if written != bare or not fits or "@" in bare:
        message = f"'{clip(text)}' is no domain"
        if "*" in written or written.startswith("."):
            hint = "there are no wildcards: name each domain"
            raise BadAddress(message, f"{hint}, such as {domain}" if fits else hint)
        raise BadAddress(message, f"write {domain}" if fits else "such as home.example")
    return domain


def read_mailbox(text: str) -> Recipient:
    """Read a mailbox that an operator wrote; raises BadAddress."""
    written = text.strip()
    message = f"'{clip(text)}' is no mailbox"
    found = canonical(written)
    fits = bool(found.local) and bool(_DOMAIN.fullmatch(found.domain))
    if "*" in written or (written.startswith("@") and ":" not in written):
        domain = found.domain.lstrip("*.")
        hint = "a whole domain stands under 'domains'"
        raise BadAddress(message, f"{hint}: {domain}" if _DOMAIN.fullmatch(domain) else hint)
    if not fits or found.local == "%":
        raise BadAddress(message, "such as ray@home.example")
    if "<" in written or ">" in written:
        raise BadAddress(message, f"without angle brackets: {found.text}")
    return found
