"""`coldstop demo`: the shipped samples, through real servers, and what became of them."""

from __future__ import annotations

from typing import Annotated

import typer

from coldstop.cli import common


def demo(
    *,
    policy: common.PolicyOption = "samples",
    keep: Annotated[
        bool,
        typer.Option("--keep", help="Leave the servers up for a mail client, until Enter."),
    ] = False,
) -> None:
    """Send the sample mails through a private Postfix, milter and Dovecot, and look for them.

    Needs root (Postfix), touches no other server on this machine, and takes everything away again.
    Exit codes: 0 every mail was where its verdict says, 1 one was not, 2 could not run.
    """
    import os

    if os.geteuid() != 0:
        common.fail("the demo starts a private Postfix, which only root can: sudo coldstop demo")
    from coldstop.demo.run import Stopped, run
    from coldstop.demo.servers import ServerError

    common.scorecard(policy)  # a broken policy is told with file and line, before any server starts
    try:
        ok = run(policy, keep=keep)
    except ServerError as error:
        common.fail(str(error))
    except Stopped as stopped:
        typer.echo("stopped", err=True)
        raise typer.Exit(stopped.code) from None
    if not ok:
        raise typer.Exit(common.PROBLEMS)
