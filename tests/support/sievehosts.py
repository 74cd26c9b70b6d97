"""Private Dovecot and Cyrus with IMAP, LMTP and ManageSieve over TLS, as context managers.

    with CyrusHost() as host:
        host.activate("alice", 'require "fileinto"; fileinto "Elsewhere";')
        host.deliver("alice", [message])
        host.stored("alice")          # {"Elsewhere": [Stored(flags, raw)]}

Both run the programs of this system, or of another one in a folder (COLDSTOP_ROOT, or `root=`;
`make engines` fills some), each in the configuration that its version reads. They run as an
ordinary account in a folder of their own, on ports found free, and are gone at the
end (`coldstop.demo.process`). Their certificate names `localhost`, `mail.test` and 127.0.0.1, and
`host.ca` is the authority to check it against. Deliveries are over when `deliver` returns.
"""

from __future__ import annotations

import contextlib
import grp
import imaplib
import os
import pwd
import re
import shutil
import signal
import smtplib
import socket
import ssl
import string
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coldstop.demo.process import HOST, Server, ServerError, free_port, need, until
from coldstop.demo.root import Root, given_root
from coldstop.demo.servers import Dovecot, old_dovecot
from coldstop.policy.folders import PLAIN, Naming
from coldstop.publish.folders import folders
from support.sievewire import NAMES, RawSieve, authority

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

USERS: Final[Mapping[str, str]] = {"alice": "pw-a", "bob": "pw-b", "carol": "pw-c"}
_MASTER: Final = "/usr/lib/cyrus/bin/master"
_INSTALLED: Final = "/usr/lib/cyrus/bin/imapd"
_UNPACKED: Final = Path(__file__).parents[2] / ".make/cyrus/usr/lib/cyrus/bin/imapd"

_LISTENERS: Final = """\
protocols = imap lmtp sieve
ssl = required
service managesieve-login {
  chroot =
  inet_listener sieve {
    port = $SIEVE_PORT
  }
  inet_listener sieves {
    port = $SIEVES_PORT
    ssl = yes
  }
}
"""
_OLD_MORE: Final = """\
ssl_cert = <$DIR/srv.pem
ssl_key = <$DIR/srv.key
plugin {
  sieve_quota_max_scripts = $MAX_SCRIPTS
  sieve_max_script_size = ${MAX_KB}k
}
"""
_NEW_MORE: Final = """\
auth_allow_cleartext = no
ssl_server_cert_file = $DIR/srv.pem
ssl_server_key_file = $DIR/srv.key
sieve_quota_script_count = $MAX_SCRIPTS
sieve_max_script_size = ${MAX_KB}k
"""

IMAPD_CONF: Final = """\
configdirectory: $DIR/conf
proc_path: $DIR/conf/proc
mboxname_lockpath: $DIR/conf/lock
defaultpartition: default
partition-default: $DIR/spool
sievedir: $DIR/sieve
sieveusehomedir: no
cyrus_user: $USER
cyrus_group: $GROUP
servername: $TOKEN
admins: admin
altnamespace: $ALT
unixhierarchysep: $UNIX
virtdomains: off
autocreate_quota: 0
autocreate_post: no
anysievefolder: yes
duplicatesuppression: no
delete_mode: immediate
munge8bit: no
lmtpsocket: $DIR/lmtp.sock
idlesocket: $DIR/conf/socket/idle
notifysocket: $DIR/conf/socket/notify
allowplaintext: no
allowstarttls: on
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: $DIR/sasldb2
sasl_mech_list: PLAIN
tls_server_cert: $DIR/srv.pem
tls_server_key: $DIR/srv.key
tls_session_timeout: 0
sieve_maxscriptsize: $MAX_KB
sieve_maxscripts: $MAX_SCRIPTS
"""

CYRUS_CONF: Final = """\
START {
  recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -C $DIR/imapd.conf -r"
}
SERVICES {
  imap cmd="$IMAPD -C $DIR/imapd.conf" listen="$HOST:$IMAP_PORT" prefork=1
  sieve cmd="/usr/lib/cyrus/bin/timsieved -C $DIR/imapd.conf" listen="$HOST:$SIEVE_PORT" prefork=1
  lmtpunix cmd="/usr/lib/cyrus/bin/lmtpd -C $DIR/imapd.conf" listen="$DIR/lmtp.sock" prefork=1
}
EVENTS {
}
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as it lies in a folder."""

    flags: frozenset[str]
    """Its flags and keywords, without `\\Recent`."""
    raw: bytes


