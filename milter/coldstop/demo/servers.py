"""A private Postfix, Dovecot and coldstop milter on loopback, as context managers.

    with chain(policies={"": "presets/passive.yaml"}) as servers:
        servers.send(sender, ["alice@mail.test"], message)
        servers.dovecot.wait_for("alice", "Recruiters", 1)

Everything lives in folders of its own below /tmp (a socket's path ends at 107 bytes, and Postfix
must be able to enter), on ports found free, and is gone at the end. Nothing leaves the machine:
every transport but the one to the private Dovecot is an error. A server is ready when it greets
with a word made up for this very instance, because two Postfix can listen on one port without
noticing. Processes are ended by their own number only.

Refuses (ServerError): to start Postfix without root, to start what is not installed, to go on when
a server does not come up; the text ends with the last lines of its log.
"""

from __future__ import annotations

import contextlib
import functools
import grp
import imaplib
import os
import pwd
import shutil
import signal
import smtplib
import string
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coldstop.demo.configurations import (
    DOVECOT_24_CONF,
    DOVECOT_CONF,
    MAIN_CF,
    MASTER_CF,
    QUEUE_FOLDERS,
)
from coldstop.demo.milter import Milter
from coldstop.demo.process import (
    HOST,
    READY_SECONDS,
    Server,
    ServerError,
    free_port,
    need,
    short_folder,
    until,
)
from coldstop.demo.root import Root, given_root
from coldstop.policy.folders import PLAIN, Naming
from coldstop.publish.folders import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = [
    "DOMAIN",
    "HOST",
    "Chain",
    "Dovecot",
    "Milter",
    "Postfix",
    "ServerError",
    "chain",
    "free_port",
    "short_folder",
    "until",
]

DOMAIN: Final = "mail.test"
USERS: Final[Mapping[str, str]] = {"alice": "pw-a", "bob": "pw-b", "carol": "pw-c"}
_MASTER: Final = "/usr/lib/postfix/sbin/master"
_DOVECOT: Final = "/usr/sbin/dovecot"
_LIFETIME: Final = 900  # Postfix ends by itself after this many seconds, even if forgotten


@functools.cache
def old_dovecot(root: Root) -> bool:
    """Whether the configuration is that of Dovecot 2.3; 2.4 (Debian 13) has other names."""
    return root.run([_DOVECOT, "--version"]).startswith("2.3")


