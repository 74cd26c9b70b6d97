"""Carry out a plan, or leave the server as it was.

In order: is everything still as the plan saw it (CHANGED)? Does it need force (FOREIGN)? Is there
room (QUOTA), does the server compile it (BAD_SCRIPT)? Then the state is written, and only then the
first byte changes. Each script is read back and compared. What goes wrong before the active script
has changed is undone, on a new connection if the old one is gone; what cannot be undone is named.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coldstop.publish import snapshot, texts
from coldstop.publish.errors import Code, PublishError
from coldstop.publish.owned import owned, stood_there
from coldstop.publish.plan import is_done, still_holds
from coldstop.publish.state import Published, Saved
from coldstop.publish.texts import MAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from coldstop.publish.plan import Plan, Step
    from coldstop.publish.session import Session
    from coldstop.publish.snapshot import Snapshot
    from coldstop.publish.state import State, Store


@dataclass(frozen=True, slots=True)
class Done:
    """What `apply` or `rollback` did."""

    did: tuple[str, ...]
    """A line each; empty if there was nothing to do."""
    warnings: tuple[str, ...] = ()
    """What is not as it was meant to be."""
    notes: tuple[str, ...] = ()
    """What is worth knowing, but right."""


def apply(
    plan: Plan,
    open_session: Callable[[], Session],
    store: Store,
    *,
    force: bool = False,
    now: dt.datetime | None = None,
) -> Done:
    """Apply a plan; raises PublishError, after which the server is as it was, or says where not."""
    state = store.load()
    with open_session() as session:
        seen = snapshot.take(session, plan.before)
        when = (now or dt.datetime.now(dt.UTC)).isoformat(timespec="seconds")
        after = _after(state, plan, seen, when)
        if is_done(plan, seen):
            store.save(after)
            return Done(())
        changed = still_holds(plan, seen)
        if changed:
            raise PublishError(
                Code.CHANGED, f"since the plan was made: {'; '.join(changed)}", "plan again"
            )
        if plan.force and not force:
            raise PublishError(
                Code.FOREIGN,
                f"not without --force: {'; '.join(plan.force)}",
                "look at the script on the server first; what --force overwrites or deletes is"
                f" kept in {store.path}",
            )
        preflight(session, plan.steps)
        # The way back is on disk before the first change; `published` follows at the end.
        store.save(replace(after, published=state.published))
        done = carry_out(plan.steps, session, open_session, seen)
    store.save(after)
    return done


def preflight(session: Session, steps: Iterable[Step]) -> tuple[str, ...]:
    """Ask the server whether there is room and whether it compiles; its warnings."""
    said = []
    for step in steps:
        if step.verb == "put":
            session.space(step.name, len(step.text))
            warning = session.check(step.name, step.text)
            said += [f"{step.name}: {warning}"] if warning else []
    return tuple(said)


def carry_out(
    steps: Sequence[Step],
    session: Session,
    open_session: Callable[[], Session],
    seen: Snapshot,
) -> Done:
    """Do the steps in order. Deletions come last and only tidy up: they fail with a warning."""
    did: list[str] = []
    warnings: list[str] = []
    notes: list[str] = []
    changes = [step for step in steps if step.verb != "delete"]
    try:
        for step in changes:
            if step.verb == "put":
                said = session.put(step.name, step.text)
                notes += [f"the server warns of {step.name}: {said}"] if said else []
                _compare(session, step)
                did.append(f"stored {step.name}, {len(step.text):,} bytes")
            else:
                session.activate(step.name)
                did.append(f"made {step.name} active" if step.name else "switched Sieve off")
        if changes:
            _compare_active(session, changes, seen)
    except BaseException as error:
        left = _undo(changes, session, open_session, seen)
        if not isinstance(error, PublishError):
            raise
        what = f"left on the server: {'; '.join(left)}" if left else "the server is as it was"
        hint = f"{error.hint}\n    {what}" if error.hint else what
        raise PublishError(error.code, error.message, hint) from None
    for step in steps:
        if step.verb == "delete":
            try:
                session.delete(step.name)
                did.append(f"deleted {step.name}")
            except PublishError as error:
                warnings.append(f"{step.name} is still there: {error.message}")
    return Done(tuple(did), tuple(warnings), tuple(notes))


def _compare(session: Session, step: Step) -> None:
    if texts.normal(session.get(step.name)) != texts.normal(step.text):
        raise PublishError(Code.NOT_STORED, f"the server did not store {step.name} as it was sent")


def _compare_active(session: Session, changes: Iterable[Step], seen: Snapshot) -> None:
    wanted = next((step.name for step in changes if step.verb == "activate"), seen.active)
    _, active = session.names()
    if active != wanted:
        raise PublishError(
            Code.NOT_STORED,
            f"the server says that {active or 'no script'} is active, not {wanted or 'none'}",
        )


def _undo(
    changes: Sequence[Step],
    session: Session,
    open_session: Callable[[], Session],
    seen: Snapshot,
) -> list[str]:
    """Bring everything back to what was seen; what could not be brought back, a line each."""
    try:
        return _restore(changes, session, seen)
    except PublishError:
        pass
    try:
        with open_session() as another:
            return _restore(changes, another, seen)
    except PublishError:
        names = sorted({step.name for step in changes if step.verb == "put"})
        left = (
            f"perhaps {', '.join(names)}; {seen.active or 'no script'} was active, and the server"
            " cannot be reached to see to it. `coldstop sieve status` tells, `plan` tidies up"
        )
        return [left]


def _restore(changes: Sequence[Step], session: Session, seen: Snapshot) -> list[str]:
    names, active = session.names()
    left = []
    if active != seen.active:
        session.activate(seen.active)
    for step in reversed(changes):
        if step.verb != "put" or step.name not in names:
            continue
        try:
            if not seen.has(step.name):
                session.delete(step.name)
            elif session.get(step.name) != seen.texts[step.name]:
                session.put(step.name, seen.texts[step.name])
        except PublishError as error:
            if error.code is Code.GONE:
                raise
            left.append(f"{step.name} ({error.message})")
    return left


def _after(state: State, plan: Plan, seen: Snapshot, when: str) -> State:
    """What is to be remembered once the plan is applied."""
    before, ours = state.previous, owned(seen, state)
    previous = _previous(state, plan, seen, ours)
    if before is not None and before.name and not seen.has(before.name):
        state = state.keeping(before)  # the reader deleted it; we still have it
    overwritten = [
        Saved(step.name, seen.texts[step.name])
        for step in plan.steps
        if plan.force
        and step.verb != "activate"
        and step.name in seen.texts
        and not texts.is_intact(seen.texts[step.name])
    ]
    remembered = {saved.name for saved in state.replaced} | {previous.name, plan.own}
    replaced = tuple(
        Saved(name, seen.texts[name]) for name in stood_there(seen, ours) if name not in remembered
    )
    published = Published(
        when,
        plan.policy,
        plan.revision,
        plan.target,
        plan.mode,
        plan.active_after,
        _published_scripts(plan, seen),
        plan.separator,
        plan.prefix,
    )
    return replace(
        state.keeping(*overwritten),
        previous=previous,
        published=published,
        replaced=(*state.replaced, *replaced),
    )


def _previous(state: State, plan: Plan, seen: Snapshot, ours: frozenset[str]) -> Saved:
    """What `rollback` makes active again: what ours took the place of, or what runs beside it."""
    name, before = plan.displaced or plan.own, state.previous
    if before is not None and before.name == name and (name in ours or not seen.has(name)):
        return before
    text = seen.text(name)
    block = texts.find_block(text)
    return Saved(name, block.without if block else text)


def _published_scripts(plan: Plan, seen: Snapshot) -> tuple[Saved, ...]:
    """What must be there once the plan is applied: what is put, and what was there as wanted."""
    put = {step.name: step.text for step in plan.steps if step.verb == "put"}
    after = {**seen.texts, **put}
    wanted = {plan.active_after, texts.included(after.get(MAIN, b""))[0]}
    if plan.mode == "include":
        put.pop(plan.own, None)  # theirs again: our block was taken out
    return tuple(
        Saved(name, after[name]) for name in sorted({*put, *wanted}) if name and name in after
    )
