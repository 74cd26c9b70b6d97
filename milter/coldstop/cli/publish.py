"""`coldstop sieve plan|apply|status|rollback`: a policy on a ManageSieve server, and off again.

Exit codes. `plan`: 0 nothing to do, 1 could not run, 2 something to do (whatever is wrong with the
command line is 1 as well). The others: 0 fine, 1 problems found (drift; the server is not as it
was planned for; something went wrong half-way and was undone), 2 could not run.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import typer
from typer.core import TyperCommand

from coldstop.cli import common, imap, offers

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldstop.publish.apply import Done
    from coldstop.publish.errors import PublishError
    from coldstop.publish.session import Account, Session

SOMETHING_TO_DO: Final = 2
"""Exit code of `plan`: it ran, and there is something to apply."""
PLAN_FAILED: Final = 1
"""Exit code of `plan`: it could not run."""

HostOption = Annotated[
    str,
    typer.Option("--host", envvar="COLDSTOP_SIEVE_HOST", help="The ManageSieve server."),
]
UserOption = Annotated[
    str,
    typer.Option("--user", envvar="COLDSTOP_SIEVE_USER", help="The login, often the address."),
]
PortOption = Annotated[
    int,
    typer.Option("--port", envvar="COLDSTOP_SIEVE_PORT", min=1, max=65535, help="Its port."),
]
TlsOption = Annotated[
    bool,
    typer.Option("--implicit-tls", help="TLS from the first byte instead of STARTTLS."),
]
CaOption = Annotated[
    Path | None,
    typer.Option(
        "--ca",
        envvar="COLDSTOP_SIEVE_CA",
        metavar="FILE",
        help="Trust the authorities in this PEM file, too.",
    ),
]
PasswordOption = Annotated[
    str | None,
    typer.Option(
        "--password-command",
        metavar="COMMAND",
        help="Prints the password; otherwise COLDSTOP_SIEVE_PASSWORD or a prompt.",
    ),
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Overwrite or delete what others wrote or edited.")
]


class PlanCommand(TyperCommand):
    """`plan` ends with 2 when there is something to do, so a wrong command line must end with 1."""

    def make_context(self, *arguments: Any, **more: Any) -> Any:
        """Read the command line."""
        try:
            return super().make_context(*arguments, **more)
        except Exception as error:
            if getattr(error, "exit_code", None) == common.CANNOT_RUN:
                error.exit_code = PLAN_FAILED  # type: ignore[attr-defined]
            raise


def register(app: typer.Typer) -> None:
    """Add the four verbs to a group."""
    app.command("plan", cls=PlanCommand)(plan)
    app.command("apply")(apply)
    app.command("status")(status)
    app.command("rollback")(rollback)


def plan(
    *,
    host: HostOption,
    user: UserOption,
    policy: common.PolicyOption = "passive",
    script: Annotated[
        Path | None,
        typer.Option("--script", metavar="FILE", help="Publish this script, not a policy."),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option("--target", "-t", help="The kind of server, or a file; by default found out."),
    ] = None,
    mode: Annotated[
        str,
        typer.Option("--mode", help="include: a wrapper; block: within your script; or auto."),
    ] = "auto",
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help="Where the plan goes.")
    ] = Path("coldstop.plan"),
    behind_milter: Annotated[
        bool, typer.Option("--behind-milter", help="The server runs coldstop's milter.")
    ] = False,
    trace: Annotated[
        bool, typer.Option("--trace", help="Mark each mail with its score, as IMAP keywords.")
    ] = False,
    trim: Annotated[
        bool,
        typer.Option("--trim", help="Leave out rules, too, the least worth first, until it fits."),
    ] = False,
    on: common.DayOption = None,
    separator: common.SeparatorOption = None,
    prefix: common.PrefixOption = None,
    imap_host: imap.HostOption = None,
    imap_port: imap.PortOption = None,
    imap_starttls: imap.StartTlsOption = False,
    full: Annotated[bool, typer.Option("--full", help="Show long diffs whole.")] = False,
    port: PortOption = 4190,
    implicit_tls: TlsOption = False,
    ca: CaOption = None,
    password_command: PasswordOption = None,
) -> None:
    """Show what would change on the server, and write it down for `apply`.

    Folders are written as --separator and --prefix say, else as the target is known to, else as the
    IMAP server says.

    Exit codes: 0 nothing to do, 1 could not run, 2 something to do. Changes nothing.
    """
    from coldstop.policy.errors import PolicyErrors
    from coldstop.publish import apply as applying
    from coldstop.publish import plan as planning
    from coldstop.publish import show, snapshot
    from coldstop.publish.errors import PublishError
    from coldstop.publish.limits import LIMITS
    from coldstop.publish.mailbox import Door
    from coldstop.publish.session import Account
    from coldstop.publish.state import Store

    if mode not in ("auto", "include", "block"):
        typer.echo(f"coldstop: --mode is auto, include or block, not {mode!r}", err=True)
        raise typer.Exit(PLAN_FAILED)
    try:
        today = common.day(on)
    except typer.Exit:
        raise typer.Exit(PLAN_FAILED) from None
    account = Account(host, user, port, implicit_tls, ca)
    secret = _secret(account, password_command)
    door = Door(
        imap_host or host,
        user,
        imap.port(imap_port, starttls=imap_starttls),
        imap_starttls,
        ca,
        LIMITS.ask_seconds,
    )
    try:
        wanted = offers.wanted(
            policy,
            script,
            target,
            behind_milter=behind_milter,
            trace=trace,
            trim=trim,
            today=today,
            fixed=on is not None,
            folders=offers.Folders(separator, prefix, lambda: imap.asked(door, secret)),
        )
        state = Store(account).load()
        with _opener(account, secret)() as session:
            include = mode == "include" or (mode == "auto" and "include" in session.extensions)
            seen = snapshot.take(session, state.names)
            offer = wanted(session)
            made = planning.make(
                account,
                offer,
                seen,
                state,
                implementation=session.implementation,
                mode="include" if include else "block",
            )
            said = applying.preflight(session, made.steps)
        if offer.left_out:
            typer.echo(offer.left_out, err=True)
        if not made.steps:
            typer.echo(f"nothing to do: {account} has revision {made.revision} already")
            for line in (*made.warnings, *offer.notes):
                typer.echo(f"note: {show.printable(line)}")
            return
        planning.save(made, out)
    except PublishError as error:
        fail(error, PLAN_FAILED)
    except PolicyErrors as errors:
        common.show_errors(errors.errors)
        raise typer.Exit(PLAN_FAILED) from None
    except OSError as error:
        typer.echo(f"coldstop: cannot write {out}: {error.strerror}", err=True)
        raise typer.Exit(PLAN_FAILED) from None
    for line in show.render(made, seen, full=full):
        typer.echo(line)
    for line in said:
        typer.echo(f"the server warns: {show.printable(line)}")
    for line in offer.notes:
        typer.echo(f"note: {show.printable(line)}")
    typer.echo(f"\nThis is written to {out}. To do it: coldstop sieve apply {out}")
    raise typer.Exit(SOMETHING_TO_DO)


def apply(
    file: Annotated[
        Path, typer.Argument(metavar="PLAN", help="What `coldstop sieve plan` wrote.")
    ] = Path("coldstop.plan"),
    *,
    force: ForceOption = False,
    ca: CaOption = None,
    password_command: PasswordOption = None,
) -> None:
    """Do what a plan says, or leave the server as it was.

    Exit codes: 0 done, 1 not done (the server is as it was, or it is said where not), 2 could not
    run.
    """
    from coldstop.publish import apply as applying
    from coldstop.publish import plan as planning
    from coldstop.publish.errors import PublishError
    from coldstop.publish.session import Account
    from coldstop.publish.state import Store

    try:
        found = planning.load(file)
        account = Account(found.host, found.user, found.port, found.implicit_tls, ca)
        done = applying.apply(
            found, _opener(account, _secret(account, password_command)), Store(account), force=force
        )
    except PublishError as error:
        fail(error)
    _tell(done, "nothing to do: the plan was applied already")


def status(
    *,
    host: HostOption,
    user: UserOption,
    port: PortOption = 4190,
    implicit_tls: TlsOption = False,
    ca: CaOption = None,
    password_command: PasswordOption = None,
) -> None:
    """Tell whether the server still is as published: nothing edited, deleted or switched off.

    Exit codes: 0 all is as published (or nothing is), 1 it is not, 2 could not run.
    """
    from coldstop.publish import show, snapshot
    from coldstop.publish import status as looking
    from coldstop.publish.errors import PublishError
    from coldstop.publish.session import Account
    from coldstop.publish.state import Store

    account = Account(host, user, port, implicit_tls, ca)
    try:
        state = Store(account).load()
        with _opener(account, _secret(account, password_command))() as session:
            report = looking.compare(snapshot.take(session, state.names), state)
    except PublishError as error:
        fail(error, common.CANNOT_RUN)
    if not report.published:
        typer.echo(f"nothing is published for {account}")
        return
    if state.published is not None:
        last = state.published
        typer.echo(
            f"{account}: policy {last.policy}, revision {last.revision}, for {last.target},"
            f" since {last.when}"
        )
    for line in report.drift:
        typer.echo(f"drift: {show.printable(line)}")
    for line in report.notes:
        typer.echo(f"note: {show.printable(line)}")
    if report.drift:
        typer.echo("`coldstop sieve plan` shows the way back to the policy.")
        raise typer.Exit(common.PROBLEMS)
    typer.echo("all is as published")


def rollback(
    *,
    host: HostOption,
    user: UserOption,
    port: PortOption = 4190,
    implicit_tls: TlsOption = False,
    ca: CaOption = None,
    force: ForceOption = False,
    password_command: PasswordOption = None,
) -> None:
    """Give the account its own script back, byte for byte, and remove ours.

    Exit codes: 0 done, 1 not done, or something of ours was edited and stays, 2 could not run.
    """
    from coldstop.publish import rollback as going
    from coldstop.publish.errors import PublishError
    from coldstop.publish.session import Account
    from coldstop.publish.state import Store

    account = Account(host, user, port, implicit_tls, ca)
    try:
        done = going.rollback(
            _opener(account, _secret(account, password_command)), Store(account), force=force
        )
    except PublishError as error:
        fail(error)
    _tell(done, "nothing to do: there is nothing of ours")
    if done.warnings:
        raise typer.Exit(common.PROBLEMS)


def _secret(account: Account, command: str | None) -> Callable[[], str]:
    """Give the password, which is asked for once, and only when it is needed."""
    from coldstop.publish.secret import password

    return functools.cache(lambda: password(command, str(account)))


def _opener(account: Account, secret: Callable[[], str]) -> Callable[[], Session]:
    """Open sessions."""
    from coldstop.publish.session import Session

    return lambda: Session(account, secret())


def fail(error: PublishError, code: int | None = None) -> NoReturn:
    """Say what went wrong and end: with 2 before anything was asked of the account, else with 1."""
    from coldstop.publish.errors import COULD_NOT_RUN
    from coldstop.publish.show import printable

    lines = str(error).split("\n")
    typer.echo(
        "\n".join(["coldstop: " + printable(lines[0]), *map(printable, lines[1:])]), err=True
    )
    if code is None:
        code = common.CANNOT_RUN if error.code in COULD_NOT_RUN else common.PROBLEMS
    raise typer.Exit(code)


def _tell(done: Done, nothing: str) -> None:
    from coldstop.publish.show import printable

    for line in done.did or (nothing,):
        typer.echo(printable(line))
    for line in done.notes:
        typer.echo(f"note: {printable(line)}")
    for line in done.warnings:
        typer.echo(f"warning: {printable(line)}", err=True)
