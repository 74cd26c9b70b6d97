"""`coldstop`: the verbs, and what every one of them shares.

Verbs import what they need when they run, so that `coldstop --help` answers at once.
Exit codes: 0 fine, 1 problems found, 2 could not run.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from coldstop import __version__
from coldstop.cli import check, demo, explain, judge, milter, policy, schema, sieve, test, trust

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
    """Run the command line; a closed pipe or Ctrl-C ends it quietly."""
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(2)
