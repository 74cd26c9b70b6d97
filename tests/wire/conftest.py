"""One milter for the wire tests, and connections to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.mta import Milter
from support.policies import wanting
from support.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = {
    "p.yaml": wanting("small", extra='reply: {reject: "100% no, thank you."}\n'),
    "bob.yaml": wanting("bobs", "X-Bob-Wants", extra='reply: {reject: "Bob says no."}\n'),
}
SETTINGS = {
    "policy": "p.yaml",
    "mode": "enforce",
    "quarantine": "hold",
    "filing": "subaddress",
    "own_domains": ["mail.test", "x.test"],
    "mailboxes": {"bob@mail.test": "bob.yaml"},
}


@pytest.fixture(scope="module")
def milter() -> Iterator[Milter]:
    """Run a milter that enforces."""
    with Milter(settings=SETTINGS, files=FILES) as running:
        yield running


@pytest.fixture
def wire(milter: Milter) -> Iterator[Wire]:
    """Connect to it, and have it negotiated."""
    with Wire(str(milter.socket_path)) as connection:
        connection.begin()
        yield connection
