"""Behind the milter, on a Dovecot of each kind: the policy's folder is the one that IMAP shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.mta import DOMAIN, Chain, chain
from support.namings import DOVECOTS, FOLDERS
from support.policies import message, wanting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.policy.folders import Naming

pytestmark = pytest.mark.real

UMLAUTS = wanting("umlauts", extra="folders: {trash: Entwürfe/Für später}\n")
SNIPPET = Path(__file__).parents[2] / "deploy" / "dovecot" / "coldstop.sieve"


@pytest.fixture(scope="module", params=["header", "subaddress"])
def filing(request: pytest.FixtureRequest) -> str:
    """How a copy gets into its folder."""
    return str(request.param)


@pytest.fixture(scope="module", params=DOVECOTS)
def served(request: pytest.FixtureRequest, filing: str) -> Iterator[tuple[Naming, Chain]]:
    """Servers with one kind of names, and the milter told so."""
    naming = DOVECOTS[request.param]
    settings: dict[str, object] = {"policy": "p.yaml", "mode": "enforce", "filing": filing}
    settings["own_domains"] = [DOMAIN]
    settings["mailboxes"] = {"bob@mail.test": "b.yaml"}
    if request.param != "slash":
        settings |= {"folder_separator": naming.separator, "folder_prefix": naming.prefix}
    before = SNIPPET if filing == "header" else None
    with chain(
        settings, {"p.yaml": wanting(), "b.yaml": UMLAUTS}, sieve_before=before, naming=naming
    ) as servers:
        yield naming, servers


@pytest.mark.parametrize(("verdict", "folder"), [*FOLDERS.items(), ("keep", "INBOX")])
def test_each_verdict_is_filed(served: tuple[Naming, Chain], verdict: str, folder: str) -> None:
    """The shipped script, or the sub-address, files into the host's name for the folder."""
    naming, servers = served
    servers.dovecot.empty()
    assert servers.send("x@sender.test", ["alice@mail.test"], message(verdict))[0] == 250
    servers.dovecot.wait_for("alice", naming.of(folder))
    assert list(servers.dovecot.everywhere("alice")) == [naming.of(folder)]


def test_outside_ascii(served: tuple[Naming, Chain], filing: str) -> None:
    """The script files into Entwürfe, below it and with the prefix; an address cannot say it."""
    naming, servers = served
    servers.dovecot.empty()
    assert servers.send("x@sender.test", ["bob@mail.test"], message("trash"))[0] == 250
    folder = naming.of("Entw&APw-rfe/F&APw-r sp&AOQ-ter") if filing == "header" else "INBOX"
    servers.dovecot.wait_for("bob", folder)
    assert list(servers.dovecot.everywhere("bob")) == [folder]
