"""`coldstop sieve canary`: one mail through the whole mail system, to see where it comes out.

Exit codes: 0 it arrived (and where `--expect` says), 1 it was refused, did not arrive in time or
lies elsewhere, 2 could not run.
"""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated

import typer

from coldstop.cli import common, publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.publish.canary import Landing


def register(app: typer.Typer) -> None:
    """Add the verb to a group."""
    app.command("canary")(canary)


def canary(
    *,
    host: Annotated[
        str, typer.Option("--host", envvar="COLDSTOP_SIEVE_HOST", help="The IMAP server.")
    ],
    user: publish.UserOption,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="ADDRESS", help="Whom to send it; by default the login."),
    ] = None,
    sender: Annotated[
        str | None,
        typer.Option("--from", metavar="ADDRESS", help="The sender; by default the recipient."),
    ] = None,
    mail: Annotated[
        Path | None,
        typer.Option("--mail", metavar="FILE", help="Send this mail instead of a harmless one."),
    ] = None,
    expect: Annotated[
        str | None, typer.Option("--expect", metavar="FOLDER", help="Where it must arrive.")
    ] = None,
    seconds: Annotated[
        int, typer.Option("--seconds", min=1, max=3600, help="How long to wait for it.")
    ] = 60,
    keep: Annotated[bool, typer.Option("--keep", help="Do not delete it afterwards.")] = False,
    smtp_host: Annotated[
        str | None,
        typer.Option(
            "--smtp-host", envvar="COLDSTOP_SMTP_HOST", help="Where to send; by default --host."
        ),
    ] = None,
    smtp_port: Annotated[
        int | None,
        typer.Option(
            "--smtp-port",
            envvar="COLDSTOP_SMTP_PORT",
            min=1,
            max=65535,
            help="Its port: 587, or 465 with --smtp-implicit-tls.",
        ),
    ] = None,
    smtp_implicit_tls: Annotated[
        bool,
        typer.Option("--smtp-implicit-tls", help="TLS from the first byte instead of STARTTLS."),
    ] = False,
    no_smtp_login: Annotated[
        bool, typer.Option("--no-smtp-login", help="Send without logging in, as a stranger would.")
    ] = False,
    imap_port: Annotated[
        int | None,
        typer.Option(
            "--imap-port",
            envvar="COLDSTOP_IMAP_PORT",
            min=1,
            max=65535,
            help="The IMAP port: 993, or 143 with --imap-starttls.",
        ),
    ] = None,
    imap_starttls: Annotated[
        bool,
        typer.Option(
            "--imap-starttls",
            envvar="COLDSTOP_IMAP_STARTTLS",
            help="STARTTLS instead of TLS from the first byte.",
        ),
    ] = False,
    ca: publish.CaOption = None,
    password_command: publish.PasswordOption = None,
) -> None:
    """Send one mail, find it again, say where it lies and what the script made of it, delete it.

    Exit codes: 0 arrived, and where --expect says; 1 not so; 2 could not run.
    """
    from coldstop.publish.canary import Route, fly
    from coldstop.publish.errors import PublishError
    from coldstop.publish.secret import password

    recipient = to or user
    if "@" not in recipient:
        common.fail(f"{user} is no address: say whom to send it, with --to ADDRESS")
    route = Route(
        user,
        recipient,
        sender or recipient,
        host,
        imap_port or (143 if imap_starttls else 993),
        imap_starttls,
        smtp_host or host,
        smtp_port or (465 if smtp_implicit_tls else 587),
        smtp_implicit_tls,
        not no_smtp_login,
        ca,
    )
    try:
        raw = mail.read_bytes() if mail is not None else None
    except OSError as error:
        common.fail(f"cannot read {mail}: {error.strerror}")
    try:
        secret = password(password_command, f"{user} at {host}")
        landing = fly(route, secret, mail=raw, seconds=seconds, keep=keep)
    except PublishError as error:
        publish.fail(error)
    for line in _told(landing, keep=keep):
        typer.echo(line)
    if expect is not None and expect != landing.folder:
        typer.echo(f"coldstop: it lies in {landing.folder}, not in {expect}", err=True)
        raise typer.Exit(common.PROBLEMS)


def _told(landing: Landing, *, keep: bool) -> Iterator[str]:
    from coldstop.publish.show import printable

    yield f"arrived in {printable(landing.folder)} after {landing.seconds:.1f} s"
    if landing.milter:
        yield f"the milter says: {printable(landing.milter)}"
    if landing.trace:
        yield f"the script says: {printable(', '.join(landing.trace))}"
    elif not landing.milter:
        yield (
            "no flags of a script: mail arrives, but whether the script ran is not shown"
            " (publish it with --trace, or send what it files: --mail FILE --expect FOLDER)"
        )
    if landing.left:
        yield f"note: the message is still there: {landing.left}"
    elif not keep:
        yield "deleted again"
