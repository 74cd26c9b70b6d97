"""OpenDKIM, OpenDMARC and a name server of their own, as context managers.

    with Zone(records={"_dmarc.friend.example": "v=DMARC1; p=none"}) as zone:
        with OpenDkim(zone=zone) as dkim, OpenDmarc(zone=zone) as dmarc:
            dkim.address, dmarc.address     # for smtpd_milters

The zone answers for everything and knows nothing else: no question leaves the machine. It listens
on an address of its own in 127.0.0.0/8, because resolvers know only port 53. OpenDMARC can only be
told through /etc/resolv.conf, so it runs in a mount namespace with another one (root, Linux).
"""

from __future__ import annotations

import secrets
import shutil
import socket
import struct
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from coldstop.demo.process import Server, need, until

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_DNSMASQ: Final = "/usr/sbin/dnsmasq"
_OPENDKIM: Final = "/usr/sbin/opendkim"
_OPENDMARC: Final = "/usr/sbin/opendmarc"
_STRING: Final = 200  # bytes of one string of a TXT record; it may hold 255


def _own_address() -> str:
    return "127." + ".".join(str(1 + secrets.randbelow(250)) for _ in range(3))


@dataclass
class Zone(Server):
    """A name server with TXT records."""

    records: Mapping[str, str] = field(default_factory=dict)
    address: str = field(default_factory=_own_address)

    @property
    def log_path(self) -> Path:
        """What dnsmasq wrote to stderr."""
        return self.folder / "dnsmasq.log"

    @property
    def resolver(self) -> Path:
        """A resolv.conf that names this server."""
        return self.folder / "resolv.conf"

    def start(self) -> None:
        """Write the records, start, wait for the first answer."""
        need(_DNSMASQ, "dnsmasq-base")
        self.resolver.write_text(f"nameserver {self.address}\noptions timeout:1\n", "utf-8")
        lines = [f"txt-record={name},{_strings(text)}\n" for name, text in self.records.items()]
        settings = self.folder / "dnsmasq.conf"
        settings.write_text("".join(lines), "utf-8")
        with self.log_path.open("ab") as log:
            self._spawn(
                [
                    _DNSMASQ,
                    "--keep-in-foreground",
                    "--no-resolv",
                    "--no-hosts",
                    "--bind-interfaces",
                    "--local=/#/",
                    f"--listen-address={self.address}",
                    f"--conf-file={settings}",
                    "--pid-file=",
                    "--user=root",
                ],
                stderr=log,
            )
        until(self._answers, f"the name server; log:\n{self.log()[-1000:]}")

    def _answers(self) -> bool:
        self._check_alive()
        question = struct.pack("!6H", 7, 0x100, 1, 0, 0, 0) + b"\x04none\x00" + b"\x00\x10\x00\x01"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(0.5)
            try:
                sock.sendto(question, (self.address, 53))
                return sock.recv(512)[:2] == b"\x00\x07"
            except OSError:
                return False


def _strings(text: str) -> str:
    pieces = [text[at : at + _STRING] for at in range(0, len(text), _STRING)]
    return ",".join(f'"{piece}"' for piece in pieces)


@dataclass
class _Filter(Server):
    """A milter that is a program of its own."""

    zone: Zone = field(default_factory=Zone)
    authserv: str = "mail.test"
    more: str = ""
    """Further lines of its configuration."""

    @property
    def log_path(self) -> Path:
        """What it wrote to stderr."""
        return self.folder / "filter.log"

    @property
    def socket_path(self) -> Path:
        """Where it listens."""
        return self.folder / "filter.sock"

    @property
    def address(self) -> str:
        """The filter as Postfix writes it."""
        return f"unix:{self.socket_path}"

    def _run(self, program: str, settings: str, *, resolver: bool) -> None:
        path = self.folder / "filter.conf"
        path.write_text(settings + self.more, "utf-8")
        command = [program, "-f", "-c" if program == _OPENDMARC else "-x", str(path)]
        if resolver:
            script = 'mount --bind "$0" /etc/resolv.conf && exec "$@"'
            unshare = shutil.which("unshare") or "unshare"
            command = [unshare, "-m", "sh", "-c", script, str(self.zone.resolver), *command]
        with self.log_path.open("ab") as log:
            self._spawn(command, stderr=log, stdout=subprocess.DEVNULL)

        def listening() -> bool:
            self._check_alive()
            return self.socket_path.exists()

        until(listening, f"{program}; log:\n{self.log()[-1000:]}")


@dataclass
class OpenDkim(_Filter):
    """OpenDKIM, verifying."""

    removes: bool = True
    """Whether it removes foreign fields with our id; as Debian ships it, it leaves most."""

    def start(self) -> None:
        """Write the configuration, start, wait for the socket."""
        need(_OPENDKIM, "opendkim")
        removal = f"RemoveARAll yes\nRemoveARFrom {self.authserv}\n" if self.removes else ""
        self._run(
            _OPENDKIM,
            f"Mode v\nSocket local:{self.socket_path}\nUMask 000\nSyslog no\nUserID root\n"
            f"AuthservID {self.authserv}\nNameservers {self.zone.address}\nDNSTimeout 5\n"
            f"AlwaysAddARHeader yes\nRequireSafeKeys no\n{removal}",
            resolver=False,
        )


@dataclass
class OpenDmarc(_Filter):
    """OpenDMARC, which reads what OpenDKIM wrote."""

    def start(self) -> None:
        """Write the configuration, start, wait for the socket."""
        need(_OPENDMARC, "opendmarc dbconfig-no-thanks")
        self._run(
            _OPENDMARC,
            f"Socket local:{self.socket_path}\nUMask 000\nSyslog no\nAuthservID {self.authserv}\n"
            "RejectFailures false\nFailureReports false\nDNSTimeout 5\n",
            resolver=True,
        )
