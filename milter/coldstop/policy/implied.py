"""Lists that nobody writes: `@reader-names` and `@reader-skills` hold what `reader` says.

A phrase may refer to them like to any other list. They are there in every policy, empty where the
reader says nothing; a list of that name in the policy itself comes first.

Refuses nothing and cannot fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from coldstop.policy.model import Reader

NAMES: Final = "reader-names"
SKILLS: Final = "reader-skills"
_PATHS: Final = {NAMES: ("reader", "names"), SKILLS: ("reader", "skills")}


def implied(reader: Reader) -> Mapping[str, tuple[str, ...]]:
    """Give these lists for a reader."""
    return {NAMES: reader.names or (), SKILLS: reader.skills or ()}


def path_of(lists: Collection[str], name: str) -> tuple[str, ...]:
    """Say where the entries of such a list stand; empty for a list that the policy writes.

    `lists`: the names of those.
    """
    path = _PATHS.get(name, ())
    return () if path and name in lists else path
