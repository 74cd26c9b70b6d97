"""Whether our own server vouches for the From domain (RFC 8601), hard to fool.

`authenticated_domain` gives the domain of the one From address if our own
`Authentication-Results` says `dmarc=pass` for it, or `dkim=pass` or `spf=pass` for a domain
aligned with it; else "". Any doubt is "": a friend taken for a stranger is a nuisance, a stranger
taken for a friend defeats the policy.

Which field is ours (H11; RFC 8601 §5, §7.1)? Fields are added on top, so:

* only fields above the first `Received` that our chain did not add. In a milter our server's own
  `Received` is not shown, so that is the first one (`own_hops=0`); in a delivered file one hop is
  ours (`own_hops=1`, the default), two if an LMTP server adds another.
* of those that carry our authserv-id only the topmost. A sender's forgery starts directly below
  ours, and nothing but the order tells them apart; believing the second one too would let
  `dkim=none` above be completed by a forged `dmarc=pass` below. So let the one that evaluates
  DMARC write last (OpenDKIM before OpenDMARC; rspamd writes one field).
* where our chain wrote none, a forgery is the topmost. The border must remove foreign fields that
  carry our id (RFC 8601 §5); deploy/ says how.

Refused entirely, not in part: fields that break the grammar (unclosed comment or quote, text that
is no `name=value`), that are too long, messages with several From fields or addresses or a broken
one (CVE-2019-16378, CVE-2021-34555), and headers that were cut. RFC 2047 is never applied: an
encoded word in a result must not become syntax (CVE-2020-12272).

Alignment: equal, or one a subdomain of the other, with at least two labels each. That stands for
"same organisational domain" without a public-suffix list; the signer of a name directly under a
public suffix could claim the suffix itself, which is nobody's address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coldstop.message.addresses import parse_addresses
from coldstop.message.defects import Defect
from coldstop.message.header import to_text
from coldstop.message.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Collection

    from coldstop.message.model import Message

_OUTSIDE: Final = re.compile(r'([^"();\\]++)|("(?:[^"\\]|\\.)*+")|([();\\"])', re.DOTALL)
_INSIDE: Final = re.compile(r"[^()\\]++|\\.|[()]", re.DOTALL)
_RESULT: Final = re.compile(
    r'\s*+([A-Za-z0-9_.-]++)(?:\s*+/\s*+(\d++))?\s*+=\s*+("(?:[^"\\]|\\.)*+"|[^\s;"]++)(?=\s|\Z)',
    re.DOTALL,
)
_SERVER: Final = re.compile(r'\s*+("(?:[^"\\]|\\.)*+"|[^\s;"/=]++)(?:\s++(\d++))?\s*+', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_DOMAIN: Final = re.compile(r"[^\s.@\"(),:;<>\[\\\]]++(?:\.[^\s.@\"(),:;<>\[\\\]]++)++")


@dataclass(frozen=True, slots=True)
class Result:
    """One `method=result` with its properties."""

    method: str
    """Lower case, without its version."""
    result: str
    """Lower case."""
    properties: tuple[tuple[str, str], ...]
    """(ptype.property in lower case, value without quotes)."""

    def value(self, name: str) -> str:
        """Give a property that stands exactly once, else ""."""
        found = [value for key, value in self.properties if key == name]
        return found[0] if len(found) == 1 else ""


def authenticated_domain(
    message: Message, authserv_ids: Collection[str], *, own_hops: int = 1
) -> str:
    """Give the From domain that our own server vouches for, or "".

    `authserv_ids` are the ids our servers write; `own_hops` is how many `Received` fields of our
    own chain stand in the message.
    """
    domain = _from_domain(message)
    if not domain:
        return ""
    results = own_results(message, authserv_ids, own_hops=own_hops)
    dmarc = [one for one in results if one.method == "dmarc"]
    if any(one.result == "fail" for one in dmarc):
        return ""
    if dmarc and all(
        one.result == "pass" and _domain(one.value("header.from")) == domain for one in dmarc
    ):
        return domain
    for one in results:
        if one.result != "pass":
            continue
        if one.method == "dkim":
            signer = one.value("header.d") or one.value("header.i").rpartition("@")[2]
        elif one.method == "spf":
            signer = one.value("smtp.mailfrom").rpartition("@")[2]
        else:
            continue
        if aligned(_domain(signer), domain):
            return domain
    return ""


def own_results(
    message: Message, authserv_ids: Collection[str], *, own_hops: int = 1
) -> tuple[Result, ...]:
    """Give the results of the one `Authentication-Results` field that is believed."""
    ours = {one.lower() for one in authserv_ids}
    hops = fields = 0
    for header in message.headers:
        if header.name == "received":
            hops += 1
            if hops > own_hops:
                break
        elif header.name == "authentication-results":
            fields += 1
            if fields > LIMITS.results_fields:
                break
            server, results = parse_results(header.value)
            if server in ours:
                return results
    return ()


def aligned(signer: str, domain: str) -> bool:
    """Say whether two domains belong together (see the module's description)."""
    if signer.count(".") < 1 or domain.count(".") < 1:
        return False
    return signer == domain or signer.endswith("." + domain) or domain.endswith("." + signer)


def parse_results(value: bytes) -> tuple[str, tuple[Result, ...]]:
    """Read one field: (authserv-id in lower case, results).

    The id is "" for a field that cannot be read. A field whose id can be read but whose rest
    breaks the grammar has no results; it still hides the fields below it.
    """
    if len(value) > LIMITS.results_bytes:
        value = value[: LIMITS.results_bytes] + b'"'  # cut: readable as to its id only
    segments, whole = _segments(to_text(value, set()))
    match = _SERVER.fullmatch(segments[0])
    if match is None or match[2] not in (None, "1"):
        return "", ()
    server = _unquote(match[1]).lower()
    if not whole:
        return server, ()
    results: list[Result] = []
    for segment in segments[1:]:
        text = segment.strip()
        if not text or text.lower() == "none":
            continue
        result = _result(text)
        if result is None:
            return server, ()
        results.append(result)
    return server, tuple(results)


def _segments(text: str) -> tuple[list[str], bool]:
    """Split at semicolons, comments replaced by a blank; false if it does not end properly."""
    segments = [""]
    pieces: list[str] = []
    at = depth = 0
    while at < len(text):
        match = (_INSIDE if depth else _OUTSIDE).match(text, at)
        if match is None:  # a lone backslash at the end of a comment
            break
        at = match.end()
        char = match[0]
        if depth:
            depth += (char == "(") - (char == ")")
        elif match[3] is None:
            pieces.append(char)
        elif char == "(":
            depth = 1
            pieces.append(" ")
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
        pairs.append((match[1].lower(), _unquote(match[3])))
        at = match.end()
    if version not in ("", "1") or "." in pairs[0][0]:
        return None
    return Result(pairs[0][0], pairs[0][1].lower(), tuple(pairs[1:]))


def _unquote(text: str) -> str:
    return _ESCAPE.sub(r"\1", text[1:-1]) if text.startswith('"') else text


def _domain(text: str) -> str:
    """Normalise a domain; "" for what is none."""
    text = text.rstrip(".").lower()
    return text if _DOMAIN.fullmatch(text) else ""


def _from_domain(message: Message) -> str:
    """Give the domain of a From field that can be read in one way only, else ""."""
    if Defect.HEADERS_OVER_LIMIT in message.defects:
        return ""  # a second From may have been cut off
    values = [header.value for header in message.headers if header.name == "from"]
    if len(values) != 1:
        return ""
    found: set[Defect] = set()
    addresses = parse_addresses(to_text(values[0], found), str, found, 2)
    if found or len(addresses) != 1:
        return ""
    return _domain(addresses[0].domain)
