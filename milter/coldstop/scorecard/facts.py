"""What the tests of one judging share: the message, folded and scanned once, and what fired.

Everything is computed when first asked for: mail that is no pitch never pays for zones,
places or relationships. One `Facts` lives for one message and one scorecard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coldstop.lexicon.fold import Folded, fold
from coldstop.message.authentication import authenticated_domain
from coldstop.message.zones import own
from coldstop.scorecard.judgement import Evidence

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from coldstop.lexicon.match import Matcher, Span
    from coldstop.message.authentication import Trusted
    from coldstop.message.model import Address, Message
    from coldstop.policy.model import Kind
    from coldstop.scorecard.standing import Standing

QUOTE = 160
"""Characters of a quote that are kept."""
AROUND = 40
"""Characters kept in front of a quote and behind it."""


class Found(NamedTuple):
    """A phrase at its first occurrence."""

    where: str
    text: Folded
    span: Span

    def quoted(self) -> Evidence:
        """The sender's own words there, with a little around them."""
        text = self.text.cased
        start, end = self.span.start, self.span.end
        return Evidence(
            self.where,
            _readable(text[start : min(end, start + QUOTE)]),
            _readable(text[max(0, start - AROUND) : start]),
            _readable(text[end : end + AROUND]),
        )


class Look(NamedTuple):
    """A matcher for a part of a policy's phrases, and the number of its first."""

    matcher: Matcher
    offset: int


def _readable(text: bytes) -> str:
    return text.decode("utf-8", "replace")


class Facts:
    """The shared state of judging one message by one scorecard.

    `body` and `subject` hold the phrases found so far. Mail is first scanned for the words that
    a pitch must have; `widen` adds the phrases that tell one, then those that objections and
    credits ask about, so that other mail never pays for them.
    """

    __slots__ = (
        "_authenticated",
        "_looks",
        "_own",
        "_sender_specs",
        "_senders",
        "_subjects",
        "body",
        "fired",
        "kind",
        "message",
        "standing",
        "subject",
        "texts",
        "today",
        "trusted",
    )

    def __init__(
        self,
        message: Message,
        matcher: Matcher,
        trusted: Trusted,
        standing: Standing,
        today: dt.date,
    ) -> None:
        self.message = message
        self.trusted = trusted
        self.standing = standing
        self.today = today
        self.fired: set[str] = set()
        self.kind: Kind | None = None
        self.texts = tuple(
            ("html" if part.kind == "text/html" else "text", fold(part.text))
            for part in message.parts
        )
        self._looks: tuple[Look, ...] = (Look(matcher, 0),)
        self.body = self._scan(self.texts, body=True)
        """Phrases found in any text part."""
        self._subjects = self.header_texts("subject", "subject")
        self.subject = self._scan(self._subjects)
        """Phrases found in the Subject."""
        self._own: dict[int, Found] | None = None
        self._senders: tuple[Address, ...] | None = None
        self._sender_specs: tuple[str, ...] | None = None
        self._authenticated: str | None = None

    def widen(self, look: Look) -> None:
        """Look for more phrases."""
        if not look.matcher.phrases:
            return
        more = (look,)
        self._looks += more
        self.body |= self._scan(self.texts, more, body=True)
        self.subject |= self._scan(self._subjects, more)
        self._own = None

    @property
    def own(self) -> Mapping[int, Found]:
        """Phrases found in the sender's own words (S5)."""
        if self._own is None:
            runs = tuple(
                ("own words", fold(run)) for part in self.message.parts for run in own(part)
            )
            self._own = self._scan(runs, body=True)
        return self._own

    def header_texts(self, name: str, where: str) -> tuple[tuple[str, Folded], ...]:
        """Every instance of a field, folded like text so that phrases mean the same there."""
        return tuple(
            (where, fold(value.encode("utf-8", "surrogateescape")))
            for value in self.message.header(name)
        )

    def scan_header(self, name: str) -> Mapping[int, Found]:
        """Phrases found in a header field."""
        return self._scan(self.header_texts(name, f"header {name}"))

    def _scan(
        self,
        texts: tuple[tuple[str, Folded], ...],
        looks: tuple[Look, ...] | None = None,
        *,
        body: bool = False,
    ) -> dict[int, Found]:
        """First occurrences of the phrases, in whichever text comes first."""
        hits: dict[int, Found] = {}
        for matcher, offset in looks or self._looks:
            for where, text in texts:
                for number, span in matcher.scan(text, body=body).items():
                    if number + offset not in hits:
                        hits[number + offset] = Found(where, text, span)
        return hits

    @property
    def senders(self) -> tuple[Address, ...]:
        """The From addresses."""
        if self._senders is None:
            self._senders = self.message.addresses("from")
        return self._senders

    @property
    def sender_specs(self) -> tuple[str, ...]:
        """The bare From addresses; many rules ask for them."""
        if self._sender_specs is None:
            self._sender_specs = tuple(address.spec for address in self.senders)
        return self._sender_specs

    @property
    def authenticated(self) -> bool:
        """Whether the single From domain is vouched for (RFC 8601, H11)."""
        if self.standing.authenticated is not None:
            return self.standing.authenticated
        if self._authenticated is None:
            self._authenticated = (
                authenticated_domain(
                    self.message, self.trusted, own_hops=self.message.envelope.own_hops
                )
                if self.trusted
                else ""
            )
        return bool(self._authenticated)
