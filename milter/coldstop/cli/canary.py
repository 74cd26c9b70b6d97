"""`coldstop sieve canary`: mail through the whole mail system, to see where it comes out.

One mail, or with `--mail DIR` a folder of them, against what the judge says of each (`flock`).

Exit codes: 0 it arrived (and where `--expect` or the judge says), 1 it was refused, did not arrive
in time or lies elsewhere, 2 could not run.
"""

from __future__ import annotations

import os
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated

import typer

from coldstop.cli import common, flock, imap, publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.policy.folders import Naming
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
        typer.Option(
            "--mail",
            metavar="PATH",
            help="Send this mail instead of a harmless one; of a folder all, and compare.",
        ),
    ] = None,
    expect: Annotated[
        str | None, typer.Option("--expect", metavar="FOLDER", help="Where it must arrive.")
    ] = None,
    seconds: Annotated[
        int, typer.Option("--seconds", min=1, max=3600, help="How long to wait for it.")
    ] = 60,
    keep: Annotated[bool, typer.Option("--keep", help="Do not delete it afterwards.")] = False,
    policy: common.PolicyOption = "passive",
    on: common.DayOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --mail DIR: one JSON object a message.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="With --mail DIR: do not ask, however many there are.")
    ] = False,
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
    separator: common.SeparatorOption = None,
    prefix: common.PrefixOption = None,
    imap_port: imap.PortOption = None,
    imap_starttls: imap.StartTlsOption = False,
    ca: publish.CaOption = None,
    password_command: publish.PasswordOption = None,
) -> None:
    """Send one mail, find it again, say where it lies and what the script made of it, delete it.

    --mail DIR sends every mail of a folder and compares what became of it with what the judge says
    by --policy (and --on); --json, --yes and these two are for that alone.

    --separator and --prefix say how the script was built, where this machine did not publish it.

    Exit codes: 0 arrived, and where --expect says; 1 not so; 2 could not run.
    """
    from coldstop.policy.folders import PLAIN, FolderError
    from coldstop.publish.canary import Route, fly
    from coldstop.publish.errors import PublishError
    from coldstop.publish.secret import password
    from coldstop.publish.show import printable

    recipient = to or user
    if "@" not in recipient:
        common.fail(f"{user} is no address: say whom to send it, with --to ADDRESS")
    route = Route(
        user,
        recipient,
        sender or recipient,
        host,
        imap.port(imap_port, starttls=imap_starttls),
        imap_starttls,
        smtp_host or host,
        smtp_port or (465 if smtp_implicit_tls else 587),
        smtp_implicit_tls,
        not no_smtp_login,
        ca,
    )
    try:
        built = _built(host, user, separator, prefix)
    except FolderError as error:
        common.fail(f"{error.message}\n    hint: {error.hint}")
    if mail is not None and mail.is_dir():
        if expect is not None:
            common.fail("--expect is for one mail; of a folder the judge says where each belongs")
        flock.fly(
            route,
            lambda: password(password_command, f"{user} at {host}"),
            flock.Wanted(mail, policy, on, seconds, built, keep=keep, as_json=as_json, yes=yes),
        )
        return
    try:
        raw = mail.read_bytes() if mail is not None else None
    except OSError as error:
        common.fail(f"cannot read {mail}: {error.strerror}")
    try:
        secret = password(password_command, f"{user} at {host}")
        landing = fly(route, secret, mail=raw, seconds=seconds, keep=keep, built=built)
    except PublishError as error:
        publish.fail(error)
    for line in _told(landing, keep=keep):
        typer.echo(line)
    naming = landing.naming or built or PLAIN
    if landing.unlike:
        typer.echo(f"warning: {printable(landing.unlike)}")
    if expect is not None and landing.folder not in {expect, _named(expect, naming)}:
        named = _named(expect, naming)
        there = expect if named == expect else f"{expect}, which is {named} there"
        typer.echo(
            f"coldstop: it lies in {printable(landing.folder)}, not in {printable(there)}", err=True
        )
        if naming != PLAIN and built is None:
            typer.echo(f"    hint: a script for this server needs {naming.options}", err=True)
        raise typer.Exit(common.PROBLEMS)


def _built(host: str, user: str, separator: str | None, prefix: str | None) -> Naming | None:
    """How the script writes folders: as said, or as `plan` noted it; None if that is not known."""
    from coldstop.policy.folders import PLAIN, Naming, naming
    from coldstop.publish.errors import PublishError
    from coldstop.publish.session import PORT, Account
    from coldstop.publish.state import Store

    port = os.environ.get("COLDSTOP_SIEVE_PORT", "")
    known: Naming | None = None
    try:
        found = Store(Account(host, user, int(port) if port.isdecimal() else PORT)).load()
    except PublishError:
        pass  # `status` says what is wrong with it
    else:
        last = found.published
        known = Naming(last.separator, last.prefix) if last and last.separator else None
    if separator is None and prefix is None:
        return known
    return naming(separator, prefix, known or PLAIN)


def _named(folder: str, naming: Naming) -> str:
    """The server's name for a policy's folder; as it is, if it is the server's own already."""
    from coldstop.policy.folders import FolderError

    try:
        return naming.of(folder)
    except FolderError:
        return folder


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
