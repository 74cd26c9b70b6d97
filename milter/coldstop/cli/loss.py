"""`coldstop sieve build --loss`: what a script loses, on the terminal or as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from coldstop.cli import common

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from coldstop.policy.effective import Policy
    from coldstop.sieve.compile import Compiled
    from coldstop.sieve.preview import Held
    from coldstop.sieve.report import Mails


def show(
    made: Compiled, policy: Policy, paths: Sequence[str], today: dt.date, *, as_json: bool
) -> None:
    """Print the report; with `paths` also which of that mail gets another verdict."""
    from coldstop.sieve import report
    from coldstop.sieve.preview import Held
    from coldstop.sieve.remains import remains

    held = Held(policy, made, today)
    mails = _mails(held, paths) if paths else None
    if as_json:
        found = report.as_json(made, remains(held), mails)
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for line in report.lines(made, remains(held), mails):
            typer.echo(line)


def remark(made: Compiled, policy: Policy, today: dt.date) -> None:
    """Say on standard error how much remains, where evidence for a pitch is missing."""
    from coldstop.sieve.preview import Held
    from coldstop.sieve.remains import head, is_weaker, remains

    if is_weaker(policy, made):
        typer.echo(head(made) or str(remains(Held(policy, made, today))), err=True)


def _mails(held: Held, paths: Sequence[str]) -> Mails:
    from coldstop.cli.sources import mails
    from coldstop.message.reader import read
    from coldstop.sieve.report import Mails

    count = 0
    different = []
    try:
        for name, raw in mails(paths):
            count += 1
            both = held.judgements(name, read(raw))
            if both.different:
                different.append(both)
    except OSError as error:
        common.fail(f"cannot read {error.filename}: {error.strerror}")
    return Mails(count, tuple(different))
