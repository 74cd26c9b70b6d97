"""`coldstop sieve canary --mail DIR`: a folder of mail through an account, against the judge."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import typer

from coldstop.cli import common, publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from coldstop.policy.folders import Naming
    from coldstop.publish.canary import Route
    from coldstop.publish.flock import Flight, Outcome, Sample

UNASKED: Final = 50
"""Mails that are sent without asking."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for."""

    folder: Path
    policy: str
    on: str | None
    seconds: int
    built: Naming | None
    keep: bool
    as_json: bool
    yes: bool


def fly(route: Route, secret: Callable[[], str], wanted: Wanted) -> None:
    """Send all, tell what became of each; ends with 1 if the account did otherwise."""
    from coldstop.publish.errors import PublishError
    from coldstop.publish.flock import fly_all

    card = common.scorecard(wanted.policy)
    today = common.day(wanted.on)
    samples = _samples(wanted.folder)
    _asked(len(samples), route, yes=wanted.yes)
    try:
        flight = fly_all(
            route,
            secret(),
            samples,
            card,
            today=today,
            seconds=wanted.seconds,
            keep=wanted.keep,
            built=wanted.built,
        )
    except PublishError as error:
        publish.fail(error)
    if wanted.as_json:
        for one in flight.outcomes:
            typer.echo(json.dumps(_record(one), ensure_ascii=False))
    else:
        for line in _table(flight):
            typer.echo(line)
    for line in flight.left:
        typer.echo(f"warning: still there: {line}", err=True)
    for line in _summary(flight, keep=wanted.keep):
        typer.echo(line, err=wanted.as_json)
    if flight.left or not all(one.same for one in flight.outcomes):
        raise typer.Exit(common.PROBLEMS)


def _samples(folder: Path) -> list[Sample]:
    from coldstop.cli.sources import mails
    from coldstop.publish.flock import Sample

    try:
        found = [Sample(name, raw) for name, raw in mails([str(folder)])]
    except OSError as error:
        common.fail(f"cannot read {error.filename}: {error.strerror}")
    if not found:
        common.fail(f"{folder} holds no mail")
    return found


def _asked(count: int, route: Route, *, yes: bool) -> None:
    if count <= UNASKED or yes:
        return
    if not sys.stdin.isatty():
        common.fail(f"{count} mails would be sent to {route.recipient}: say so with --yes")
    if not typer.confirm(f"Send {count} mails to {route.recipient}?", err=True):
        raise typer.Exit(common.CANNOT_RUN)


def _became(one: Outcome) -> str:
    if one.refused:
        return f"refused: {one.refused}"
    if not one.folder:
        return "did not arrive"
    return f"{one.verdict} {one.folder}".lstrip()


def _table(flight: Flight) -> Iterator[str]:
    from coldstop.publish.show import printable

    for one in flight.outcomes:
        judge = f"{one.judge.verdict.value} {one.judge.folder}".rstrip()
        mark = "same" if one.same else "DIFFERS"
        line = f"{mark:<8} {judge:<28} {_became(one):<28} {one.name}"
        yield printable(line.rstrip())
        if one.changed:
            before = f"{one.before.verdict.value} {one.before.folder}".rstrip()
            yield f"         note: the file itself is {printable(before)}; the way in changed it"


def _summary(flight: Flight, *, keep: bool) -> Iterator[str]:
    count = len(flight.outcomes)
    same = sum(one.same for one in flight.outcomes)
    yield f"{same} of {count} as the judge says" + (
        f"; {count - same} differ{'s' if count - same == 1 else ''}" if same < count else ""
    )
    if any(not one.folder and not one.refused and not one.same for one in flight.outcomes):
        yield (
            "what did not arrive may be in the queue, or be refused later: it has the field"
            " Coldstop-Canary, and is not deleted if it comes after all"
        )
    if not keep:
        yield f"{flight.deleted} deleted again"


def _record(one: Outcome) -> dict[str, Any]:
    return {
        "file": one.name,
        "same": one.same,
        "judge": {"verdict": one.judge.verdict.value, "folder": one.judge.folder or None},
        "file_judge": {"verdict": one.before.verdict.value, "folder": one.before.folder or None},
        "expected": one.expected or None,
        "found": {
            "folder": one.folder or None,
            "verdict": one.verdict or None,
            "flags": list(one.flags),
            "refused": one.refused or None,
        },
    }
