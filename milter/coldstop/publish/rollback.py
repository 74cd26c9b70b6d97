"""Give the reader their own script back, byte for byte, and remove ours.

The script that was active before becomes active again; where it held our block, the block is taken
out. What the reader changed since is theirs and stays, and so does another script that they made
active; with force, the script that was saved is restored over it. Edited scripts of ours are not
deleted without force.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coldstop.publish import snapshot, texts
from coldstop.publish.apply import Done, carry_out, preflight
from coldstop.publish.errors import Code, PublishError
from coldstop.publish.owned import owned, untouched
from coldstop.publish.plan import Step
from coldstop.publish.state import Saved
from coldstop.publish.texts import MAIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldstop.publish.session import Session
    from coldstop.publish.snapshot import Snapshot
    from coldstop.publish.state import State, Store


def rollback(open_session: Callable[[], Session], store: Store, *, force: bool = False) -> Done:
    """Undo all that was published; raises PublishError, after which the server is as it was."""
    state = store.load()
    with open_session() as session:
        seen = snapshot.take(session, state.names)
        way = _Way(seen, state, force=force)
        way.find()
        preflight(session, way.steps)
        lost = [
            Saved(step.name, seen.texts[step.name])
            for step in way.steps
            if force and step.verb != "activate" and step.name in seen.texts
        ]
        state = state.keeping(*lost)
        store.save(state)
        done = carry_out(way.steps, session, open_session, seen)
    last = [state.previous] if state.previous and state.previous.name else []
    state = state.keeping(*last)
    store.save(replace(state, previous=None, published=None, replaced=(), left=tuple(way.left)))
    return Done(done.did, (*way.warnings, *done.warnings), (*way.notes, *done.notes))


class _Way:
    """The way back, in the making."""

    def __init__(self, seen: Snapshot, state: State, *, force: bool) -> None:
        self.seen, self.state, self.force = seen, state, force
        self.ours = owned(seen, state)
        self.steps: list[Step] = []
        self.warnings: list[str] = []
        self.notes: list[str] = []
        self.left: list[str] = []

    def find(self) -> None:
        """Work out the steps: what stood there, then who is active, then what is ours."""
        self._take_block_out()
        self._put_back()
        seen, previous = self.seen, self.state.previous
        switched_off = not seen.active and previous is not None and bool(previous.name)
        if seen.active in self.ours or switched_off:
            self._activate_previous()
        elif previous and seen.active != previous.name:
            if self.force:
                self._activate_previous()
            else:
                self.notes.append(
                    f"{seen.active} was made active by somebody else and"
                    f" stays so (--force: {previous.name or 'none'} again)"
                )
        self._remove()

    def _put_back(self) -> None:
        """What stood under our names before; what somebody wrote there since stays."""
        for saved in self.state.replaced:
            text = self.seen.text(saved.name)
            if text == saved.text:
                continue
            if not self.seen.has(saved.name) or saved.name in self.ours or self.force:
                self._restore(saved)
            else:
                self.notes.append(f"{saved.name} was written by somebody else since and stays so")

    def _restore(self, saved: Saved) -> None:
        """Put a saved script back, but not over an edit of ours."""
        lost = saved.name in self.ours and not untouched(saved.name, self.seen, self.state)
        if lost and not self.force:
            self.warnings.append(
                f"{saved.name} was edited on the server and stays there (--force puts back what"
                " was there before)"
            )
            return
        self.steps.append(Step("put", saved.name, saved.text))

    def _activate_previous(self) -> None:
        previous, seen = self.state.previous, self.seen
        name = previous.name if previous else self._named()
        rewritten = any(step.name == name for step in self.steps)
        if name and not seen.has(name):
            if previous is None:
                self.warnings.append(f"{name}, the script before ours, is gone: Sieve is off")
                name = ""
            else:
                self.steps.append(Step("put", name, previous.text))
        elif previous and name and not rewritten and seen.text(name) != previous.text:
            if name in self.ours:
                self._restore(previous)
            elif self.force:
                self.steps.append(Step("put", name, previous.text))
            else:
                self.notes.append(f"{name} was edited since it was saved; the edited one stays")
        if seen.active != name:
            self.steps.append(Step("activate", name))

    def _named(self) -> str:
        """What the wrapper says was there before, where nothing is remembered."""
        main = self.seen.text(MAIN)
        name = texts.displaced(main) or texts.included(main)[1]
        if not name:
            self.notes.append("what was active before is not known here: Sieve is off now")
        return name

    def _take_block_out(self) -> None:
        published, previous, seen = self.state.published, self.state.previous, self.seen
        name = published.active if published and published.mode == "block" else seen.active
        text = seen.text(name)
        if not seen.has(name) or name in self.ours:
            return
        ours = published.scripts if published else ()
        untouched = any(
            saved.name == name and texts.normal(saved.text) == texts.normal(text) for saved in ours
        )
        if previous and previous.name == name and (untouched or self.force):
            if text != previous.text:
                self.steps.append(Step("put", name, previous.text))
            return
        block = texts.find_block(text)
        if texts.broken_block(text):
            raise PublishError(
                Code.FOREIGN,
                f"in {name}, one of the lines around our block is missing",
                "take the rest of the block out by hand, or restore the saved script with --force",
            )
        if block is None:
            return
        if not block.intact and not self.force:
            raise PublishError(
                Code.FOREIGN, f"not without --force: our block in {name} was edited on the server"
            )
        self.notes.append(f"only our block was taken out of {name}; the rest stays as it is now")
        self.steps.append(Step("put", name, block.without))

    def _remove(self) -> None:
        stays = {saved.name for saved in self.state.replaced}
        stays |= {self.state.previous.name} if self.state.previous else set()
        for name in sorted(self.ours - stays):
            if untouched(name, self.seen, self.state) or self.force:
                self.steps.append(Step("delete", name))
            else:
                self.left.append(name)
                self.warnings.append(
                    f"{name} was edited on the server and stays there (--force deletes it)"
                )
