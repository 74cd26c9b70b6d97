"""Gaps that no person writes: long runs of everything that may stand between two words.

An engine that keeps something for each round of a repeat has an end somewhere: Cyrus' PCRE ran out
of stack, Dovecot 2.4.2 and later stops at a depth of 100 and says "no match". These tables stand
for those of `speak` in mail of `Generator(policy, long_gaps=True)`.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from differential.speak import HEADER_GAPS, HTML_GAPS, PLAIN_GAPS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST: Final = 300
"""Pieces of one gap."""
_PLAIN: Final = (" ", "\t", "\n", "\n ", "\u00a0", " \t", "\n\n")
_HTML: Final = (*_PLAIN, "&nbsp;", "<br>", "<b></b>", '<i class="x y">', "<!-- x -->", " &nbsp;")
_HEADER: Final = (" ", "\u00a0", "&nbsp;", "<br>")
_STOPS: Final = ("-", ":", ",", "(", ")", "/", "|", " ", "&nbsp;")
_EACH: Final = 60
"""Gaps of a table."""


def _run(pieces: Sequence[str], rng: random.Random) -> str:
    """Make one gap: of one piece, of two in turn, or of all of them mixed."""
    length = rng.choice((1, 2, rng.randint(40, 60), rng.randint(90, 110), rng.randint(1, LONGEST)))
    some = rng.sample(pieces, k=min(len(pieces), rng.choice((1, 1, 2, len(pieces)))))
    return "".join(rng.choices(some, k=length))


def _table(pieces: Sequence[str], seed: int) -> tuple[str, ...]:
    rng = random.Random(seed)
    return tuple(_run(pieces, rng) for _ in range(_EACH))


LONG: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    PLAIN_GAPS: _table(_PLAIN, 1),
    HTML_GAPS: _table(_HTML, 2),
    HEADER_GAPS: _table(_HEADER, 3),
}
"""By the table of `speak` that each stands for."""
LONG_STOPS: Final = tuple(f" {one} " for one in _table(_STOPS, 4))
"""What may stand between a cue and a place."""
