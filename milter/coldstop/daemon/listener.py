"""The socket that the mail server talks to.

`unix:/path`, `inet:port@host`, `inet6:port@host`, or `fd:N` (a listening socket that someone else
opened; systemd's `LISTEN_FDS` is taken without being asked for).

Refuses: a path that is taken by a living process or by something that is no socket (H18), an
address other than loopback unless `allow_remote` says so (mail would pass in clear text, and a
stranger could feed the milter), an inherited descriptor where libmilter cannot take one. Each is a
`ListenerError` whose text says what to do.
"""

from __future__ import annotations

import contextlib
import grp
import ipaddress
import os
import re
import socket
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, assert_never

from coldstop.daemon.binding import milter

if TYPE_CHECKING:
    from collections.abc import Mapping

_INET: Final = re.compile(r"(?P<family>inet6?):(?P<port>[0-9]{1,5})(@(?P<host>[^@\s]+))?")
_LONGEST_PATH: Final = 107  # sockaddr_un holds 108 bytes with the final NUL
_FIRST_FD: Final = 3  # SD_LISTEN_FDS_START, sd_listen_fds(3)


class ListenerError(Exception):
    """The socket cannot be had; the text is meant for the operator."""


@dataclass(frozen=True, slots=True)
class UnixSocket:
    """A path in the file system."""

    path: str


@dataclass(frozen=True, slots=True)
class InetSocket:
    """A port; `host` is empty for all interfaces."""

    family: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Inherited:
    """A descriptor that is already listening."""

    number: int


Address = UnixSocket | InetSocket | Inherited


def parse(text: str) -> Address:
    """Read a socket as the configuration writes it; raises ListenerError."""
    if text.startswith(("unix:", "local:")):
        path = text.partition(":")[2]
        if not path.startswith("/"):
            raise ListenerError(f"socket {text!r}: the path must be absolute")
        if len(os.fsencode(path)) > _LONGEST_PATH:
            raise ListenerError(f"socket {text!r}: a socket's path ends at {_LONGEST_PATH} bytes")
        return UnixSocket(path)
    if text.startswith("fd:") and text[3:].isascii() and text[3:].isdigit():
        return Inherited(int(text[3:]))
    found = _INET.fullmatch(text)
    if found is not None and 0 < int(found["port"]) < 65_536:
        return InetSocket(found["family"], found["host"] or "", int(found["port"]))
    raise ListenerError(
        f"socket {text!r}: expected unix:/path, inet:port@host, inet6:port@host or fd:N",
    )


def activated(environment: Mapping[str, str]) -> Inherited | None:
    """Give the socket that systemd opened for this very process, or None (sd_listen_fds(3))."""
    if environment.get("LISTEN_PID") != str(os.getpid()):
        return None
    if environment.get("LISTEN_FDS") != "1":
        raise ListenerError("systemd handed over more than one socket: coldstop takes one")
    return Inherited(_FIRST_FD)


@dataclass(frozen=True, slots=True)
class Listener:
    """An open socket. `identity` is device and inode of a socket file that is ours to remove."""

    description: str
    path: str = ""
    identity: tuple[int, int] = (0, 0)

    def remove(self) -> None:
        """Remove the socket file, if it is still the one that we made."""
        if not self.path:
            return
        with contextlib.suppress(OSError):
            found = os.lstat(self.path)
            if (found.st_dev, found.st_ino) == self.identity:
                Path(self.path).unlink()


def open_listener(
    address: Address,
    *,
    mode: int = 0o660,
    group: str = "",
    allow_remote: bool = False,
) -> Listener:
    """Open `address` in libmilter, before any worker is forked; raises ListenerError."""
    match address:
        case UnixSocket():
            return _open_unix(address, mode, group)
        case InetSocket():
            _check_reach(address, allow_remote=allow_remote)
            name = f"{address.family}:{address.port}" + (f"@{address.host}" if address.host else "")
            _open(name, "is the port taken?")
            return Listener(name)
        case Inherited():
            _check_inherited(address.number)
            name = f"fd:{address.number}"
            # Debian's libmilter takes descriptors, upstream's does not (facts: milter, H3).
            _open(name, "this libmilter may have been built without fd: support; use unix:/path")
            return Listener(name)
        case _:
            assert_never(address)


def _open(name: str, hint: str) -> None:
    try:
        milter.setconn(name)
        # Never with rmsock: libmilter would unlink the socket of a living process (H18).
        milter.opensocket(False)  # noqa: FBT003 - a C function without keywords
    except milter.error as error:
        raise ListenerError(f"cannot listen on {name}: {hint}") from error


def _open_unix(address: UnixSocket, mode: int, group: str) -> Listener:
    _clear_stale(address.path)
    try:
        gid = grp.getgrnam(group).gr_gid if group else -1
    except KeyError as error:
        raise ListenerError(f"socket_group {group!r}: there is no such group") from error
    # The mask, not a later chmod, decides: between the two anyone could connect.
    before = os.umask(0o777 & ~mode)
    try:
        _open(f"unix:{address.path}", "does its folder exist, and may this user write there?")
    finally:
        os.umask(before)
    found = os.lstat(address.path)
    listener = Listener(f"unix:{address.path}", address.path, (found.st_dev, found.st_ino))
    if gid >= 0:
        try:
            os.chown(address.path, -1, gid)
        except OSError as error:
            listener.remove()
            raise ListenerError(
                f"cannot give {address.path} to group {group}: {error.strerror}; "
                "is this user a member of it?",
            ) from error
    return listener


def _clear_stale(path: str) -> None:
    """Remove a socket file that nobody listens on; raises where someone does."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise ListenerError(f"cannot look at {path}: {error.strerror}") from error
    if not stat.S_ISSOCK(found.st_mode):
        raise ListenerError(f"{path} exists and is no socket; it is left alone")
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(2)
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            Path(path).unlink()
            return
        except FileNotFoundError:
            return
        except OSError as error:
            raise ListenerError(f"cannot tell whether {path} is in use: {error}") from error
    raise ListenerError(f"{path} is in use by another process")


def _check_reach(address: InetSocket, *, allow_remote: bool) -> None:
    if allow_remote:
        return
    try:
        loopback = ipaddress.ip_address(address.host).is_loopback
    except ValueError:
        loopback = address.host == "localhost"
    if not loopback:
        raise ListenerError(
            f"{address.family}:{address.port}@{address.host or '*'} can be reached from other "
            "machines; bind to 127.0.0.1, or set allow_remote: true and guard the port yourself",
        )


def _check_inherited(number: int) -> None:
    try:
        with socket.socket(fileno=os.dup(number)) as probe:
            listening = probe.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError as error:
        raise ListenerError(f"descriptor {number} is no socket: {error.strerror}") from error
    if not listening:
        raise ListenerError(f"descriptor {number} is not listening")
