"""`any-sender`: every place in which whoever wrote a mail may be named; for blocks alone (S42).

A mailing list that rewrites From keeps the writer in Reply-To or in a field of its own, and often
in the name (`"'bob@firm.example' via PUG" <pug@lists.example>`). Anybody can write anything into
these fields, so a rule that gives credit must never ask this.

An address counts wherever it stands in the decoded text of a field, with a tag (`bob+jobs@`), in
quotes, in any case, with more than ASCII before the `@`: hosts whose address parsers give up there
find it by the same regular expression (`sieve/lower/writers.py`). What only a parser can read
(`bob (x) @firm.example`) is read in From, Sender and Reply-To, and the envelope sender counts.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from coldstop.message.header import to_text
from coldstop.message.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldstop.message.model import Message
    from coldstop.scorecard.facts import Facts
    from coldstop.scorecard.tests.address import AddressSet

PARSED: Final = ("from", "sender", "reply-to")
"""Fields that hosts let an `address` test ask for."""
NAMED: Final = (*PARSED, "x-original-from", "x-original-sender", "original-from", "author")
"""Those, and where lists keep the writer (`Author`: RFC 9057)."""
_TAIL: Final = 4096
"""Bytes at the end of a value beyond the limit; the address stands there, however long the name."""
_LOCAL: Final = 512
_FOLDED: Final = bytes(range(256)).lower()
_HOST: Final = re.compile(rb"[0-9a-z._\x80-\xff-]+")


class Writers:
    """Addresses and domains, ready to be looked for."""

    __slots__ = ("_locals", "_wanted")

    def __init__(self, wanted: AddressSet) -> None:
        self._wanted = wanted = in_both_forms(wanted)
        self._locals = {
            domain.encode(): _before(names) for domain, names in by_domain(wanted.specs).items()
        }

    def find(self, facts: Facts) -> tuple[str, str] | None:
        """Give the first field that names one of them, and the address."""
        if not self._possible(facts.message):
            sender = facts.message.envelope.sender.lower()
            return ("envelope-from", sender) if sender and self._covers(sender) else None
        for field, spec in _parsed(facts):
            if self._covers(spec):
                return field, spec
        for field in NAMED:
            for text in _texts(facts, field):
                found = self._within(text)
                if found:
                    return field, found
        return None

    def _covers(self, spec: str) -> bool:
        return self._wanted.covers(spec) or self._wanted.covers(untagged(spec))

    def _possible(self, message: Message) -> bool:
        """Say whether any of the fields may name one; nearly all mail is done with here.

        Looks at the bytes as they came, without white space, which may stand in an address. What
        is encoded, commented, escaped or beyond ASCII has to be read properly.
        """
        for field in NAMED:
            for value in message.raw(field):
                text = value.translate(_FOLDED, b" \t\r\n")
                if not text.isascii() or b"=?" in text or b"(" in text or b"\\" in text:
                    return True
                for right in text.split(b"@")[1:]:
                    host = _HOST.match(right)
                    if host is None:
                        return True
                    domain = host[0].removesuffix(b".")
                    if domain in self._locals or self._wanted.covers_domain(domain.decode()):
                        return True
        return False

    def _within(self, text: str) -> str:
        if "@" not in text:
            return ""
        left, *rest = text.encode("utf-8", "surrogateescape").lower().split(b"@")
        for right in rest:
            host = _HOST.match(right)
            if host is not None:
                domain = host[0].removesuffix(b".")
                before = self._locals.get(domain)
                if before is not None and before.search(left[-_LOCAL:]):
                    return _shown(left, domain)
                if self._wanted.covers_domain(domain.decode("utf-8", "replace")):
                    return _shown(left, domain)
            left = right
        return ""


def in_both_forms(wanted: AddressSet) -> AddressSet:
    """Add `bücher.example` to `xn--bcher-kva.example`: mail may carry either (RFC 6531)."""
    more = {_unicode(one) for one in wanted.specs}, {_unicode(one) for one in wanted.domains}
    return replace(wanted, specs=wanted.specs | more[0], domains=wanted.domains | more[1])


def _unicode(name: str) -> str:
    local, at, domain = name.rpartition("@")
    if "xn--" not in domain:
        return name
    try:
        return local + at + domain.encode("ascii").decode("idna")
    except UnicodeError:
        return name


def by_domain(specs: Iterable[str]) -> dict[str, list[str]]:
    """Sort addresses by their domains."""
    found: dict[str, list[str]] = {}
    for spec in sorted(specs):
        local, _, domain = spec.rpartition("@")
        found.setdefault(domain, []).append(local)
    return found


def untagged(spec: str) -> str:
    """Give an address without its tag: `bob+jobs@x.example` goes to bob."""
    local, _, domain = spec.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _before(names: Iterable[str]) -> re.Pattern[bytes]:
    either = b"|".join(re.escape(name.encode()) for name in names)
    return re.compile(rb"(?<![0-9a-z._+-])(?:" + either + rb")(?:\+[^\s@]*)?[\"']?\Z")


def _shown(left: bytes, domain: bytes) -> str:
    """Give the address as it stands, without what clings to it."""
    words = re.split(rb"[\s<>()\[\],:;\"]", left[-_LOCAL:].rstrip(b"\"'"))
    return b"@".join((words[-1], domain)).decode("utf-8", "replace")


def _parsed(facts: Facts) -> Iterator[tuple[str, str]]:
    for field in PARSED:
        for address in facts.message.addresses(field):
            yield field, address.spec
    if facts.message.envelope.sender:
        yield "envelope-from", facts.message.envelope.sender.lower()


def _texts(facts: Facts, field: str) -> Iterator[str]:
    yield from facts.message.header(field)
    for value in facts.message.raw(field):
        if len(value) > LIMITS.value_bytes:
            yield to_text(value[-_TAIL:], set())
