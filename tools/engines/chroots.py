"""Private systems of newer Debian releases in folders, with their Dovecot, Pigeonhole and Cyrus.

    root = chroot("sid")            # made by debootstrap, or as it lies in the cache
    host_for("pigeonhole", root=root)

They lie outside the tree, in ${XDG_CACHE_HOME:-~/.cache}/coldstop/engines, and come from the mirror
that this machine's own apt uses. Nothing is pinned: sid is what it is that day. dovecot-imapd and
cyrus-imapd exclude each other, so of the latter only the one program that cyrus-common lacks is
unpacked. No daemon is started while packages are installed (policy-rc.d says no), and everything
that is mounted is so in a mount namespace of its own: what fails or is interrupted leaves none.

Fails: ChrootError, with the log that says why. Needs root.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coldstop.demo.root import Root

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SUITES: Final = ("trixie", "sid")
"""Debian 13, and what comes after."""
PACKAGES: Final = (
    *("dovecot-core", "dovecot-imapd", "dovecot-lmtpd", "dovecot-managesieved", "dovecot-sieve"),
    *("cyrus-common", "sasl2-bin", "libsasl2-modules-db"),
)
NEEDED: Final = (
    *("/usr/sbin/dovecot", "/usr/bin/sieve-test", "/usr/lib/dovecot/imap", "/usr/lib/dovecot/lmtp"),
    *("/usr/lib/dovecot/managesieve", "/usr/lib/cyrus/bin/master", "/usr/lib/cyrus/bin/timsieved"),
    *("/usr/lib/cyrus/bin/imapd", "/usr/sbin/saslpasswd2"),
)
_SOURCES: Final = Path("/etc/apt")
_DONE: Final = "complete"
"""A file that says a folder was filled to the end."""
_SECONDS: Final = 1_200
"""Of one step; a slow mirror takes minutes."""
_ONE_LINE: Final = re.compile(r"^deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+(\S+)", re.MULTILINE)
_STANZA: Final = re.compile(r"^URIs:\s*(\S+).*?^Suites:\s*(\S+)", re.MULTILINE | re.DOTALL)
_ACQUIRE: Final = re.compile(r"^Acquire::(?:Check-|https?::|Retries|ForceIPv).*;$", re.MULTILINE)


class ChrootError(RuntimeError):
    """A system cannot be made; the text names the log."""


def cache() -> Path:
    """Where the systems lie."""
    home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return Path(home) / "coldstop" / "engines"


def chroot(suite: str, *, refresh: bool = False) -> Root:
    """Give the system of a suite; make it where there is none, or anew if asked."""
    folder = cache() / suite
    if refresh or not (folder / _DONE).exists():
        _make(suite, folder)
    missing = [one for one in NEEDED if not Root(folder).has(one)]
    if missing:
        raise ChrootError(f"{folder} lacks {', '.join(missing)}: make engines ARGS=--refresh")
    return Root(folder)


def versions(root: Root) -> dict[str, str]:
    """Give the versions of what was found there, by package."""
    names = ("dovecot-core", "dovecot-sieve", "cyrus-common", "libc6", "libpcre2-8-0")
    form = "${Package} ${Version}\\n"
    shown = root.run(["dpkg-query", "-W", "-f", form, *names])
    return dict(line.split() for line in shown.splitlines())


def _make(suite: str, folder: Path) -> None:
    if os.geteuid() != 0:
        raise ChrootError("chroots are made by root: make engines")
    if shutil.which("debootstrap") is None:
        raise ChrootError("debootstrap is missing: apt install debootstrap")
    mirror = _mirror()
    new = folder.with_name(f"{suite}.new")
    for one in (new, folder):
        _remove(one)
    new.mkdir(parents=True)
    log = folder.with_name(f"{suite}.log")
    log.unlink(missing_ok=True)
    started = time.monotonic()
    bootstrap = ["debootstrap", "--variant=minbase", "--include=ca-certificates"]
    apart = ["unshare", "--mount", "--propagation", "private"]
    _do([*apart, *bootstrap, suite, str(new), mirror], log)
    root = Root(new)
    _prepare(new)
    apt = ["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", "apt-get", "-y", "-q"]
    _in(root, [*apt, "update"], log)
    # A package's own set-up may fail in so bare a system; what counts is that its files are there.
    _in(root, [*apt, "install", "--no-install-recommends", *PACKAGES], log, check=False)
    version = versions(root)["cyrus-common"]
    unpack = (
        f"cd /var/cache/apt && apt-get -q download cyrus-imapd={version} &&"
        " dpkg-deb -x cyrus-imapd_*.deb / && rm -f cyrus-imapd_*.deb"
    )
    _in(root, ["sh", "-c", unpack], log)
    (new / _DONE).write_text(f"{time.monotonic() - started:.0f} s\n", "utf-8")
    new.rename(folder)


def _remove(folder: Path) -> None:
    """Throw a system away, unless something is mounted in it after all."""
    mounts = Path("/proc/self/mounts").read_text("utf-8")
    if f" {folder}/" in mounts:
        raise ChrootError(f"something is mounted below {folder}: umount it first")
    shutil.rmtree(folder, ignore_errors=True)


def _prepare(folder: Path) -> None:
    """Let apt inside do what apt here does, and start nothing."""
    policy = folder / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n", "utf-8")
    policy.chmod(0o755)
    resolver = Path("/etc/resolv.conf")
    if resolver.exists():
        (folder / "etc/resolv.conf").write_bytes(resolver.read_bytes())
    shown = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True)
    ours = folder / "etc/apt/apt.conf.d/90coldstop"
    ours.write_text("\n".join(_ACQUIRE.findall(shown.stdout)) + "\n", "utf-8")


def _mirror() -> str:
    """Find the mirror of this machine's own apt, that of Debian itself and not of its updates."""
    for path in _apt_files():
        text = path.read_text("utf-8", "replace")
        pattern = _STANZA if path.suffix == ".sources" else _ONE_LINE
        for uri, suite in pattern.findall(text):
            if uri.startswith("http") and "security" not in uri + suite and "debian" in uri:
                return str(uri)
    raise ChrootError("no mirror of Debian in /etc/apt/sources.list or /etc/apt/sources.list.d")


def _apt_files() -> Iterator[Path]:
    folder = _SOURCES / "sources.list.d"
    for path in (_SOURCES / "sources.list", *sorted(folder.glob("*"))):
        if path.is_file() and path.suffix in (".list", ".sources"):
            yield path


def _in(root: Root, command: Sequence[str], log: Path, *, check: bool = True) -> None:
    whole, _ = root.entered(command, {})
    _do(whole, log, check=check)


def _do(command: Sequence[str], log: Path, *, check: bool = True) -> None:
    with log.open("ab") as file:
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ChrootError(f"took more than {_SECONDS} s: {log}") from None
    if check and done.returncode != 0:
        raise ChrootError(f"{command[0]} failed: {log}")
