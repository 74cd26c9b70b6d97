"""Whether our own server vouches for the From domain (RFC 8601), hard to fool.

`authenticated_domain` gives the domain of the one From address if our own
`Authentication-Results` say `dmarc=pass` for it, or `dkim=pass` or `spf=pass` for a domain
aligned with it; else "". Any doubt is "": a friend taken for a stranger is a nuisance, a stranger
taken for a friend defeats the policy.

Which field is ours (H11; RFC 8601 §5, §7.1)? Fields are added on top, so:

* only fields above the first `Received` that our chain did not add: in a milter, which is not
  shown its own server's `Received`, above the first one unless the operator says more
  (`own_hops=0`); in a delivered file our own hops are counted (`message.hops`).
* of those that carry an authserv-id of ours only the topmost. A sender's forgery starts directly
  below ours, and nothing but the order tells them apart; believing the second one too would let
  `dkim=none` above be completed by a forged `dmarc=pass` below.
* all of them together, among the first so many fields, where the policy says that the border
  removes all foreign ones (`trust: {foreign: removed}`): OpenDKIM, OpenDMARC and an SPF policy
  server write one each. One in doubt among them is doubt about all.
* where our chain wrote none, a forgery is the topmost. The border must remove foreign fields that
  carry our id (RFC 8601 §5); docs/trust.md says how.

Refused entirely, not in part: fields in doubt (`message.results`), messages with several From
fields or addresses or a broken one (CVE-2019-16378, CVE-2021-34555), and headers that were cut.

Alignment: equal, or one a subdomain of the other, with at least two labels each. That stands for
"same organisational domain" without a public-suffix list; the signer of a name directly under a
public suffix could claim the suffix itself, which is nobody's address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from coldstop.message.defects import Defect
from coldstop.message.hops import own_hops as count_own_hops
from coldstop.message.limits import LIMITS
from coldstop.message.results import Result, ascii_lower, parse_results
from coldstop.message.sole import sole_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from coldstop.message.model import Message

_DOMAIN: Final = re.compile(r"[^\s.@\"(),:;<>\[\\\]]++(?:\.[^\s.@\"(),:;<>\[\\\]]++)++")
_HOST: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_BLOCKS: Final = frozenset({"fail", "hardfail", "quarantine", "reject", "permerror"})
"""Verdicts of DMARC beside which no signature counts, as servers write them."""
# RFC 7489 §3.1.2 looks at MAIL FROM; older programs call it otherwise (RFC 5451, sid-milter).
_IDENTITY: Final = frozenset({"header.i", "header.a", "header.b", "header.s"})
"""header.i, and what OpenDKIM writes behind it."""
_MAIL_FROM: Final = ("smtp.mailfrom", "smtp.mfrom", "smtp.mail")


@dataclass(frozen=True, slots=True)
class Trusted:
    """Whose word on authentication counts."""

    ids: frozenset[str] = frozenset()
    """Authserv-ids of ours in lower case; `*.farm.example` is any host of that farm."""
    together: bool = False
    """The border removes foreign fields that carry our ids: ours are read together."""
    fields: int = 1
    """How many of the topmost fields may be ours, where they are read together."""

    def __bool__(self) -> bool:
        """Somebody's word counts."""
        return bool(self.ids)

    def ours(self, server: str) -> bool:
        """Say whether an authserv-id (in lower case) is one of ours."""
        if server in self.ids:
            return server[:1] != "*"
        farms = [one[1:] for one in self.ids if one[0] == "*"]
        return any(map(server.endswith, farms)) and _HOST.fullmatch(server) is not None

    def and_also(self, ids: Iterable[str], *, together: bool = False, fields: int = 1) -> Trusted:
        """The same with what somebody else says, who knows the border as well."""
        return replace(
            self,
            ids=self.ids | frozenset(map(ascii_lower, ids)),
            together=self.together or together,
            fields=max(self.fields, fields),
        )


