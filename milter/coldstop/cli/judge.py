"""`coldstop judge`: verdicts for files, folders, mboxes and Maildirs."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated

import typer

from coldstop.cli import common

if TYPE_CHECKING:
    from typing import Any

    from coldstop.scorecard.judgement import Judgement


def judge(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Mail: files, folders, mboxes, Maildirs, or -."),
    ],
    *,
    policy: common.PolicyOption = "passive",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a message.")] = False,
    on: common.DayOption = None,
) -> None:
    """Judge mail and print one line a message.

    Exit codes: 0 judged, 2 a policy or a file could not be read (the rest is judged).
    """
    from pathlib import Path

    from coldstop.cli.progress import tracked
    from coldstop.cli.sources import files, mails
    from coldstop.message.reader import read
    from coldstop.scorecard.judge import judge as judge_one

    if "" in paths:
        common.fail("one of the paths is empty; . is the current folder")
    card = common.scorecard(policy)
    today = common.day(on)
    unread = 0
    single = [
        str(file) for path in paths for file in ([path] if path == "-" else files(Path(path)))
    ]
    for path in tracked(single, "judging"):
        try:
            for name, raw in mails((path,)):
                judgement = judge_one(read(raw), card, today=today)
                line = json.dumps(record(name, judgement)) if as_json else row(name, judgement)
                typer.echo(line)
        except BrokenPipeError:
            raise  # whoever read our output has seen enough
        except OSError as error:
            if error.errno in common.NO_ROOM:
                raise
            unread += 1
            typer.echo(f"coldstop: {common.printable(path)}: {error.strerror or error}", err=True)
    if unread:
        raise typer.Exit(common.CANNOT_RUN)


def record(name: str, judgement: Judgement) -> dict[str, Any]:
    """The stable JSON form of a judgement."""
    return {
        "file": os.fsencode(name).decode("utf-8", "replace"),
        "recruiting": judgement.recruiting,
        "pitch": judgement.pitch,
        "kind": judgement.kind or None,
        "objections": judgement.objections,
        "credits": judgement.credits,
        "score": judgement.score,
        "verdict": judgement.verdict.value,
        "folder": judgement.folder or None,
        "defects": list(judgement.defects),
        "rules": [
            {
                "name": fired.name,
                "points": fired.points,
                "evidence": [{"where": one.where, "quote": one.quote} for one in fired.evidence],
            }
            for fired in judgement.fired
        ],
    }


def row(name: str, judgement: Judgement) -> str:
    """One line for people."""
    what = f"{judgement.kind} {judgement.pitch}" if judgement.recruiting else f"- {judgement.pitch}"
    scored = [fired for fired in judgement.fired if fired.tally != "pitch"]
    rules = ", ".join(f"{fired.name} {fired.points:+d}" for fired in scored)
    shown = f"{what:<18} {common.printable(name)}  {rules}".rstrip()
    return f"{judgement.verdict.value:<10} {judgement.score:>4}  {shown}"