@dataclass
class Dovecot(Server):
    """IMAP and LMTP with Sieve, run by an ordinary account."""

    sieve_before: Path | None = None
    """A script that runs before each user's own, as an administrator would install ours."""
    users: Mapping[str, str] = field(default_factory=lambda: dict(USERS))
    imap_port: int = field(default_factory=free_port)
    root: Root = field(default_factory=given_root)
    naming: Naming = PLAIN
    """How folders are written; Dovecot's own default with Maildir has "." between levels."""

    @property
    def log_path(self) -> Path:
        """Dovecot's log."""
        return self.folder / "dovecot.log"

    @property
    def lmtp_socket(self) -> Path:
        """Where mail is handed over."""
        return self.folder / "lmtp.sock"

    @property
    def auth_socket(self) -> Path:
        """Where Postfix asks for passwords."""
        return self.folder / "auth.sock"

    def start(self) -> None:
        """Write the configuration, start, wait for the IMAP greeting."""
        need(_DOVECOT, "dovecot-core dovecot-imapd dovecot-lmtpd dovecot-sieve", self.root)
        old = old_dovecot(self.root)
        account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        group = grp.getgrgid(account.pw_gid).gr_name
        before = ""
        if self.sieve_before is not None:
            script = self.folder / "before.sieve"
            shutil.copyfile(self.sieve_before, script)
            before = (
                f"sieve_before = {script}"
                if old
                else f"sieve_script before {{\n  type = before\n  path = {script}\n}}"
            )
        for name in ("run", "state", "mail"):
            (self.folder / name).mkdir()
        (self.folder / "users").write_text(
            "".join(f"{name}:{{PLAIN}}{word}\n" for name, word in self.users.items()), "utf-8"
        )
        text = string.Template(DOVECOT_CONF if old else DOVECOT_24_CONF).safe_substitute(
            DIR=self.folder,
            HOST=HOST,
            DOMAIN=DOMAIN,
            TOKEN=self.token,
            IMAP_PORT=self.imap_port,
            USER=account.pw_name,
            GROUP=group,
            UID=account.pw_uid,
            GID=account.pw_gid,
            SIEVE_BEFORE=before,
            SEPARATOR=self.naming.separator,
            PREFIX=f"prefix = {self.naming.prefix}" if self.naming.prefix else "",
        )
        (self.folder / "dovecot.conf").write_text(text, "utf-8")
        options: dict[str, object] = {}
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, account.pw_uid, account.pw_gid)
            options = {"user": account.pw_name, "group": group, "extra_groups": []}
        self._spawn([_DOVECOT, "-F", "-c", str(self.folder / "dovecot.conf")], **options)
        self._await_greeting(self.imap_port)

    def stop(self) -> None:
        """Kill at once: the folder is thrown away, and a polite stop takes a second."""
        process, self.process = self.process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # its own session, started above
            process.wait()

    def imap(self, user: str) -> imaplib.IMAP4:
        """Open a logged-in IMAP connection."""
        client = imaplib.IMAP4(HOST, self.imap_port, timeout=10)
        client.login(user, self.users[user])
        return client

    def folders(self, user: str) -> list[str]:
        """Give the names of a user's folders, in IMAP's modified UTF-7."""
        client = self.imap(user)
        try:
            _, rows = client.list()
            return [folder.name for row in rows if (folder := parse(row)) is not None]
        finally:
            client.logout()

    def messages(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """Give every message in a folder, as delivered; none if there is no such folder."""
        client = self.imap(user)
        try:
            kind, _ = client.select(f'"{folder}"', readonly=True)
            if kind != "OK":
                return []
            _, found = client.fetch("1:*", "(BODY.PEEK[])")
            return [item[1] for item in found if isinstance(item, tuple)]
        except imaplib.IMAP4.error:
            return []  # FETCH of an empty folder
        finally:
            client.logout()

    def everywhere(self, user: str) -> dict[str, list[bytes]]:
        """Give all messages of a user, by folder; empty folders are left out."""
        found = {folder: self.messages(user, folder) for folder in self.folders(user)}
        return {folder: messages for folder, messages in found.items() if messages}

    def wait_for(
        self, user: str, folder: str = "INBOX", count: int = 1, seconds: float = READY_SECONDS
    ) -> list[bytes]:
        """Wait until a folder holds `count` messages and return them."""
        found: list[bytes] = []

        def enough() -> bool:
            found[:] = self.messages(user, folder)
            return len(found) >= count

        until(enough, f"{count} message(s) for {user} in {folder}; {self.log()[-600:]}", seconds)
        return found

    def empty(self) -> None:
        """Throw all mail away."""
        for home in (self.folder / "mail").iterdir():
            shutil.rmtree(home, ignore_errors=True)


@dataclass
class Postfix(Server):
    """SMTP and authenticated submission; hands mail over to Dovecot. Needs root."""

    milter: str = ""
    """The milter as `smtpd_milters` writes it, such as `unix:/path`."""
    lmtp_socket: Path = Path("/nonexistent")
    auth_socket: Path = Path("/nonexistent")
    default_action: str = "accept"
    settings: str = ""
    """More lines for main.cf, each instead of the one of its name."""
    services: str = ""
    """More services for master.cf, each instead of the one of its name; `$HOST` is filled in."""
    users: Mapping[str, str] = field(default_factory=lambda: dict(USERS))
    smtp_port: int = field(default_factory=free_port)
    submission_port: int = field(default_factory=free_port)

    @property
    def log_path(self) -> Path:
        """Postfix's log."""
        return self.folder / "postfix.log"

    def start(self) -> None:
        """Write the configuration, make the queue, start `master`, wait for its greeting."""
        need(_MASTER, "postfix")
        if os.geteuid() != 0:
            raise ServerError("Postfix's master must be started by root")
        values = {
            "DIR": self.folder,
            "HOST": HOST,
            "DOMAIN": DOMAIN,
            "TOKEN": self.token,
            "MAILBOXES": ", ".join(f"{name}@{DOMAIN}={name}/" for name in self.users),
            "LMTP_SOCK": self.lmtp_socket,
            "AUTH_SOCK": self.auth_socket,
            "MILTER": self.milter,
            "DEFAULT_ACTION": self.default_action,
            "SMTP_PORT": self.smtp_port,
            "SUBMISSION_PORT": self.submission_port,
        }
        settings = self.folder / "etc"
        settings.mkdir()
        long_ago = time.time() - 3600
        main = _replaced(MAIN_CF, self.settings)
        texts = (("main.cf", main), ("master.cf", _served(MASTER_CF, self.services)))
        for name, template in texts:
            path = settings / name
            text = string.Template(template).safe_substitute(values)
            path.write_text(text, "utf-8")
            # Postfix waits two seconds for a main.cf that was written just now.
            os.utime(path, (long_ago, long_ago))
        self._make_queue()
        self._spawn([_MASTER, "-c", str(settings), "-s", "-e", str(_LIFETIME)])
        self._await_greeting(self.smtp_port)

    def _make_queue(self) -> None:
        owner = pwd.getpwnam("postfix").pw_uid
        postdrop = grp.getgrnam("postdrop").gr_gid
        queue = self.folder / "q"
        queue.mkdir()
        for name, mode in QUEUE_FOLDERS.items():
            path = queue / name
            path.mkdir()
            group = postdrop if name in ("maildrop", "public") else 0
            os.chown(path, 0 if name == "pid" else owner, group)
            path.chmod(mode)  # mkdir's mode is cut by the umask
        (self.folder / "data").mkdir()
        shutil.chown(self.folder / "data", "postfix", "postfix")

    def queued(self, *queues: str) -> list[str]:
        """Give the queue ids in some queues (`hold`, `deferred`, ...), by default in all."""
        names = queues or ("incoming", "active", "deferred", "hold", "maildrop")
        return [
            path.name
            for name in names
            for path in (self.folder / "q" / name).rglob("*")
            if path.is_file()
        ]

    def smtp(self, *, timeout: float = 30) -> smtplib.SMTP:
        """Open a connection to the port for strangers."""
        return smtplib.SMTP(HOST, self.smtp_port, "client.test", timeout)

    def submission(self, user: str) -> smtplib.SMTP:
        """Open an authenticated connection to the submission port."""
        client = smtplib.SMTP(HOST, self.submission_port, "client.test", 30)
        client.login(user, self.users[user])
        return client

    def send(self, sender: str, recipients: Sequence[str], message: bytes) -> tuple[int, str]:
        """Hand over one message; the reply to its end, or to the first command that failed."""
        client = self.smtp()
        try:
            client.ehlo()
            code, text = client.mail(sender)
            for recipient in recipients:
                if code < 400:
                    code, text = client.rcpt(recipient)
            if code < 400:
                code, text = client.data(message)
            return code, text.decode("utf-8", "replace")
        finally:
            client.close()


def _replaced(settings: str, others: str) -> str:
    """Give both, without what `others` says anew.

    Postfix warns of a parameter that stands twice, postlogd too, and it then waits for itself.
    """
    names = {line.partition("=")[0].strip() for line in others.splitlines()}
    kept = [line for line in settings.splitlines() if line.partition("=")[0].strip() not in names]
    return "\n".join([*kept, others])


def _served(services: str, others: str) -> str:
    """Give both, without the services that `others` names anew, their options included."""
    names = {tuple(line.split()[:2]) for line in others.splitlines() if not line.startswith(" ")}
    kept: list[str] = []
    keeps = True
    for line in services.splitlines():
        if not line.startswith(" "):
            keeps = tuple(line.split()[:2]) not in names
        if keeps:
            kept.append(line)
    return "\n".join([*kept, others])


@dataclass
class Chain:
    """Postfix, Dovecot and the milter, connected."""

    dovecot: Dovecot
    milter: Milter
    postfix: Postfix

    def send(self, sender: str, recipients: Sequence[str], message: bytes) -> tuple[int, str]:
        """Hand over one message from outside; the final SMTP reply."""
        return self.postfix.send(sender, recipients, message)


@contextlib.contextmanager
def chain(
    settings: Mapping[str, object],
    files: Mapping[str, str] | None = None,
    *,
    sieve_before: Path | None = None,
    default_action: str = "accept",
    naming: Naming = PLAIN,
    postfix_settings: str = "",
    postfix_services: str = "",
) -> Iterator[Chain]:
    """Start Dovecot, the milter and Postfix, in this order; stop them in reverse."""
    with (
        Dovecot(sieve_before=sieve_before, naming=naming) as dovecot,
        Milter(settings=settings, files=files or {}) as milter,
        Postfix(
            milter=milter.address,
            lmtp_socket=dovecot.lmtp_socket,
            auth_socket=dovecot.auth_socket,
            default_action=default_action,
            settings=postfix_settings,
            services=postfix_services,
        ) as postfix,
    ):
        yield Chain(dovecot, milter, postfix)