def authenticated_domain(message: Message, trusted: Trusted, *, own_hops: int | None = None) -> str:
    """Give the From domain that our own server vouches for, or "".

    `own_hops` is how many `Received` fields of our own chain stand in the message; None: count.
    """
    domain = _from_domain(message)
    if not domain:
        return ""
    results = own_results(message, trusted, own_hops=own_hops)
    dmarc = [one for one in results if one.method == "dmarc"]
    if any(one.result in _BLOCKS for one in dmarc):
        return ""
    results = tuple(one for one in results if not _enclosed(one, results))
    if dmarc and all(
        one in results and one.result == "pass" and _domain_of(one.value("header.from")) == domain
        for one in dmarc
    ):
        return domain
    for one in results:
        if one.result != "pass":
            continue
        if one.method == "dkim":
            signer = _signer(one)
        elif one.method == "spf":
            signer = one.value(*_MAIL_FROM)
        else:
            continue
        if aligned(_domain_of(signer), domain):
            return domain
    return ""


def own_results(
    message: Message, trusted: Trusted, *, own_hops: int | None = None
) -> tuple[Result, ...]:
    """Give the results that are believed: of one `Authentication-Results` field, or of several."""
    if own_hops is None:
        own_hops = count_own_hops(message, trusted.ids)
    most = min(LIMITS.results_fields, trusted.fields) if trusted.together else LIMITS.results_fields
    believed: list[Result] = []
    hops = fields = 0
    for header in message.headers:
        if header.name == "received":
            hops += 1
            if hops > own_hops:
                break
        elif header.name == "authentication-results":
            fields += 1
            if fields > most:
                break
            server, results, whole = parse_results(header.value)
            if not trusted.ours(server):
                continue
            if not trusted.together:
                return results
            if not whole:
                return ()
            believed += results
    return tuple(believed)


def _signer(result: Result) -> str:
    """Give the domain of a signature; "" where its two properties contradict (RFC 6376 §3.5)."""
    names = [name for name, _ in result.properties]
    identity = result.value("header.i")
    if "header.d" not in names:
        return identity
    signer = _domain_of(result.value("header.d"))
    if identity and not f".{_domain_of(identity)}".endswith(f".{signer}"):
        return ""
    return signer


def _enclosed(result: Result, results: Sequence[Result]) -> bool:
    """Say whether a result may be part of a signature's `i=`, which stands around it.

    OpenDKIM undoes the quoting of `i=` (RFC 6376 §2.11) and writes it as it is: `header.i=` of
    evil.example may hold whole results, and goes on with `@evil.example header.a=...`.
    """
    if result.method != "dkim" and any(name in _IDENTITY for name, _ in result.properties):
        return True
    at = next(number for number, one in enumerate(results) if one is result)
    before = {_domain_of(one.value("header.d")) for one in results[:at]} - {""}
    for one in results[at:]:
        signature = any(name in _IDENTITY for name, _ in one.properties)
        for name, value in one.properties:
            if "@" not in value or (name.startswith("smtp.") and not signature):
                continue  # SPF's own: a sending service signs, and has the bounces
            domain = f".{_domain_of(value)}"
            if any(domain.endswith(f".{other}") for other in before):
                return True
    return False


def aligned(signer: str, domain: str) -> bool:
    """Say whether two domains belong together (see the module's description)."""
    if signer.count(".") < 1 or domain.count(".") < 1:
        return False
    return signer == domain or signer.endswith("." + domain) or domain.endswith("." + signer)


def _domain_of(address: str) -> str:
    """Normalise the domain of an address, or a domain; "" for what is neither."""
    text = ascii_lower(address.rpartition("@")[2].removesuffix(">").rstrip("."))
    return text if _DOMAIN.fullmatch(text) else ""


def _from_domain(message: Message) -> str:
    """Give the domain of a From field that can be read in one way only, else ""."""
    if Defect.HEADERS_OVER_LIMIT in message.defects:
        return ""  # a second From may have been cut off
    values = [header.value for header in message.headers if header.name == "from"]
    if len(values) != 1:
        return ""
    address = sole_address(values[0])
    return "" if address is None else _domain_of(address.domain)
