"""What the verbs that ask an IMAP server share: its options, and how it writes folders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldstop.policy.folders import Naming
    from coldstop.publish.mailbox import Door

PortOption = Annotated[
    int | None,
    typer.Option(
        "--imap-port",
        envvar="COLDSTOP_IMAP_PORT",
        min=1,
        max=65535,
        help="The IMAP port: 993, or 143 with --imap-starttls.",
    ),
]
StartTlsOption = Annotated[
    bool,
    typer.Option(
        "--imap-starttls",
        envvar="COLDSTOP_IMAP_STARTTLS",
        help="STARTTLS instead of TLS from the first byte.",
    ),
]
HostOption = Annotated[
    str | None,
    typer.Option(
        "--imap-host",
        envvar="COLDSTOP_IMAP_HOST",
        help="The IMAP server, asked how it writes folders; by default --host.",
    ),
]


def port(given: int | None, *, starttls: bool) -> int:
    """The port, by default that of the kind of TLS."""
    return given or (143 if starttls else 993)


def asked(door: Door, password: Callable[[], str]) -> tuple[Naming | None, str]:
    """How a server says that it writes folders, or why that is not known. Never fails."""
    from coldstop.publish.errors import PublishError
    from coldstop.publish.mailbox import opened
    from coldstop.publish.namespace import ask

    try:
        with opened(door, password()) as box:
            found = ask(box)
    except PublishError as error:
        return None, error.message
    return found, "" if found else f"IMAP at {door} does not say it"
