"""A plan as people read it: what changes, line by line, what it costs and what is lost."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from coldstop.publish import texts
from coldstop.publish.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.publish.plan import Plan, Step
    from coldstop.publish.snapshot import Snapshot


def render(plan: Plan, seen: Snapshot, *, full: bool = False) -> Iterator[str]:
    """The lines to show, without line ends; `full`: long diffs and long lines whole."""
    where = plan.host if plan.port == 4190 else f"{plan.host}:{plan.port}"
    yield f"{plan.user} at {where} ({plan.implementation or 'a server without a name'})"
    trimmed = ", with things left out for want of room (--trim)" if plan.trim else ""
    yield f"policy {plan.policy}, revision {plan.revision}, for {plan.target}{trimmed}"
    for step in plan.steps:
        yield ""
        yield from _step(step, plan, seen, full=full)
    yield ""
    if plan.loss:
        yield "lost on this server:"
        yield from (f"  {line}" for line in plan.loss)
    else:
        yield "lost on this server: nothing"
    for text in plan.warnings:
        yield f"warning: {printable(text)}"
    for text in plan.force:
        yield f"needs --force: {printable(text)}"


def _step(step: Step, plan: Plan, seen: Snapshot, *, full: bool) -> Iterator[str]:
    if step.verb == "activate":
        yield f"activate {printable(step.name)} (now: {printable(plan.active_before) or 'none'})"
        return
    if step.verb == "delete":
        yield f"delete {printable(step.name)} ({len(seen.text(step.name)):,} bytes)"
        return
    word = "change" if seen.has(step.name) else "add"
    yield f"{word} {printable(step.name)} ({len(step.text):,} bytes)"
    old = step.name if seen.has(step.name) else step.instead
    diff = difflib.unified_diff(
        _lines(seen.text(old)),
        _lines(step.text),
        printable(old) or "(none)",
        printable(step.name),
        lineterm="",
    )
    yield from diff if full else _short(list(diff))


def _short(lines: list[str]) -> Iterator[str]:
    for line in lines[: LIMITS.shown_lines]:
        rest = len(line) - LIMITS.shown_columns
        yield line if rest <= 0 else f"{line[: LIMITS.shown_columns]}… ({rest:,} more)"
    more = len(lines) - LIMITS.shown_lines
    if more > 0:
        yield f"… {more:,} line{'s' if more > 1 else ''} more (--full shows all)"


def _lines(text: bytes) -> list[str]:
    if not text:
        return []
    return [printable(line) for line in texts.normal(text).decode("utf-8", "replace").split("\n")]


def printable(text: str) -> str:
    """The text with control characters spelled out: a script must not drive the terminal."""
    return "".join(c if c.isprintable() or c == "\t" else repr(c)[1:-1] for c in text)
