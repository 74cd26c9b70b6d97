"""The portable patterns of `scorecard.raw`, as tests of a script.

They are case-sensitive as they stand, every letter that may have either case spelled `[Hh]`.
Several of them are joined as long as they fit into one expression of the host.

Refuses nothing; a pattern that is too long for the host is noted as lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.sieve.lower.spelling import cased, fits
from coldstop.sieve.lower.text import NO_BODY, guarded
from coldstop.sieve.script import BodyTest, HeaderTest
from coldstop.sieve.simplify import some

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldstop.scorecard.raw import Form
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.lower.spelling import Keys
    from coldstop.sieve.script import Test

TOO_LONG = "{} takes more than a regular expression of this host holds"
NO_REGEX = "{} needs regular expressions"


def form_test(
    lowering: Lowering, forms: Iterable[Form], what: str, *, subject: bool = False
) -> Test:
    """Any of the forms stands in a text part, or in the Subject if that is asked for."""
    if not lowering.target.has("regex"):
        lowering.note(NO_REGEX.format(what))
        return some(())
    keys = tuple(_packed(lowering, forms, what))
    tests: list[Test] = []
    if subject:
        tests += [HeaderTest(("subject",), one.match, one.keys, one.comparator) for one in keys]
    if lowering.target.has("body"):
        tests.append(guarded(BodyTest(one.match, one.keys, one.comparator) for one in keys))
    else:
        lowering.note(NO_BODY if subject else f"the host shows scripts no text: {what} is not seen")
    return some(tests)


def _packed(lowering: Lowering, forms: Iterable[Form], what: str) -> Iterator[Keys]:
    limits = lowering.target.limits

    def held(regex: str) -> bool:
        return len(regex.encode()) <= limits.regex_bytes and fits(regex, limits)

    # Forms that begin alike share their head: half the length, and one walk through the text.
    heads: dict[bytes, list[bytes]] = {}
    for form in forms:
        heads.setdefault(form.head, []).append(form.core)
    for head, cores in heads.items():
        joined = ""
        for core in cores:
            longer = f"{joined}|{core.decode()}" if joined else core.decode()
            if not joined or held(_whole(head, longer)):
                joined = longer
                continue
            yield cased(lowering, _whole(head, joined))
            joined = core.decode()
        if held(_whole(head, joined)):
            yield cased(lowering, _whole(head, joined))
        else:
            lowering.note(TOO_LONG.format(what))


def _whole(head: bytes, core: str) -> str:
    return f"{head.decode()}({core})"
