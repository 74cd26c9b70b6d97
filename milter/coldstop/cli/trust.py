"""`coldstop trust`: what to write into `trust`, found out from received mail."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from coldstop.cli import common

MAILS = 5_000
"""More mails say nothing new."""


def trust(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="Received mail: files, folders, mboxes, Maildirs, or -."
        ),
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The proposal as JSON.")] = False,
) -> None:
    """Read received mail and say whose word on authentication to trust, and why.

    Exit codes: 0 proposed something, 1 found nothing to trust, 2 a file could not be read.
    """
    from itertools import islice
    from pathlib import Path

    from coldstop.cli.progress import tracked
    from coldstop.cli.sources import files, mails
    from coldstop.trust.propose import propose
    from coldstop.trust.show import record, words
    from coldstop.trust.survey import Sighting, look

    if "" in paths:
        common.fail("one of the paths is empty; . is the current folder")
    single = [
        str(file) for path in paths for file in ([path] if path == "-" else files(Path(path)))
    ]
    sightings: list[Sighting] = []
    unread = 0
    for path in tracked(single, "reading"):
        try:
            found = islice(mails((path,)), MAILS - len(sightings))
            sightings += [look(raw) for _, raw in found]
        except OSError as error:
            unread += 1
            typer.echo(f"coldstop: {path}: {error.strerror or error}", err=True)
        if len(sightings) == MAILS:
            typer.echo(f"coldstop: read the first {MAILS} mails, not the rest", err=True)
            break
    if not sightings:
        common.fail("no mail there to read")
    proposal = propose(sightings)
    if as_json:
        typer.echo(json.dumps(record(proposal), indent=2))
    else:
        typer.echo(words(proposal), nl=False)
    if unread:
        raise typer.Exit(common.CANNOT_RUN)
    if not proposal.authserv:
        raise typer.Exit(common.PROBLEMS)
