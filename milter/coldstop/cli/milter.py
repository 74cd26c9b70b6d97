"""`coldstop milter`: serve a mail server, or check the configuration for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coldstop.cli import common

if TYPE_CHECKING:
    from coldstop.daemon.config import Config


def milter(
    *,
    config: Annotated[
        str | None,
        typer.Option("--config", "-c", metavar="FILE", help="The daemon's configuration."),
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option("--policy", "-p", metavar="FILE|NAME", help="Without --config: the policy."),
    ] = None,
    socket: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Without --config: unix:/path or inet:port@host (unix:/run/coldstop/milter.sock).",
        ),
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option(
            metavar="MODE", help="Without --config: observe, tag or enforce (default: observe)."
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Check configuration and policies, and leave.")
    ] = False,
) -> None:
    """Run the milter in the foreground, by a configuration or by a few options.

    SIGHUP loads the policies anew, SIGTERM stops. Exit codes: 0 stopped as told, 69 the socket
    cannot be had, 78 the configuration or a policy cannot be used; with --check 0 fine, 1 problems
    found; 2 could not run.
    """
    if config is not None and (policy is not None or socket is not None or mode is not None):
        common.fail("either --config or --policy, --socket and --mode; they stand in the file, too")
    if config is not None:
        wanted = _from_file(Path(config), check=check)
    elif policy is not None:
        wanted = _from_options(policy, socket, mode)
    else:
        common.fail("say what to run: --config FILE, or --policy NAME for a quick start")
    if check:
        _check(wanted)
        return
    from coldstop.daemon.server import run

    raise typer.Exit(run(wanted))


def _from_file(path: Path, *, check: bool) -> Config:
    """Read the configuration file; its errors are problems for --check, else EX_CONFIG."""
    import os

    from coldstop.daemon.config import load_config
    from coldstop.policy.errors import PolicyErrors

    if not path.is_file():
        common.fail(f"{path}: no such file")
    try:
        return load_config(path)
    except PolicyErrors as errors:
        common.show_errors(errors.errors)
        raise typer.Exit(common.PROBLEMS if check else os.EX_CONFIG) from None


def _from_options(policy: str, socket: str | None, mode: str | None) -> Config:
    from coldstop.daemon.config import Config, Mode

    try:
        chosen = Mode.OBSERVE if mode is None else Mode(mode)
    except ValueError:
        common.fail(f"--mode wants one of {', '.join(Mode)}, not {mode!r}")
    if socket is None:
        return Config(policy=policy, mode=chosen)
    return Config(policy=policy, mode=chosen, socket=socket)


def _check(config: Config) -> None:
    """Load everything as the daemon would at its start, and say what it would run."""
    from coldstop.daemon.listener import ListenerError, parse
    from coldstop.daemon.reload import CasesFailed, load_snapshot
    from coldstop.policy.errors import PolicyErrors

    try:
        parse(config.socket)
        snapshot = load_snapshot(config, 1)
    except PolicyErrors as errors:
        common.show_errors(errors.errors)
        raise typer.Exit(common.PROBLEMS) from None
    except (CasesFailed, ListenerError) as error:
        typer.echo(f"coldstop: {error}", err=True)
        raise typer.Exit(common.PROBLEMS) from None
    from coldstop.cli.postfix import remarks

    for remark in remarks(config):
        typer.echo(f"coldstop: note: {remark}", err=True)
    typer.echo(f"fine: {config.socket}, mode {config.mode.value}, policies {snapshot.names}")
