"""`coldstop policy show`: the effective policy, with the origin of every value."""

from __future__ import annotations

from typing import Annotated

import typer

from coldstop.cli import common

app = typer.Typer(
    help="Look at policies: what they come to after merging.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _policy() -> None:
    """Look at policies: what they come to after merging."""


@app.command("show")
def show(
    name: Annotated[
        str | None, typer.Argument(metavar="POLICY", help="A policy file, or a shipped name.")
    ] = None,
    *,
    config: Annotated[
        str | None,
        typer.Option("--config", "-c", metavar="FILE", help="The daemon's configuration."),
    ] = None,
    recipient: Annotated[
        str | None,
        typer.Option("--for", metavar="ADDRESS", help="The policy that judges this mailbox."),
    ] = None,
) -> None:
    """Show a policy after `extends` (or a mailbox's after the map), every value with file:line."""
    from coldstop.policy.errors import PolicyErrors
    from coldstop.policy.load import load_policy
    from coldstop.policy.show import render

    try:
        if config is not None:
            from coldstop.daemon.config import load_config
            from coldstop.policy.mailboxes import load_mailboxes

            found = load_config(config)
            boxes = load_mailboxes(found.policy, found.domains, found.mailboxes)
            policy = boxes.policy_for(recipient or "")
        elif name is not None:
            policy = load_policy(name)
        else:
            common.fail("name a policy, or --config FILE --for ADDRESS")
    except PolicyErrors as errors:
        common.show_errors(errors.errors)
        raise typer.Exit(common.CANNOT_RUN) from None
    typer.echo(render(policy), nl=False)
