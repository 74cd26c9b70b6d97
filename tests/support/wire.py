"""A small client of the milter protocol, version 6: drives a filter in any order of callbacks.

Stands in for the mail server where a test needs what no mail server would send. It keeps to what
was negotiated: a step whose reply the filter negotiated away is sent and not waited for; a step
that the filter does not want is not sent.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VERSION: Final = 6
ACTIONS: Final = 0x1FF  # SMFIF_*: everything up to SETSYMLIST
STEPS: Final = 0x1FFFFF  # SMFIP_*: everything a server of version 6 can do

# Command letter -> (bit for "do not send", bit for "no reply")
_BITS: Final[Mapping[bytes, tuple[int, int]]] = {
    b"C": (0x01, 0x1000),
    b"H": (0x02, 0x2000),
    b"M": (0x04, 0x4000),
    b"R": (0x08, 0x8000),
    b"B": (0x10, 0x80000),
    b"L": (0x20, 0x80),
    b"N": (0x40, 0x40000),
    b"U": (0x100, 0x20000),
    b"T": (0x200, 0x10000),
}

CONTINUE: Final = b"c"
ACCEPT: Final = b"a"
REJECT: Final = b"r"
TEMPFAIL: Final = b"t"
DISCARD: Final = b"d"
_FINAL: Final = frozenset({CONTINUE, ACCEPT, REJECT, TEMPFAIL, DISCARD, b"y"})


class Gone(Exception):  # noqa: N818 - says what happened
    """The filter closed the connection."""


@dataclass
class Reply:
    """What the filter said at the end of a message."""

    code: bytes = b""
    text: str = ""
    """The SMTP reply, where the filter set one."""
    added: list[tuple[str, str]] = field(default_factory=list)
    changed: list[tuple[int, str, str]] = field(default_factory=list)
    """Index, name and new value; an empty value removes the field."""
    new_recipients: list[str] = field(default_factory=list)
    gone_recipients: list[str] = field(default_factory=list)
    held: str = ""

    def header(self, name: str) -> str:
        """Give the one added field of that name; empty if there is none."""
        found = [value for key, value in self.added if key.lower() == name.lower()]
        assert len(found) < 2, found
        return found[0] if found else ""


class Wire:
    """One connection to a filter on a unix socket."""

    def __init__(self, path: str, *, timeout: float = 20.0) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(timeout)
        self.sock.connect(path)
        self._unread = b""
        self.actions = 0
        self.steps = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Drop the connection without a word."""
        self.sock.close()

    # Packets ---------------------------------------------------------------------------------

    def put(self, command: bytes, data: bytes = b"") -> None:
        """Send one packet."""
        self.sock.sendall(struct.pack("!I", len(data) + 1) + command + data)

    def get(self) -> tuple[bytes, bytes]:
        """Receive one packet."""
        (length,) = struct.unpack("!I", self._read(4))
        packet = self._read(length)
        return packet[:1], packet[1:]

    def _read(self, count: int) -> bytes:
        while len(self._unread) < count:
            try:
                piece = self.sock.recv(65_536)
            except ConnectionResetError:
                piece = b""
            if not piece:
                raise Gone
            self._unread += piece
        taken, self._unread = self._unread[:count], self._unread[count:]
        return taken

    # Steps -----------------------------------------------------------------------------------

    def negotiate(self, actions: int = ACTIONS, steps: int = STEPS) -> None:
        """Offer actions and steps; remember what the filter made of them."""
        self.put(b"O", struct.pack("!III", VERSION, actions, steps))
        command, data = self.get()
        assert command == b"O", command
        _, self.actions, self.steps = struct.unpack("!III", data[:12])

    def macros(self, command: bytes, values: Mapping[str, str]) -> None:
        """Send macros for the step that follows."""
        text = "".join(f"{key}\0{value}\0" for key, value in values.items())
        packed = text.encode("utf-8", "surrogateescape")
        self.put(b"D", command + packed)

    def step(self, command: bytes, data: bytes = b"") -> bytes:
        """Send a step if the filter wants it, and wait for its reply if there is one."""
        unwanted, silent = _BITS[command]
        if self.steps & unwanted:
            return CONTINUE
        self.put(command, data)
        if self.steps & silent:
            return CONTINUE
        return self.get()[0]

    def connect(
        self, host: bytes = b"client.test", address: bytes = b"192.0.2.1", port: int = 2525
    ) -> bytes:
        """Announce the client; an address with colons is IPv6, one with slashes a unix socket."""
        family = b"6" if b":" in address else b"L" if b"/" in address else b"4"
        return self.step(b"C", host + b"\0" + family + struct.pack("!H", port) + address + b"\0")

    def helo(self, name: bytes = b"client.test") -> bytes:
        """HELO."""
        return self.step(b"H", name + b"\0")

    def mail(self, sender: bytes = b"<a@sender.test>", authenticated: str = "") -> bytes:
        """MAIL FROM; `authenticated` is the value of {auth_authen}."""
        values = {"{mail_addr}": "a@sender.test"}
        if authenticated:
            values["{auth_authen}"] = authenticated
        self.macros(b"M", values)
        return self.step(b"M", sender + b"\0")

    def rcpt(
        self, recipient: bytes = b"<alice@mail.test>", *parameters: bytes, resolved: str = ""
    ) -> bytes:
        """RCPT TO; `resolved` is the value of {rcpt_addr}."""
        if resolved:
            self.macros(b"R", {"{rcpt_addr}": resolved})
        return self.step(b"R", b"\0".join((recipient, *parameters)) + b"\0")

    def header(self, name: bytes, value: bytes) -> bytes:
        """One field."""
        return self.step(b"L", name + b"\0" + value + b"\0")

    def body(self, data: bytes, chunk: int = 65_535) -> None:
        """Send the body, in chunks."""
        for start in range(0, len(data), chunk):
            self.step(b"B", data[start : start + chunk])

    def abort(self) -> None:
        """RSET, or the client went away in the middle of a message."""
        self.put(b"A")

    def quit(self) -> None:
        """Say the end of the connection."""
        self.put(b"Q")

    def end(self, queue_id: str = "4Q1") -> Reply:
        """End of message: collect what the filter wants changed, up to its verdict."""
        self.macros(b"E", {"i": queue_id})
        self.put(b"E")
        reply = Reply()
        while True:
            command, data = self.get()
            match command:
                case b"h":
                    name, value, _ = data.split(b"\0", 2)
                    reply.added.append((name.decode(), value.decode()))
                case b"m":
                    (index,) = struct.unpack("!I", data[:4])
                    name, value, _ = data[4:].split(b"\0", 2)
                    reply.changed.append((index, name.decode(), value.decode()))
                case b"+" | b"2":
                    reply.new_recipients.append(data.rstrip(b"\0").replace(b"\0", b" ").decode())
                case b"-":
                    reply.gone_recipients.append(data.rstrip(b"\0").decode())
                case b"q":
                    reply.held = data.rstrip(b"\0").decode()
                case b"y":
                    reply.text = data.rstrip(b"\0").decode()
                    reply.code = TEMPFAIL if reply.text.startswith("4") else REJECT
                    return reply
                case b"p":
                    continue
                case _ if command in _FINAL:
                    reply.code = command
                    return reply
                case _:
                    raise AssertionError(command)

    # Whole messages ----------------------------------------------------------------------------

    def begin(self, address: bytes = b"192.0.2.1", port: int = 2525) -> None:
        """Negotiate and announce the client."""
        self.negotiate()
        self.connect(address=address, port=port)
        self.helo()

    def message(
        self,
        fields: Sequence[tuple[bytes, bytes]],
        body: bytes = b"",
        *,
        sender: bytes = b"<a@sender.test>",
        recipients: Sequence[bytes] = (b"<alice@mail.test>",),
        authenticated: str = "",
    ) -> Reply:
        """One message from MAIL FROM to its end."""
        self.mail(sender, authenticated)
        for recipient in recipients:
            self.rcpt(recipient)
        self.step(b"T")
        for name, value in fields:
            self.header(name, value)
        self.step(b"N")
        self.body(body)
        return self.end()
