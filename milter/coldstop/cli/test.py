"""`coldstop test`: run the cases that stand in a policy."""

from __future__ import annotations

from typing import Annotated

import typer

from coldstop.cli import common


def test(
    policies: Annotated[
        list[str], typer.Argument(metavar="POLICY...", help="Policy files, or shipped names.")
    ],
    *,
    on: common.DayOption = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show cases that hold.")] = False,
) -> None:
    """Run a policy's own tests: the mail of each case, judged and compared.

    Exit codes: 0 all hold, 1 a case fails, 2 a policy could not be loaded.
    """
    from coldstop.scorecard.cases import run_cases

    today = common.day(on)
    failed = passed = 0
    for name in policies:
        for result in run_cases(common.scorecard(name), today):
            if result.ok:
                passed += 1
                if verbose:
                    typer.echo(f"ok    {result.origin}  {result.title}")
                continue
            failed += 1
            typer.echo(f"FAIL  {result.origin}  {result.title}")
            for problem in result.problems:
                typer.echo(f"      {problem}")
            if result.judgement is not None:
                rules = ", ".join(f"{f.name} {f.points:+d}" for f in result.judgement.fired)
                typer.echo(f"      fired: {rules or 'nothing'}")
    typer.echo(f"{passed} passed, {failed} failed")
    if failed:
        raise typer.Exit(common.PROBLEMS)
