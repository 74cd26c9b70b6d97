"""What the verbs share: exit codes, the policy option, and errors as people read them."""

from __future__ import annotations

import datetime as dt
import errno
import sys
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldstop.policy.errors import PolicyError
    from coldstop.scorecard.resolve import Scorecard

PROBLEMS = 1
"""Exit code: it ran, and found something wrong."""
CANNOT_RUN = 2
"""Exit code: it could not do what was asked."""
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG})
"""Errors that end a command: whatever it would write next would not be there, either."""

PolicyOption = Annotated[
    str,
    typer.Option(
        "--policy",
        "-p",
        metavar="FILE|NAME",
        help="A policy file, or a shipped one: strict, passive, open, ray.",
    ),
]
DayOption = Annotated[
    str | None,
    typer.Option("--on", metavar="DATE", help="Judge as if it were this day (2027-03-01)."),
]
SeparatorOption = Annotated[
    str | None,
    typer.Option(
        "--separator",
        metavar="CHARACTER",
        help="What the host has between the levels of a folder: / or . most often.",
    ),
]
PrefixOption = Annotated[
    str | None,
    typer.Option(
        "--prefix", metavar="TEXT", help="What every folder begins with there, such as INBOX."
    ),
]


def printable(text: str) -> str:
    """Give text that drives no terminal: control characters and odd bytes become U+FFFD."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def fail(message: str) -> NoReturn:
    """Say on stderr why it cannot run, and leave with 2."""
    typer.echo(f"coldstop: {message}", err=True)
    raise typer.Exit(CANNOT_RUN)


def day(text: str | None) -> dt.date:
    """The day to judge on: the one asked for, or today."""
    if text is None:
        return dt.datetime.now().astimezone().date()
    try:
        asked = dt.date.fromisoformat(text)
    except ValueError:
        asked = None
    if asked is None or asked.isoformat() != text:
        fail(f"--on wants a date such as 2027-03-01, not {text!r}")
    return asked


def scorecard(policy: str) -> Scorecard:
    """Load a policy for a verb that needs a good one."""
    from coldstop.policy.errors import PolicyErrors
    from coldstop.scorecard.resolve import load_scorecard

    try:
        return load_scorecard(policy)
    except PolicyErrors as errors:
        show_errors(errors.errors)
        raise typer.Exit(CANNOT_RUN) from None


def show_errors(errors: Iterable[PolicyError]) -> None:
    """One error a paragraph: place, code, message, hint."""
    for error in errors:
        where = f"{error.file}:{error.line}:{error.column}"
        typer.echo(f"{where}: {error.severity} {error.code.value}: {error.message}", err=True)
        if error.hint:
            typer.echo(f"    hint: {error.hint}", err=True)


def interactive() -> bool:
    """Whether a person is watching stderr (progress bars)."""
    return sys.stderr.isatty()
