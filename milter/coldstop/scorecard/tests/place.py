"""`place`: where the job is, seen from the reader's home (S23, S24).

A place counts only in the Subject, or behind a cue of `@place-cues` ("Location:", "located
in", "on-site in"), with at most three words between: a bare `Town, ST` anywhere is a
signature or an address more often than a job. Town and state are case-sensitive. Followed by
a postal code it is an address. Relays' mail has the relay's own address in its footer, so
places never count there (LinkedIn's "Sunnyvale, CA 94085").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import re2

from coldstop.lexicon.regex import raw_core
from coldstop.places.gazetteer import us_states
from coldstop.places.reach import reach
from coldstop.scorecard.judgement import Evidence
from coldstop.scorecard.node import Hit, Node
from coldstop.scorecard.tests.address import AddressSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.lexicon.fold import Folded
    from coldstop.policy.model import PlaceTest
    from coldstop.scorecard.context import Context
    from coldstop.scorecard.facts import Facts


#: At most so many places of one text are looked at.
MAX_PLACES = 50

# These run on folded text, where every gap is one space.
_EDGE = rb"(?:^|[^A-Za-z0-9])"
_BETWEEN = rb"[- :,(/|]*(?:[A-Za-z0-9%]+[- :,()/|]+){0,3}?"
_TOWN = rb"(?P<town>[A-Z][A-Za-z.']*(?:[ -][A-Z][A-Za-z.']*){0,3})"
_POSTAL = rb"(?P<postal> ?-?[0-9]{5})?"


class Mention(NamedTuple):
    """A place as it stood in the message."""

    where: str
    words: tuple[str, ...]
    """The words in front of the comma; the town's name may be the last few of them."""
    state: str
    """Two-letter code."""
    text: str


class Finder:
    """Finds the places that count."""

    def __init__(self, context: Context) -> None:
        states = us_states()
        self._codes = {**{code: code for code in states}, **{v: k for k, v in states.items()}}
        names = sorted(self._codes, key=lambda name: (-len(name), name))
        region = b"(?P<region>" + b"|".join(re2.escape(name.encode()) for name in names) + b")"
        end = region + _POSTAL + b"(?:[^A-Za-z0-9]|$)"
        cues = (raw_core(context.parse(cue)) for cue in context.entries(("@place-cues",)))
        self._subject = _compiled(_EDGE + _TOWN + b" ?, ?" + end)
        cue = b"(?:" + b"|".join(cues) + b")"
        # Behind a cue the comma may be missing: "Location: Plano TX".
        self._text = _compiled(_EDGE + cue + _BETWEEN + _TOWN + b"(?: ?, ?| )" + end)

    def mentions(self, facts: Facts) -> Iterator[Mention]:
        """All places that count, the Subject's first."""
        for where, text in facts.header_texts("subject", "subject"):
            yield from self._in(where, text, self._subject)
        for where, text in facts.texts:
            yield from self._in(where, text, self._text)

    def _in(self, where: str, text: Folded, pattern: re2._Regexp) -> Iterator[Mention]:
        for number, found in enumerate(pattern.finditer(text.cased)):
            if number == MAX_PLACES:
                return
            if found.group(b"postal"):
                continue
            town = found.group(b"town").decode("ascii")
            region = found.group(b"region").decode("ascii")
            words = tuple(town.split(" "))
            yield Mention(where, words, self._codes[region], f"{town}, {region}")


def _compiled(pattern: bytes) -> re2._Regexp:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(pattern, options)


def compile_place(test: PlaceTest, context: Context) -> Node:
    """Hold if any place that counts is on the wanted side; a near place outweighs far ones.

    "Albany, NY or Austin, TX" offers a near one: then nothing is far.
    """
    reader = context.policy.reader
    label = f"place is {test.place}"
    if reader.commute is None:
        return Node(
            lambda _facts: None,
            label,
            why_not=lambda _facts: "the policy says no reader.commute, so no place is near or far",
        )
    within = reach(reader.commute, reader.places)
    finder = Finder(context)
    relays = AddressSet.of(context.entries(("@relays",)))

    def sides(facts: Facts) -> dict[str, Mention]:
        found: dict[str, Mention] = {}
        if any(relays.covers(sender.spec) for sender in facts.senders):
            return found
        for mention in finder.mentions(facts):
            found.setdefault(within.side(mention.words, mention.state), mention)
        return found

    def run(facts: Facts) -> Hit | None:
        found = sides(facts)
        mention = found.get(test.place)
        if mention is None or (test.place == "far" and "near" in found):
            return None
        return Hit((Evidence(mention.where, mention.text),))

    def why_not(facts: Facts) -> str:
        found = sides(facts)
        return "; ".join(f"{one.text} is {side or 'unknown'}" for side, one in found.items())

    return Node(run, label, why_not=why_not)
