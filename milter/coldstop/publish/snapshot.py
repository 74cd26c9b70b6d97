"""What is on the server, as far as it concerns us."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldstop.publish import texts
from coldstop.publish.texts import MAIN, PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coldstop.publish.session import Session


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The scripts of an account at one moment."""

    active: str
    """The active script's name; "" if Sieve is off."""
    names: frozenset[str]
    """All scripts."""
    texts: Mapping[str, bytes]
    """The active one, all that are named as ours are, those that our wrapper names, and what else
    was asked for; byte for byte."""

    def hashes(self) -> dict[str, str]:
        """SHA-256 over the bytes of every script that was read."""
        return {name: exact(text) for name, text in self.texts.items()}

    def text(self, name: str) -> bytes:
        """A script, b"" if it is not there."""
        return self.texts.get(name, b"")

    def has(self, name: str) -> bool:
        """Whether it is on the server."""
        return name in self.names


def exact(text: bytes) -> str:
    """SHA-256 over the very bytes, in hexadecimal."""
    return hashlib.sha256(text).hexdigest()


def take(session: Session, more: Iterable[str] = ()) -> Snapshot:
    """Read it; `more` are scripts to look into besides."""
    names, active = session.names()
    wanted = {name for name in names if name.startswith(PREFIX)} | {active} | set(more)
    found = {name: session.get(name) for name in names if name in wanted}
    main = found.get(MAIN, b"")
    for name in (texts.included(main)[1], texts.displaced(main)):
        if name in names and name not in found:
            found[name] = session.get(name)
    return Snapshot(active, frozenset(names), found)
