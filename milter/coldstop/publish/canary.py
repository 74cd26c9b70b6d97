"""A canary: one harmless mail through the whole mail system, to see where it comes out.

ManageSieve tells that a script is stored and active, not that it runs, nor that mail still
arrives. So a message with a word made up for it is handed to an SMTP server, and looked for in
every folder over IMAP. The folder it lies in, and the flags of a script made with `--trace`, tell
the rest. Then that one message is deleted again, by its UID; other mail is not touched.

TLS with a verified certificate both ways, or nothing is sent. Passwords are in no message.

Fails (PublishError): UNREACHABLE, NO_TLS, BAD_CERTIFICATE, LOGIN_REFUSED before anything is sent;
REFUSED where the server does not take the message; GONE where a connection breaks off;
NOT_ARRIVED when the time is over.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import email.utils
import imaplib
import re
import secrets
import smtplib
import time
from dataclasses import dataclass
from email.message import EmailMessage
from typing import TYPE_CHECKING, Final

from coldstop.publish.errors import Code, PublishError
from coldstop.publish.folders import Folder, folders
from coldstop.publish.limits import LIMITS
from coldstop.publish.mailbox import (
    Door,
    connecting,
    no_tls,
    opened,
    refused_login,
    said,
    trusted,
)
from coldstop.publish.namespace import ask, difference

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coldstop.policy.folders import Naming

FIELD: Final = "Coldstop-Canary"
"""The field that the message is known by. Our milter removes `X-Coldstop-...` (H5)."""
_VERDICT: Final = "X-Coldstop-Verdict"
_TEXT: Final = """\
This message was sent by `coldstop sieve canary`, to see whether mail still arrives after a filter
was changed. It is deleted as soon as it has been found. If you read this, it can be deleted.
"""
_LOST: Final = (
    "look into the queue and the log of the mail server; a policy that discards or rejects it"
    " leaves no trace here"
)
_PAUSE: Final = 1.0


@dataclass(frozen=True, slots=True)
class Route:
    """Where a canary goes in, and where it comes out."""

    user: str
    """The login, for both servers."""
    recipient: str
    sender: str
    imap_host: str
    imap_port: int
    imap_starttls: bool
    """STARTTLS instead of TLS from the first byte."""
    smtp_host: str
    smtp_port: int
    smtp_implicit_tls: bool
    """TLS from the first byte instead of STARTTLS."""
    smtp_login: bool = True
    """Whether to log in; port 25 of a server takes mail for its own users without."""
    ca: Path | None = None
    """More certificate authorities to trust, as a PEM file."""

    @property
    def door(self) -> Door:
        """The way out."""
        return Door(self.imap_host, self.user, self.imap_port, self.imap_starttls, self.ca)


@dataclass(frozen=True, slots=True)
class Landing:
    """Where the message came out."""

    folder: str
    flags: tuple[str, ...]
    """Its flags and keywords, sorted."""
    seconds: float
    """From the moment that the SMTP server had taken it."""
    left: str = ""
    """Why the message is still there; "" if it is gone."""
    milter: str = ""
    """What our milter wrote as its verdict; "" if none is on the way."""
    naming: Naming | None = None
    """How the server says that it writes folders; None if it does not say."""
    unlike: str = ""
    """What the server says otherwise than the script was built."""

    @property
    def trace(self) -> tuple[str, ...]:
        """The flags of a script made with `--trace`, without what they have in common."""
        start = "$coldstop-"
        return tuple(flag[len(start) :] for flag in self.flags if flag.lower().startswith(start))


def message(route: Route, word: str, mail: bytes | None = None) -> bytes:
    """The message: one of our own, or `mail` with the word in a field on top."""
    if mail is not None:
        whole = re.sub(rb"\AFrom [^\n]*\n", b"", mail)
        return lines(f"{FIELD}: {word}\n".encode() + whole)
    made = EmailMessage()
    made["From"] = route.sender
    made["To"] = route.recipient
    made["Subject"] = f"coldstop canary {word}"
    made["Date"] = email.utils.localtime()
    made["Message-ID"] = f"<{word}@canary.invalid>"
    made["Auto-Submitted"] = "auto-generated"  # nobody's holiday script shall answer (RFC 3834)
    made[FIELD] = word
    made.set_content(_TEXT)
    return lines(made.as_bytes())


def lines(text: bytes) -> bytes:
    """Lines as SMTP has them."""
    return re.sub(rb"\r?\n", b"\r\n", text)


def fly(
    route: Route,
    password: str,
    *,
    mail: bytes | None = None,
    seconds: float = 60.0,
    keep: bool = False,
    built: Naming | None = None,
) -> Landing:
    """Send a message and wait until it is found; `keep` leaves it there.

    `built` is how the script writes folders, where that is known.
    """
    word = "coldstop" + secrets.token_hex(12)
    # First the way out: without it there is no use in sending.
    with opened(route.door, password) as box:
        naming = ask(box)
        unlike = difference(naming, built) if naming and built else ""
        _send(route, password, message(route, word, mail))
        sent = time.monotonic()
        while True:
            found = _look(box, word)
            if found is not None:
                folder, uid = found
                took = time.monotonic() - sent
                flags, verdict = flags_of(box, uid), _verdict(box, uid)
                left = "" if keep else remove(box, folder, uid)
                return Landing(folder.shown, flags, took, left, verdict, naming, unlike)
            if time.monotonic() - sent > seconds:
                raise PublishError(
                    Code.NOT_ARRIVED,
                    f"after {seconds:g} s the message is in no folder of {route.user}; it has the"
                    f" field {FIELD}: {word}",
                    unlike or _LOST,
                )
            time.sleep(_PAUSE)


# --- in ---------------------------------------------------------------------------------------


def _send(route: Route, password: str, raw: bytes) -> None:
    with outbox(route, password) as client:
        hand_over(client, route, raw)


@contextlib.contextmanager
def outbox(route: Route, password: str) -> Iterator[smtplib.SMTP]:
    """The way in, logged in; closed at the end."""
    where = f"{route.smtp_host}:{route.smtp_port}"
    with connecting("SMTP", where), contextlib.ExitStack() as stack:
        context, wait = trusted(route.ca), LIMITS.connect_seconds
        client: smtplib.SMTP
        if route.smtp_implicit_tls:
            client = smtplib.SMTP_SSL(
                route.smtp_host, route.smtp_port, timeout=wait, context=context
            )
            stack.callback(client.close)
        else:
            client = smtplib.SMTP(route.smtp_host, route.smtp_port, timeout=wait)
            stack.callback(client.close)
            try:
                client.starttls(context=context)
            except (smtplib.SMTPNotSupportedError, smtplib.SMTPResponseException):
                raise no_tls(where) from None
        if client.sock is not None:
            client.sock.settimeout(LIMITS.answer_seconds)
        if route.smtp_login:
            try:
                client.login(route.user, password)
            except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
                raise refused_login("SMTP", where, route.user, said(error)) from None
        yield client
        with contextlib.suppress(smtplib.SMTPException, OSError):
            client.quit()


def hand_over(client: smtplib.SMTP, route: Route, raw: bytes) -> None:
    """Send one message; REFUSED where the server does not take it."""
    where = f"{route.smtp_host}:{route.smtp_port}"
    try:
        client.sendmail(route.sender, [route.recipient], raw)
    except smtplib.SMTPRecipientsRefused as error:
        _, text = error.recipients[route.recipient]
        raise _refused(where, text.decode("utf-8", "replace")) from None
    except smtplib.SMTPResponseException as error:
        raise _refused(where, said(error)) from None


def _refused(where: str, said: str) -> PublishError:
    return PublishError(
        Code.REFUSED,
        f"{where} does not take the message: {said}",
        "name another sender with --from, or another server with --smtp-host",
    )


# --- out --------------------------------------------------------------------------------------


def _look(box: imaplib.IMAP4, word: str) -> tuple[Folder, str] | None:
    """Find the message; its folder is selected then."""
    for folder, uids in places(box, word):
        return folder, uids[-1]
    return None


def places(box: imaplib.IMAP4, word: str) -> Iterator[tuple[Folder, list[str]]]:
    """Every folder with messages whose field has a word, and their UIDs; it is selected then."""
    since = (dt.datetime.now(dt.UTC) - dt.timedelta(days=2)).strftime("%d-%b-%Y")
    for folder in folders(box):
        if box.select(folder.argument, readonly=True)[0] != "OK":
            continue
        kind, answer = box.uid("SEARCH", "SINCE", since, "HEADER", FIELD, word)
        uids = answer[0].split() if kind == "OK" and answer and answer[0] else []
        if uids:
            yield folder, [uid.decode("ascii") for uid in uids]


def flags_of(box: imaplib.IMAP4, uid: str) -> tuple[str, ...]:
    """The flags of a message in the selected folder, sorted."""
    _, rows = box.uid("FETCH", uid, "(FLAGS)")
    text = b" ".join(row for row in rows if isinstance(row, bytes))
    words = [flag.decode("utf-8", "replace") for flag in imaplib.ParseFlags(text)]
    return tuple(sorted(word for word in words if word.lower() != r"\recent"))


def _verdict(box: imaplib.IMAP4, uid: str) -> str:
    _, rows = box.uid("FETCH", uid, f"(BODY.PEEK[HEADER.FIELDS ({_VERDICT})])")
    text = b"".join(row[1] for row in rows if isinstance(row, tuple))
    return text.decode("utf-8", "replace").partition(":")[2].strip()


def remove(box: imaplib.IMAP4, folder: Folder, uid: str) -> str:
    """Delete one message; why not, or "". A plain EXPUNGE would take the reader's mail along."""
    box.select(folder.argument)
    kind, _ = box.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
    if kind != "OK":
        return "the server does not let it be deleted"
    # Asked again: before the login servers tell less, and imaplib remembers that.
    told = b" ".join(row for row in box.capability()[1] if isinstance(row, bytes))
    if b"UIDPLUS" not in told.upper().split():
        return "it is marked as deleted: the server cannot remove a single message"
    return "" if box.uid("EXPUNGE", uid)[0] == "OK" else "it is marked as deleted"
