"""Which scripts of an account publishing put there, and which only look so.

A head of ours says who *wrote* a script, not who *stored* it: what `coldstop sieve build` made and
somebody uploaded by hand has the same head, under any name. Such a script is the reader's: it is
given back by `rollback` and never deleted. Publishing's own are known by their names, and by
evidence that there was an `apply`: this machine remembers one, or the wrapper, which nothing else
writes, is there (published from another machine).

Everything here is pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from coldstop.publish import texts
from coldstop.publish.texts import MAIN, PREFIX

if TYPE_CHECKING:
    from coldstop.publish.snapshot import Snapshot
    from coldstop.publish.state import State

_GUARD: Final = re.compile(PREFIX + r"[0-9a-f]{12}(?:-[0-9]{1,3})?")
"""How `apply` names a guard; a script of ours with another name was stored by hand."""


def owned(seen: Snapshot, state: State) -> frozenset[str]:
    """The names of the scripts that `apply` put there, edited since or not."""
    found = set()
    known = _known(state)
    main = seen.text(MAIN)
    if texts.is_signed(main) or (MAIN in known and known[MAIN] == texts.normal(main)):
        found.add(MAIN)
    begun = bool(found) or state.published is not None or state.previous is not None
    in_use = texts.included(main)[0]
    theirs = {saved.name for saved in state.replaced}
    theirs |= {state.previous.name} if state.previous is not None else set()
    for name, text in seen.texts.items():
        if name in theirs or not _named(name) or texts.read_seal(text) is None:
            continue
        left = begun or name in state.left or texts.is_signed(text)
        if name in known or name == in_use or (left and name != seen.active):
            found.add(name)
    return frozenset(found)


def stood_there(seen: Snapshot, ours: frozenset[str]) -> tuple[str, ...]:
    """The names of scripts under our names that are not ours."""
    found = (name for name in seen.texts if name == MAIN or _named(name))
    return tuple(sorted(name for name in found if name not in ours))


def untouched(name: str, seen: Snapshot, state: State) -> bool:
    """Whether a script is as it was published: nobody's edit is lost with it."""
    text = seen.text(name)
    if not texts.is_intact(text):
        return False
    # A whole script of ours that another one took the place of is somebody's doing, too.
    return texts.is_signed(text) or _known(state).get(name, texts.normal(text)) == texts.normal(
        text
    )


def _named(name: str) -> bool:
    return _GUARD.fullmatch(name) is not None


def _known(state: State) -> dict[str, bytes]:
    scripts = state.published.scripts if state.published is not None else ()
    return {saved.name: texts.normal(saved.text) for saved in scripts}
