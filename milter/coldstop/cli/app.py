"""`coldstop`: the verbs, and what every one of them shares.

Verbs import what they need when they run, so that `coldstop --help` answers at once.
Exit codes: 0 fine, 1 problems found, 2 could not run.
"""

from __future__ import annotations

import contextlib
import io
import sys
from typing import Annotated, TextIO

import typer

from coldstop import __version__
from coldstop.cli import check, demo, explain, judge, milter, policy, schema, sieve, test, trust
from coldstop.cli.common import CANNOT_RUN, NO_ROOM

app = typer.Typer(
    name="coldstop",
    help="Judge cold recruiting mail by a policy that its reader can read.",
    epilog="Start with: coldstop explain FILE --policy passive",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("check")(check.check)
app.command("test")(test.test)
app.command("explain")(explain.explain)
app.command("judge")(judge.judge)
app.command("trust")(trust.trust)
app.command("schema")(schema.schema)
app.command("milter")(milter.milter)
app.command("demo")(demo.demo)
app.add_typer(policy.app, name="policy")
app.add_typer(sieve.app, name="sieve")


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer hands over a flag
    if wanted:
        typer.echo(f"coldstop {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Judge cold recruiting mail by a policy that its reader can read."""


def main() -> None:
    """Run the command line; a closed pipe or Ctrl-C ends it quietly, a full disk with one line."""
    for stream in (sys.stdout, sys.stderr):
        # File names may be any bytes, terminals may know ASCII or Latin-1 alone.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        try:
            app()
        finally:
            sys.stdout.flush()  # here, and not at the interpreter's end, where it cannot be told
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(CANNOT_RUN)
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        _close(sys.stdout)
        typer.echo(f"coldstop: cannot write: {error.strerror}", err=True)
        sys.exit(CANNOT_RUN)


def _close(stream: TextIO) -> None:
    """Close without another complaint about what could not be written."""
    with contextlib.suppress(OSError):
        stream.close()
