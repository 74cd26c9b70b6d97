"""What has changed on the server since the last `apply` (drift)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldstop.publish import texts
from coldstop.publish.owned import owned
from coldstop.publish.texts import MAIN, Kind

if TYPE_CHECKING:
    from coldstop.publish.snapshot import Snapshot
    from coldstop.publish.state import Published, Saved, State


@dataclass(frozen=True, slots=True)
class Report:
    """What `status` found."""

    published: bool
    """Whether anything of ours is, or should be, on the server."""
    drift: tuple[str, ...]
    """What is not as `apply` left it; each keeps the policy from working as published."""
    notes: tuple[str, ...]
    """What is worth knowing, but right."""


def compare(seen: Snapshot, state: State) -> Report:
    """Hold the server against what is remembered, or against the seals where nothing is."""
    drift: list[str] = []
    notes: list[str] = []
    ours = owned(seen, state)
    if state.published is None:
        published = _unknown(seen, ours, drift, notes)
    else:
        published = True
        for saved in state.published.scripts:
            _script(saved, seen, drift, notes)
        _active(state.published, seen, drift)
        known = {saved.name for saved in state.published.scripts}
        notes += [f"{name} is left over" for name in sorted(ours - known)]
    own = texts.included(seen.text(MAIN))[1]
    if own and not seen.has(own):
        notes.append(f"{own}, which should run beside our script, is no longer there")
    return Report(published, tuple(drift), tuple(notes))


def _script(saved: Saved, seen: Snapshot, drift: list[str], notes: list[str]) -> None:
    if not seen.has(saved.name):
        drift.append(f"{saved.name} was deleted")
        return
    text = seen.text(saved.name)
    if texts.normal(text) == texts.normal(saved.text):
        return
    ours = texts.find_block(saved.text)
    if ours is None:
        drift.append(f"{saved.name} was edited")
        return
    block = texts.find_block(text)
    if block is None:
        drift.append(f"our block is gone from {saved.name}, or one of its marker lines is")
    elif texts.normal(block.inner) != texts.normal(ours.inner):
        drift.append(f"our block in {saved.name} was edited")
    else:
        notes.append(f"{saved.name} was edited outside of our block")


def _active(published: Published, seen: Snapshot, drift: list[str]) -> None:
    if seen.active == published.active:
        return
    if seen.active:
        drift.append(f"{seen.active} is active instead of {published.active}")
    else:
        drift.append(f"{published.active} was deactivated: no script is active")


def _unknown(seen: Snapshot, ours: frozenset[str], drift: list[str], notes: list[str]) -> bool:
    """Nothing is remembered here: what the server itself can tell."""
    main = texts.read_seal(seen.text(MAIN)) if MAIN in ours else None
    block = texts.find_block(seen.text(seen.active))
    if block is None and not ours:
        return False
    notes.append("published from another machine, or this one's state file is gone")
    drift += [f"{name} was edited" for name in sorted(ours) if not texts.is_intact(seen.text(name))]
    if block is not None:
        if not block.intact:
            drift.append(f"our block in {seen.active} was edited")
        return True
    if seen.active != MAIN:
        drift.append(f"{seen.active or 'no script'} is active instead of {MAIN}")
    guard = texts.included(seen.text(MAIN))[0]
    if main is None:
        drift.append(f"{MAIN} was deleted")
    elif main.kind is Kind.WRAPPER and guard and not seen.has(guard):
        drift.append(f"{guard} was deleted")
    return True
