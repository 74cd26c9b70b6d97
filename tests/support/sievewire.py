"""A certificate authority of our own, and a ManageSieve connection that hides nothing."""

from __future__ import annotations

import atexit
import base64
import contextlib
import functools
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from coldstop.demo.process import HOST, ServerError, need

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NAMES: Final = ("localhost", "mail.test")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a ManageSieve server said to one command (RFC 5804 §1.3)."""

    status: str
    """`OK`, `NO` or `BYE`."""
    text: bytes
    """The rest of the status line, literals filled in."""
    rows: tuple[bytes, ...]
    """The lines before it, literals filled in and line ends removed."""


class Authority:
    """A certificate authority of our own, in a temporary folder until Python ends."""

    def __init__(self) -> None:
        need("/usr/bin/openssl", "openssl")
        self.folder = Path(tempfile.mkdtemp(prefix="csca", dir="/tmp"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.ca = self.folder / "ca.pem"
        self._key = self.folder / "ca.key"
        usage = ("basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign")
        self._openssl(
            ["req", "-x509", *_EC, "-days", "30", "-subj", "/CN=Test CA"],
            ["-keyout", self._key, "-out", self.ca],
            [word for line in usage for word in ("-addext", line)],
        )

    def issue(self, folder: Path, names: Sequence[str] = NAMES, *, address: bool = True) -> None:
        """Write srv.pem and srv.key for these host names (and for 127.0.0.1) into a folder."""
        request, extensions = folder / "srv.csr", folder / "srv.ext"
        alternative = [f"DNS:{name}" for name in names] + [f"IP:{HOST}"] * address
        extensions.write_text(
            f"subjectAltName={','.join(alternative)}\nextendedKeyUsage=serverAuth\n"
            "basicConstraints=CA:FALSE\nsubjectKeyIdentifier=hash\n"
            "authorityKeyIdentifier=keyid\n",
            "ascii",
        )
        key, certificate = folder / "srv.key", folder / "srv.pem"
        self._openssl(["req", *_EC, "-subj", f"/CN={names[0]}", "-keyout", key, "-out", request])
        self._openssl(
            ["x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self._key],
            ["-CAcreateserial", "-days", "30", "-extfile", extensions, "-out", certificate],
        )

    @staticmethod
    def _openssl(*words: Iterable[object]) -> None:
        command = ["openssl", *(str(word) for group in words for word in group)]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode != 0:
            raise ServerError(done.stderr.decode("utf-8", "replace"))


_EC: Final = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


@functools.cache
def authority() -> Authority:
    """The one authority of this run."""
    return Authority()


class RawSieve:
    """A ManageSieve connection that hides nothing: what tests compare the publisher's work with."""

    def __init__(self, port: int, ca: Path, user: str, password: str) -> None:
        self._socket = socket.create_connection((HOST, port), 10)
        self._file = self._socket.makefile("rb")
        self._answer()
        self.do(b"STARTTLS")
        context = ssl.create_default_context(cafile=str(ca))
        self._socket = context.wrap_socket(self._socket, server_hostname="localhost")
        # timsieved sends its next lines when these are acknowledged: 40 ms later otherwise.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        self._file = self._socket.makefile("rb")
        self.greeting = self._answer().rows
        secret = base64.b64encode(f"\0{user}\0{password}".encode())
        self.do(b'AUTHENTICATE "PLAIN" "%s"' % secret)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.sendall(b"LOGOUT\r\n")  # Cyrus' timsieved crashes without it
            self._file.read()
        self._file.close()
        self._socket.close()

    def _answer(self) -> Answer:
        rows: list[bytes] = []
        while True:
            line = self._file.readline()
            if not line:
                raise ServerError("the ManageSieve server hung up")
            while (found := re.search(rb"\{(\d+)\+?\}\r\n\Z", line)) is not None:
                line = line[: found.start()] + self._file.read(int(found[1]))
                line += self._file.readline()
            line = line[:-2]
            word = line.split(b" ", 1)[0].upper()
            if word in (b"OK", b"NO", b"BYE"):
                return Answer(word.decode(), line[len(word) :].strip(), tuple(rows))
            rows.append(line)

    def ask(self, command: bytes, literal: bytes | None = None) -> Answer:
        """Send a command, with a script at its end if there is one."""
        if literal is not None:
            command += b" {%d+}\r\n%s" % (len(literal), literal)
        self._socket.sendall(command + b"\r\n")
        return self._answer()

    def do(self, command: bytes, literal: bytes | None = None) -> Answer:
        """Like `ask`, but raises ServerError if the server says no."""
        answer = self.ask(command, literal)
        if answer.status != "OK":
            raise ServerError(f"{command[:60]!r}: {answer.status} {answer.text!r}")
        return answer

    def names(self) -> dict[str, bool]:
        """Every script's name, and whether it is the active one."""
        found = {}
        for row in self.do(b"LISTSCRIPTS").rows:
            quoted = re.match(rb'"((?:[^"\\]|\\.)*)"(.*)\Z', row)
            name, rest = (quoted[1], quoted[2]) if quoted else (row, b"")
            found[name.decode()] = b"ACTIVE" in rest.upper()
        return found

    def get(self, name: str) -> bytes:
        """A script, byte for byte."""
        return self.do(b'GETSCRIPT "%s"' % name.encode()).rows[0]

    def put(self, name: str, script: bytes) -> None:
        """Store a script."""
        self.do(b'PUTSCRIPT "%s"' % name.encode(), script)

    def activate(self, name: str) -> None:
        """Make a stored script the active one; "" switches Sieve off."""
        self.do(b'SETACTIVE "%s"' % name.encode())
