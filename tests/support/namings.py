"""How real servers write folders: what Dovecot and Cyrus can be set to."""

from __future__ import annotations

from typing import Final

from coldstop.policy.folders import Naming
from support.sievehosts import CyrusHost, DovecotHost, SieveHost

DOVECOTS: Final = {
    "slash": Naming(),
    "dot": Naming("."),
    "dot-inbox": Naming(".", "INBOX."),
}
"""Dovecot's own default with Maildir is the second (`namespace { separator }`)."""
CYRUSES: Final = {
    "alt-unix": Naming(),
    "alt": Naming("."),
    "unix": Naming("/", "INBOX/"),
    "neither": Naming(".", "INBOX."),
}
"""By altnamespace and unixhierarchysep; the first is the default since 3.0."""
FOLDERS: Final = {
    "later": "Recruiters/Later",
    "file": "Recruiters",
    "quarantine": "Junk",
    "trash": "Trash",
}
"""Where the policies of `support.policies.wanting` file, as they write it."""


def host_for(name: str) -> SieveHost:
    """A private host by its name, `dovecot-dot` or `cyrus-unix`."""
    engine, _, how = name.partition("-")
    if engine == "dovecot":
        return DovecotHost(naming=DOVECOTS[how])
    return CyrusHost(naming=CYRUSES[how])


HOSTS: Final = (
    *(f"dovecot-{how}" for how in DOVECOTS),
    *(f"cyrus-{how}" for how in CYRUSES),
)


def naming_of(name: str) -> Naming:
    """How a host of this name writes folders."""
    engine, _, how = name.partition("-")
    return (DOVECOTS if engine == "dovecot" else CYRUSES)[how]
