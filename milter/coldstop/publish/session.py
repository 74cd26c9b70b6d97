"""A logged-in ManageSieve connection: TLS with a verified certificate or none at all.

sievelib connects, starts TLS, checks the certificate and logs in; it never sends a password before
TLS, because it is told to start TLS first. Afterwards commands and answers go over its socket
through `wire`, byte for byte.

Every failure is a PublishError: UNREACHABLE, NO_TLS, BAD_CERTIFICATE, LOGIN_REFUSED while logging
in; GONE, CONFUSED, TOO_LARGE, REFUSED, QUOTA, BAD_SCRIPT later. Passwords are in no message.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import sievelib.managesieve as sievelib  # type: ignore[import-untyped]

from coldstop.publish import wire
from coldstop.publish.errors import Code, PublishError
from coldstop.publish.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PORT: Final = 4190
"""ManageSieve's port (RFC 5804 §1.8)."""
_OUT_OF_STEP: Final = "the server's answers do not fit the questions; nothing was changed"


@dataclass(frozen=True, slots=True)
class Account:
    """Whose scripts, and where."""

    host: str
    user: str
    port: int = PORT
    implicit_tls: bool = False
    """TLS from the first byte instead of STARTTLS; few servers have it."""
    ca: Path | None = None
    """More certificate authorities to trust, as a PEM file."""

    def __str__(self) -> str:
        where = self.host if self.port == PORT else f"{self.host}:{self.port}"
        return f"{self.user} at {where}"


