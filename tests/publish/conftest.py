"""Private ManageSieve servers, and an account on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.sievedesk import THEIRS, Desk
from support.sievehosts import CyrusHost, DovecotHost, SieveHost

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session", params=["dovecot", "cyrus"])
def host(request: pytest.FixtureRequest) -> Iterator[SieveHost]:
    """One of the two servers."""
    kind = {"dovecot": DovecotHost, "cyrus": CyrusHost}[request.param]
    with kind() as server:
        yield server


@pytest.fixture
def desk(host: SieveHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Alice, whose own script is active."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    one = Desk(host, "alice", tmp_path, host.sieve_port)
    one.clear(THEIRS)
    return one
