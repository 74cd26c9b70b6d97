"""A progress bar on stderr for long work, where a person is watching; silent elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from coldstop.cli import common

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

T = TypeVar("T")

FEW = 50
"""Work of so few items is over before a bar helps."""


def tracked(items: Sequence[T], what: str) -> Iterator[T]:
    """Yield the items, showing how far it is."""
    if len(items) <= FEW or not common.interactive():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=what, console=Console(stderr=True), transient=True)