@dataclass
class SieveHost(Server):
    """What the two have in common. `users` maps each name to its password."""

    users: Mapping[str, str] = field(default_factory=lambda: dict(USERS))
    imap_port: int = field(default_factory=free_port)
    sieve_port: int = field(default_factory=free_port)
    names: Sequence[str] = NAMES
    """The host names in the certificate."""
    address_too: bool = True
    """Whether the certificate names 127.0.0.1 as well."""

    @property
    def ca(self) -> Path:
        """The authority that vouches for this host, as a PEM file."""
        return authority().ca

    @property
    def lmtp_socket(self) -> Path:
        """Where mail is handed over."""
        return self.folder / "lmtp.sock"

    def _await_all(self) -> None:
        self._await_greeting(self.imap_port)
        until(self._sieve_answers, f"ManageSieve of {type(self).__name__}; {self.log()[-600:]}")
        until(self._lmtp_answers, f"LMTP of {type(self).__name__}; {self.log()[-600:]}")

    def _sieve_answers(self) -> bool:
        self._check_alive()
        try:
            with socket.create_connection((HOST, self.sieve_port), 5) as sock:
                answered = b'"IMPLEMENTATION"' in sock.recv(4096)
                sock.sendall(b"LOGOUT\r\n")
                return answered
        except OSError:
            return False

    def _lmtp_answers(self) -> bool:
        self._check_alive()
        try:
            with socket.socket(socket.AF_UNIX) as sock:
                sock.settimeout(5)
                sock.connect(str(self.lmtp_socket))
                return sock.recv(4096).startswith(b"220")
        except OSError:
            return False

    def stop(self) -> None:
        """Kill at once: the folder is thrown away."""
        process, self.process = self.process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # its own session (Server._spawn)
            process.wait()

    def imap(self, user: str) -> imaplib.IMAP4:
        """Open a logged-in IMAP connection."""
        client = imaplib.IMAP4("localhost", self.imap_port, timeout=10)
        context = ssl.create_default_context(cafile=str(self.ca))
        context.check_hostname = "localhost" in self.names
        client.starttls(context)
        client.login(user, self.users[user])
        return client

    def sieve(self, user: str) -> RawSieve:
        """Open a logged-in ManageSieve connection; a context manager."""
        return RawSieve(self.sieve_port, self.ca, user, self.users[user])

    def activate(self, user: str, script_text: str, name: str = "test") -> None:
        """Store a script (LF becomes CRLF) and make it the active one; ServerError if refused."""
        with self.sieve(user) as sieve:
            sieve.put(name, re.sub(r"\r?\n", "\r\n", script_text).encode())
            sieve.activate(name)

    def deliver(
        self, user: str, messages: Iterable[bytes], sender: str = "someone@example.org"
    ) -> list[tuple[int, str]]:
        """Hand over messages on one LMTP connection (LF becomes CRLF); the reply to each."""
        replies: list[tuple[int, str]] = []
        client = smtplib.LMTP(str(self.lmtp_socket))
        try:
            client.ehlo("client.test")
            for message in messages:
                code, text = client.mail(sender)
                if code < 400:
                    code, text = client.rcpt(f"{user}@mail.test")
                if code < 400:
                    code, text = client.data(re.sub(rb"(?<!\r)\n", b"\r\n", message))
                else:
                    client.rset()
                replies.append((code, text.decode("utf-8", "replace")))
            client.quit()
        finally:
            client.close()
        return replies

    def stored(self, user: str) -> dict[str, list[Stored]]:
        """Give all messages of a user, by folder, in the order of delivery; no empty folders."""
        found: dict[str, list[Stored]] = {}
        client = self.imap(user)
        try:
            for name in (folder.name for folder in folders(client)):
                kind, counted = client.select(f'"{name}"', readonly=True)
                if kind != "OK" or counted == [b"0"]:
                    continue
                _, items = client.fetch("1:*", "(FLAGS BODY.PEEK[])")
                found[name] = [_stored(items, at) for at in range(0, len(items), 2)]
        finally:
            client.logout()
        return found

    def empty_mail(self, user: str) -> None:
        """Throw a user's mail away; the scripts stay."""
        client = self.imap(user)
        try:
            # Below first: Cyrus deletes no folder of its own name space that has others below it.
            for folder in sorted(folders(client), key=lambda one: -len(one.name)):
                if folder.name == "INBOX":
                    _, counted = client.select("INBOX")
                    if counted != [b"0"]:
                        client.store("1:*", "+FLAGS.SILENT", r"(\Deleted)")
                    client.close()  # expunges
                else:
                    kind, answer = client.delete(folder.argument)
                    if kind != "OK":
                        raise ServerError(f"DELETE {folder.name}: {answer!r}")
        finally:
            client.logout()


def _stored(items: Sequence[object], at: int) -> Stored:
    # imaplib gives (head, literal) and then what follows the literal; FLAGS may be in either.
    head, tail = items[at], items[at + 1]
    assert isinstance(head, tuple)
    assert isinstance(tail, bytes)
    flags = re.search(rb"FLAGS \(([^)]*)\)", head[0] + tail)
    words = flags[1].decode("ascii").split() if flags else []
    return Stored(frozenset(words) - {r"\Recent"}, head[1])


