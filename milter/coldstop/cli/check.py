"""`coldstop check`: whether policies are well-formed and sensible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from coldstop.cli import common

if TYPE_CHECKING:
    from coldstop.policy.errors import PolicyError


def check(
    policies: Annotated[
        list[str], typer.Argument(metavar="POLICY...", help="Policy files, or shipped names.")
    ],
    *,
    strict: Annotated[bool, typer.Option(help="Let warnings fail the check, too.")] = False,
) -> None:
    """Check policies: every error with file, line, column and a hint.

    Exit codes: 0 no errors, 1 errors found, 2 a policy could not be read.
    """
    from coldstop.policy.errors import Code, PolicyErrors, Severity, in_order
    from coldstop.policy.lint import lint
    from coldstop.policy.load import load_policy
    from coldstop.scorecard.resolve import resolve

    worst = 0
    for name in policies:
        found: list[PolicyError] = []
        try:
            policy = load_policy(name)
            found = lint(policy)
            resolve(policy)
        except PolicyErrors as errors:
            common.show_errors(in_order([*found, *errors.errors]))
            missing = any(one.code is Code.UNREADABLE for one in errors.errors)
            worst = max(worst, common.CANNOT_RUN if missing else common.PROBLEMS)
            continue
        common.show_errors(found)
        errors_found = [one for one in found if one.severity is Severity.ERROR or strict]
        if errors_found:
            worst = max(worst, common.PROBLEMS)
        else:
            typer.echo(
                f"{name}: fine ({len(policy.rules)} rules, "
                f"{sum(map(len, policy.lists.values()))} list entries, "
                f"revision {policy.revision}, {len(policy.cases)} cases; run: coldstop test {name})"
            )
    if worst:
        raise typer.Exit(worst)
