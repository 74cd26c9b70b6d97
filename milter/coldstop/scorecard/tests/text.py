"""`text`: phrases in the subject, in every text part, or in the sender's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.policy.model import TextTest, Zone
from coldstop.scorecard.node import Hit, Node

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldstop.scorecard.context import Context
    from coldstop.scorecard.facts import Facts, Found


def find(ids: frozenset[int], hits: Mapping[int, Found]) -> dict[int, Found]:
    """Those of the wanted phrases that were found, in the table's order."""
    if ids.isdisjoint(hits):
        return {}
    # A text has few hits, a list may have thousands of phrases: walk the hits.
    return {number: hits[number] for number in sorted(hits) if number in ids}


def holds(found: Mapping[int, Found], enough: int = 1) -> Hit | None:
    """Make a hit of found phrases: each is evidence, each counts once."""
    if len(found) < enough:
        return None
    return Hit(tuple(found.values()), len(found))


def compile_text(test: TextTest, context: Context) -> Node:
    """A phrase counts once, in whichever of the zones it stands first."""
    only_subject = test.zone == (Zone.SUBJECT,)
    ids = (context.subject_ids if only_subject else context.phrase_ids)(test.text)
    in_subject = Zone.SUBJECT in test.zone
    in_all = Zone.ALL in test.zone
    in_own = Zone.OWN in test.zone and not in_all
    enough = test.at_least

    def run(facts: Facts) -> Hit | None:
        nowhere = ids.isdisjoint(facts.body)
        if nowhere and (not in_subject or ids.isdisjoint(facts.subject)):
            return None
        found: dict[int, Found] = {}
        if in_all:
            found = find(ids, facts.body)
        elif in_own and not nowhere:
            # Own words are part of the text: only what stands anywhere can stand there.
            found = find(ids, facts.own)
        if in_subject:
            found = find(ids, facts.subject) | found
        return holds(found, enough)

    zones = "" if test.zone == (Zone.SUBJECT, Zone.ALL) else f" in {', '.join(test.zone)}"
    count = f"{enough} or more of " if enough > 1 else ""
    return Node(run, f"text {count}{_short(test.text)}{zones}", needs=ids)


def _short(sources: tuple[str, ...]) -> str:
    shown = ", ".join(repr(source) for source in sources[:3])
    return f"{shown}, …" if len(sources) > 3 else shown