class Session:
    """The scripts of one account. Use as a context manager: it says goodbye."""

    def __init__(self, account: Account, password: str) -> None:
        self.account = account
        self._client = sievelib.Client(account.host, account.port)
        self._reader = wire.Reader(self._receive)
        try:
            self._log_in(password)
            self._capabilities = self._read_capabilities()
            self._in_step()
        except BaseException:
            self._hang_up()
            raise

    # --- logging in -----------------------------------------------------------------------------

    def _log_in(self, password: str) -> None:
        where = f"{self.account.host}:{self.account.port}"
        implicit = self.account.implicit_tls
        try:
            with _surroundings(self.account.ca):
                fine = self._client.connect(
                    self.account.user, password, starttls=not implicit, ssl=implicit
                )
        except (sievelib.Error, OSError, ValueError, LookupError) as error:
            raise _connecting(error, where) from None
        if not isinstance(self._client.sock, ssl.SSLSocket):
            raise PublishError(Code.NO_TLS, f"{where} refuses to start TLS; no password was sent")
        if not fine:
            said = self._client.errmsg.decode("utf-8", "replace")
            self.close()
            raise PublishError(
                Code.LOGIN_REFUSED,
                f"{where} refuses the login of {self.account.user}: {said or 'no reason given'}",
                "check user name and password; with two-factor login an application password"
                " is needed",
            )
        self._client.sock.settimeout(LIMITS.answer_seconds)

    def _read_capabilities(self) -> dict[str, str]:
        # Asked again, after TLS and login: before, some servers tell less (`SASL ""`), and what
        # came before TLS anyone could have written.
        rows = self._do(b"CAPABILITY").rows
        words = [[value.decode("utf-8", "replace") for value in row] for row in rows]
        found = {row[0].upper(): " ".join(row[1:]) for row in words}
        if "IMPLEMENTATION" not in found or "SIEVE" not in found:  # RFC 5804 §1.7: always there
            raise PublishError(Code.CONFUSED, _OUT_OF_STEP)
        return found

    def _in_step(self) -> None:
        # Bytes smuggled in before TLS would shift every answer by one; NOOP's tag would not be
        # ours then (RFC 5804 §2.13). Servers without VERSION have no NOOP.
        if not self._capabilities.get("VERSION"):
            return
        tag = "coldstop" + secrets.token_hex(6)
        answer = self._exchange(b"NOOP " + wire.quoted(tag))
        known = answer.status == "OK" and answer.code == "TAG"
        if self._reader.pending or (known and answer.argument != tag):
            raise PublishError(Code.CONFUSED, _OUT_OF_STEP)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye (Cyrus' timsieved crashes otherwise) and hang up."""
        with contextlib.suppress(PublishError):
            self._exchange(b"LOGOUT")
        self._hang_up()

    def _hang_up(self) -> None:
        if self._client.sock is not None:
            self._client.sock.close()
            self._client.sock = None

    # --- what it can do -------------------------------------------------------------------------

    @property
    def implementation(self) -> str:
        """What the server calls itself."""
        return self._capabilities.get("IMPLEMENTATION", "")

    @property
    def extensions(self) -> tuple[str, ...]:
        """The Sieve extensions, as announced after login."""
        return tuple(self._capabilities.get("SIEVE", "").split())

    # --- scripts --------------------------------------------------------------------------------

    def names(self) -> tuple[tuple[str, ...], str]:
        """Every script's name, and the active one's ("" if Sieve is off)."""
        found = []
        active = ""
        for row in self._do(b"LISTSCRIPTS").rows:
            name = row[0].decode("utf-8", "surrogateescape")
            if len(row) > 2 or (len(row) == 2 and row[1].upper() != b"ACTIVE"):
                # Cyrus lists a name with a quote in it as it is: where it ends cannot be told, nor
                # whether it is the active one.
                raise PublishError(
                    Code.BAD_NAME,
                    f"the server lists a script beginning with {name!r} in a way that cannot be"
                    " read",
                    "rename that script; letters, digits, hyphens and spaces are safe",
                )
            found.append(name)
            if len(row) == 2:
                active = name
        return tuple(found), active

    def get(self, name: str) -> bytes:
        """A script, byte for byte."""
        rows = self._do(b"GETSCRIPT " + wire.quoted(name), name).rows
        if len(rows) != 1 or len(rows[0]) != 1:
            raise PublishError(Code.CONFUSED, f"the server did not send the script {name}")
        return rows[0][0]

    def check(self, name: str, text: bytes) -> str:
        """Let the server compile a script; its warnings. BAD_SCRIPT if it does not like it."""
        if not self._capabilities.get("VERSION"):
            return ""  # CHECKSCRIPT came with version 1.0 (RFC 5804 §2.12); PUTSCRIPT checks, too
        return _warnings(self._do(b"CHECKSCRIPT " + wire.literal(text), name))

    def space(self, name: str, size: int) -> None:
        """Ask whether a script of this size fits; QUOTA if not.

        Cyrus says no to replacing a script, too, where as many are there as may be, and means it.
        """
        self._do(b"HAVESPACE %s %d" % (wire.quoted(name), size), name)

    def put(self, name: str, text: bytes) -> str:
        """Store a script, exactly these bytes; the server's warnings."""
        return _warnings(
            self._do(b"PUTSCRIPT %s %s" % (wire.quoted(name), wire.literal(text)), name)
        )

    def activate(self, name: str) -> None:
        """Make a script the active one; "" switches Sieve off."""
        self._do(b"SETACTIVE " + wire.quoted(name), name)

    def delete(self, name: str) -> None:
        """Remove a script that is not active."""
        self._do(b"DELETESCRIPT " + wire.quoted(name), name)

    # --- the connection -------------------------------------------------------------------------

    def _do(self, command: bytes, name: str = "") -> wire.Answer:
        answer = self._exchange(command)
        if answer.status != "OK":
            raise _refusal(command.split(b" ", 1)[0].decode("ascii"), name, answer)
        return answer

    def _exchange(self, command: bytes) -> wire.Answer:
        if self._client.sock is None:
            raise PublishError(Code.GONE, "the connection is closed")
        try:
            self._client.sock.sendall(command + b"\r\n")
            return self._reader.answer()
        except TimeoutError:
            self._hang_up()
            raise PublishError(
                Code.GONE, f"the server was silent for {LIMITS.answer_seconds:g} s"
            ) from None
        except OSError as error:
            self._hang_up()
            raise PublishError(Code.GONE, f"the connection broke off: {error}") from None
        except PublishError:
            self._hang_up()  # out of step: nothing on this connection can be trusted any more
            raise

    def _receive(self, size: int) -> bytes:
        data: bytes = self._client.sock.recv(size)
        return data


@contextlib.contextmanager
def _surroundings(ca: Path | None) -> Iterator[None]:
    """What sievelib takes from its surroundings while it connects, having no parameters for it."""
    wait, read, trusted = (
        socket.getdefaulttimeout(),
        sievelib.Client.read_timeout,
        os.environ.get("SSL_CERT_FILE"),
    )
    try:
        socket.setdefaulttimeout(LIMITS.connect_seconds)
        sievelib.Client.read_timeout = LIMITS.answer_seconds
        if ca is not None:
            os.environ["SSL_CERT_FILE"] = str(ca)
        yield
    finally:
        socket.setdefaulttimeout(wait)
        sievelib.Client.read_timeout = read
        if ca is not None:
            del os.environ["SSL_CERT_FILE"]
            if trusted is not None:
                os.environ["SSL_CERT_FILE"] = trusted


def _connecting(error: Exception, where: str) -> PublishError:
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text or "certificate verify failed" in text.lower():
        reason = text.partition("failed: ")[2].partition(" (_ssl")[0] or text
        return PublishError(
            Code.BAD_CERTIFICATE,
            f"the certificate of {where} is not to be trusted: {reason}; no password was sent",
            "use the host name that the provider names; a private authority is added with"
            " --ca FILE. There is no way to go on without a check",
        )
    if "STARTTLS not supported" in text:
        return PublishError(
            Code.NO_TLS,
            f"{where} has no STARTTLS; no password was sent",
            "if it speaks TLS from the first byte: --implicit-tls",
        )
    if "SSL error" in text or isinstance(error, ssl.SSLError):
        return PublishError(Code.NO_TLS, f"TLS with {where} failed: {text}")
    return PublishError(
        Code.UNREACHABLE,
        f"no ManageSieve at {where}: {text}",
        "the port is 4190 almost everywhere; the provider's pages name the host",
    )


def _refusal(verb: str, name: str, answer: wire.Answer) -> PublishError:
    said = answer.text or "no reason given"
    what = f"{verb} {name}".strip()
    if answer.status == "BYE":
        return PublishError(Code.GONE, f"the server said goodbye to {what}: {said}")
    if answer.code.startswith("QUOTA"):
        return PublishError(
            Code.QUOTA,
            f"there is no room for {name}: {said}",
            "delete a script that is not needed; --mode block stores no more of them (Cyrus wants"
            " one to spare all the same); a policy with shorter lists takes less room",
        )
    if verb in ("CHECKSCRIPT", "PUTSCRIPT"):
        return PublishError(Code.BAD_SCRIPT, f"the server does not take {name}: {said}")
    return PublishError(Code.REFUSED, f"the server refuses {what}: {said}")


def _warnings(answer: wire.Answer) -> str:
    return answer.text if answer.code == "WARNINGS" else ""
