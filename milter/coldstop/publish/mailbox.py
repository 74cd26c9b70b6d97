"""A mailbox over IMAP: TLS with a verified certificate, then a login, or nothing.

    with opened(Door("imap.example.org", "ray"), password) as box:
        folders(box)

Fails (PublishError): UNREACHABLE, NO_TLS, BAD_CERTIFICATE, LOGIN_REFUSED, GONE. Passwords are in no
message.
"""

from __future__ import annotations

import contextlib
import imaplib
import smtplib
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldstop.publish.errors import Code, PublishError
from coldstop.publish.folders import quoted
from coldstop.publish.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Door:
    """Where a mailbox is opened."""

    host: str
    user: str
    port: int = 993
    starttls: bool = False
    """STARTTLS instead of TLS from the first byte."""
    ca: Path | None = None
    """More certificate authorities to trust, as a PEM file."""
    seconds: float = LIMITS.connect_seconds
    """For the TCP connection."""

    def __str__(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"


def trusted(ca: Path | None) -> ssl.SSLContext:
    """The authorities of this machine, and those of a file; BAD_CERTIFICATE if it has none."""
    context = ssl.create_default_context()
    if ca is not None:
        try:
            context.load_verify_locations(ca)
        except (OSError, ssl.SSLError):
            raise PublishError(Code.BAD_CERTIFICATE, f"{ca} holds no certificates") from None
    return context


@contextlib.contextmanager
def opened(door: Door, password: str) -> Iterator[imaplib.IMAP4]:
    """A mailbox, logged in; closed at the end."""
    where = str(door)
    with connecting("IMAP", where):
        context, wait = trusted(door.ca), door.seconds
        if door.starttls:
            client = imaplib.IMAP4(door.host, door.port, timeout=wait)
        else:
            client = imaplib.IMAP4_SSL(door.host, door.port, ssl_context=context, timeout=wait)
        try:
            if door.starttls:
                _start_tls(client, where, context)
            client.sock.settimeout(LIMITS.answer_seconds)
            _log_in(client, where, door.user, password)
        except BaseException:
            with contextlib.suppress(OSError):  # TLS that failed has taken the socket along
                client.shutdown()
            raise
    try:
        with connecting("IMAP", where):
            yield client
    finally:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            client.logout()


def _start_tls(client: imaplib.IMAP4, where: str, context: ssl.SSLContext) -> None:
    if "STARTTLS" not in client.capabilities:
        raise no_tls(where)
    client.starttls(context)


def _log_in(client: imaplib.IMAP4, where: str, user: str, password: str) -> None:
    secret = f"\0{user}\0{password}".encode()
    try:
        if "AUTH=PLAIN" in client.capabilities:
            client.authenticate("PLAIN", lambda _: secret)
        else:
            client.login(quoted(user), password)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeError) as error:
        words = "" if isinstance(error, UnicodeError) else said(error)
        raise refused_login("IMAP", where, user, words) from None


@contextlib.contextmanager
def connecting(what: str, where: str) -> Iterator[None]:
    """What goes wrong on the way, in words."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise PublishError(
            Code.BAD_CERTIFICATE,
            f"the certificate of {where} is not to be trusted: {error.verify_message}; nothing was"
            " sent",
            "use the host name that the provider names; a private authority is added with"
            " --ca FILE",
        ) from None
    except ssl.SSLError as error:
        raise PublishError(
            Code.NO_TLS,
            f"TLS with {where} failed: {error.reason or error}",
            "for STARTTLS on the IMAP port there is --imap-starttls; for TLS from the first byte"
            " on the SMTP port --smtp-implicit-tls",
        ) from None
    except (smtplib.SMTPException, imaplib.IMAP4.error, EOFError) as error:
        raise PublishError(Code.GONE, f"{what} at {where} broke off: {said(error)}") from None
    except OSError as error:
        raise PublishError(
            Code.UNREACHABLE,
            f"no {what} at {where}: {error.strerror or error}",
            "name host and port: --imap-port, --smtp-host, --smtp-port",
        ) from None


def no_tls(where: str) -> PublishError:
    """The server has no STARTTLS."""
    return PublishError(Code.NO_TLS, f"{where} has no STARTTLS; nothing was sent")


def refused_login(what: str, where: str, user: str, words: str) -> PublishError:
    """The server does not let this user in."""
    return PublishError(
        Code.LOGIN_REFUSED,
        f"{what} at {where} refuses the login of {user}: {words or 'no reason given'}",
        "check user name and password; with two-factor login an application password is needed",
    )


def said(error: Exception) -> str:
    """What the server said, never what was sent to it."""
    said = getattr(error, "smtp_error", None) or (error.args[0] if error.args else "")
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
