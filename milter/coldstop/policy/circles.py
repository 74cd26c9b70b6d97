"""Circles in who refers to whom. Refuses nothing and cannot fail; never recurses."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from coldstop.policy.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping


def circles(graph: Mapping[str, Collection[str]]) -> Iterator[list[str]]:
    """Give circles of references, each as `[a, b, a]` for `a` that refers to `b` and back.

    Each circle given has a reference that those before lack; at most `LIMITS.errors` are given.
    """
    edges = {name: set(others) for name, others in graph.items()}
    for _ in range(LIMITS.errors):
        try:
            TopologicalSorter(edges).prepare()
        except CycleError as error:
            # graphlib lists a circle from predecessor to successor: against the references.
            circle: list[str] = error.args[1][::-1]
            yield circle
            edges[circle[0]].discard(circle[1])
        else:
            return