@dataclass
class DovecotHost(SieveHost, Dovecot):
    """Dovecot with Pigeonhole: the demonstration's, with TLS and ManageSieve added."""

    max_script_kb: int = 1024
    max_scripts: int = 1000
    """Dovecot 2.4.5 refuses 0, which is any number for those before."""
    sieves_port: int = field(default_factory=free_port)
    """ManageSieve with TLS from the first byte."""

    def start(self) -> None:
        """Write the configuration, start, wait for every greeting."""
        need("/usr/lib/dovecot/managesieve", "dovecot-managesieved", self.root)
        Dovecot.start(self)
        self._await_all()

    def _spawn(self, command: Sequence[str], **options: object) -> None:
        # What stands later in dovecot.conf wins, so the demonstration's stays as it is.
        old = old_dovecot(self.root)
        more = string.Template(_LISTENERS + (_OLD_MORE if old else _NEW_MORE)).safe_substitute(
            DIR=self.folder,
            SIEVE_PORT=self.sieve_port,
            SIEVES_PORT=self.sieves_port,
            MAX_KB=self.max_script_kb,
            MAX_SCRIPTS=self.max_scripts,
        )
        authority().issue(self.folder, self.names, address=self.address_too)
        if "user" in options:
            shutil.chown(self.folder / "srv.key", str(options["user"]))
        with (self.folder / "dovecot.conf").open("a", encoding="utf-8") as file:
            file.write(more)
        Server._spawn(self, command, **options)


@dataclass
class CyrusHost(SieveHost):
    """Cyrus. Debian's defaults for Sieve are `max_script_kb=32` and `max_scripts=5`."""

    max_script_kb: int = 1024
    max_scripts: int = 50
    naming: Naming = PLAIN
    """How folders are written: "." or "/" between levels, and no prefix or `INBOX` with it."""
    extra: str = ""
    """More lines for imapd.conf."""
    root: Root = field(default_factory=given_root)

    @property
    def log_path(self) -> Path:
        """Nothing is ever there: Cyrus logs to syslog only."""
        return self.folder / "cyrus.log"

    def start(self) -> None:
        """Write the configuration, make the users, start, give each user an INBOX."""
        need(_MASTER, "--no-install-recommends cyrus-common", self.root)
        need("/usr/sbin/saslpasswd2", "sasl2-bin", self.root)
        account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        group = grp.getgrgid(account.pw_gid).gr_name
        imapd = Path(_INSTALLED)
        if not self.root.has(_INSTALLED):
            if not self.root.is_here or not _UNPACKED.exists():
                raise ServerError("Cyrus' imapd is missing: deploy/setup-dev.sh --servers")
            imapd = self.folder / "imapd"  # the checkout may be where the account cannot enter
            shutil.copy(_UNPACKED, imapd)
        for name in ("spool", "sieve", "conf"):
            (self.folder / name).mkdir()
        for name in ("db", "proc", "socket", "log", "msg", "user", "quota", "lock"):
            (self.folder / "conf" / name).mkdir()
        authority().issue(self.folder, self.names, address=self.address_too)
        values = {
            "DIR": self.folder,
            "HOST": HOST,
            "TOKEN": self.token,
            "USER": account.pw_name,
            "GROUP": group,
            "IMAPD": imapd,
            "IMAP_PORT": self.imap_port,
            "SIEVE_PORT": self.sieve_port,
            "ALT": "no" if self.naming.prefix else "yes",
            "UNIX": "yes" if self.naming.separator == "/" else "no",
            "MAX_KB": self.max_script_kb,
            "MAX_SCRIPTS": self.max_scripts,
        }
        for name, template in (("imapd.conf", IMAPD_CONF + self.extra), ("cyrus.conf", CYRUS_CONF)):
            text = string.Template(template).safe_substitute(values)
            (self.folder / name).write_text(text, "utf-8")
        for user, word in self.users.items():
            command = ["/usr/sbin/saslpasswd2", "-p", "-c", "-f", f"{self.folder}/sasldb2"]
            command += ["-u", self.token, user]  # the realm is the server's name
            self.root.run(command, word.encode())
        options: dict[str, object] = {}
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, account.pw_uid, account.pw_gid)
            options = {"user": account.pw_name, "group": group, "extra_groups": []}
        command = [_MASTER, "-C", f"{self.folder}/imapd.conf", "-M", f"{self.folder}/cyrus.conf"]
        self._spawn([*command, "-p", f"{self.folder}/master.pid", "-D"], **options)
        self._await_all()
        for user in self.users:
            self.imap(user).logout()  # makes the INBOX; without it every other login fails
