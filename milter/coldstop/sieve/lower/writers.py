"""`any-sender`: every place in which whoever wrote a mail may be named; for blocks alone (S42).

The same as `scorecard/tests/writers.py`: one regular expression over the decoded fields finds what
hosts' address parsers hide (Pigeonhole finds nobody in `josé@firm.example`) or refuse to look at
(no host takes `address "x-original-from"`). Hosts without `regex` ask From, Sender and Reply-To.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.lexicon.regex import exact
from coldstop.scorecard.tests.writers import NAMED, PARSED, by_domain, in_both_forms
from coldstop.sieve.lower.spelling import comparator, letters
from coldstop.sieve.script import AddressTest, HeaderTest, Match, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldstop.scorecard.tests.address import AddressSet
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.script import Test

NO_FIELDS = (
    "without regular expressions a blocked sender is looked for in From, Sender and Reply-To "
    "alone, and only where their grammar is kept"
)
_BEFORE = "(^|[^[:alnum:]._+-])"
_TAG = "([+][^[:space:]@]*)?[\"']?@"
_BELOW = "@([[:alnum:]._-]*[.])?"
_BEHIND = "([.]?[^[:alnum:]._-]|[.]?$)"
_GROUPS = 30
"""Entries of one expression: Pigeonhole 2.4.2 and later gives up beyond 99 groups."""


def written(lowering: Lowering, wanted: AddressSet) -> Iterator[Test]:
    """The text of a field names one of them."""
    if not lowering.target.has("regex"):
        lowering.note(NO_FIELDS)
        keys = tagged(wanted)
        if keys:
            yield AddressTest(Part.ALL, Match.MATCHES, PARSED, keys)
        return
    wanted = in_both_forms(wanted)
    domains = sorted(domain for domain in wanted.domains if domain)
    known = by_domain(wanted.specs).items()
    people = [f"({_either(names)}){_TAG}{_spelled(domain)}" for domain, names in known]
    for before, parts in ((_BEFORE, people), (_BELOW, [_spelled(one) for one in domains])):
        for either in _packed(lowering, parts):
            regex = letters(lowering, f"{before}({either}){_BEHIND}")
            yield HeaderTest(NAMED, Match.REGEX, (regex,), comparator(lowering))


def tagged(wanted: AddressSet) -> tuple[str, ...]:
    """Patterns for the addresses with a tag: `bob+*@firm.example`."""
    return tuple(
        f"{local}+*@{domain}"
        for domain, names in sorted(by_domain(wanted.specs).items())
        for local in names
        if not {"*", "?", "\\"} & {*local}
    )


def _either(names: Iterable[str]) -> str:
    return "|".join(map(_spelled, names))


def _spelled(text: str) -> str:
    """Letters as `[Bb]`, the rest as it stands."""
    return "".join(
        f"[{char.upper()}{char.lower()}]"
        if char.isascii() and char.isalpha()
        else exact(char.encode()).decode()
        for char in text
    )


def _packed(lowering: Lowering, parts: Iterable[str]) -> Iterator[str]:
    """Join alternatives as far as an expression of the host holds them."""
    limits = lowering.target.limits
    most = limits.regex_bytes - len(_BEFORE + _BELOW + _BEHIND)
    row: list[str] = []
    for part in parts:
        if row and (len(row) >= _GROUPS or len("|".join((*row, part)).encode()) > most):
            yield "|".join(row)
            row = []
        row.append(part)
    if row:
        yield "|".join(row)
