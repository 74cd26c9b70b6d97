"""Private mail servers for the tests of a whole delivery."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.mta import Chain, chain
from support.policies import wanting

if TYPE_CHECKING:
    from collections.abc import Iterator

SNIPPET = Path(__file__).parents[2] / "deploy" / "dovecot" / "coldstop.sieve"
FILES = {
    "p.yaml": wanting("small", extra='reply: {reject: "Please say, 100%, who you are."}\n'),
    "bob.yaml": wanting("bobs", "X-Bob-Wants"),
}
BOXES = {"bob@mail.test": "bob.yaml"}


@pytest.fixture(scope="module")
def by_header() -> Iterator[Chain]:
    """Enforce, with the shipped Sieve script filing by our headers."""
    settings = {"policy": "p.yaml", "mode": "enforce", "mailboxes": BOXES}
    with chain(settings, FILES, sieve_before=SNIPPET) as servers:
        yield servers


@pytest.fixture(scope="module")
def by_address() -> Iterator[Chain]:
    """Enforce, filing by sub-address, with quarantine in Postfix's hold queue."""
    settings = {
        "policy": "p.yaml",
        "mode": "enforce",
        "filing": "subaddress",
        "own_domains": ["mail.test"],
        "quarantine": "hold",
        "mailboxes": BOXES,
    }
    with chain(settings, FILES) as servers:
        yield servers
