"""What a script leaves out, in one line.

Refuses nothing and cannot fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.sieve.loss import State

if TYPE_CHECKING:
    from coldstop.sieve.compile import Compiled


def left_out(made: Compiled) -> str:
    """Give `53 of 93 rules left out; see --loss`, or nothing where all is there."""
    rules = [one for one in made.loss if one.rule]
    gone = sum(one.state is State.DROPPED for one in rules)
    parts = [f"{gone:,} of {len(rules):,} rules"] if gone else []
    if made.towns is not None and made.towns[0] < made.towns[1]:
        kept, known = made.towns
        parts.append(f"{known - kept:,} of {known:,} names of towns")
    return f"{' and '.join(parts)} left out; see --loss" if parts else ""
