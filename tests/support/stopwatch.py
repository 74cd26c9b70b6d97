"""CPU time of one piece of work, as far as a test may hold it against the code.

One measurement proves nothing in a process of six thousand tests: a collection of garbage falls
into whatever happens to run (300 ms once, into the judging of a mail that takes one), and the
machine has neighbours. What is slow by itself is slow every time.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TRIES = 3


def cpu_seconds(work: Callable[[], object], limit: float) -> float:
    """Seconds of CPU that the work takes at best; asked once more only while over the limit."""
    best = float("inf")
    for _ in range(TRIES):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
        if best <= limit:
            break
    return best
