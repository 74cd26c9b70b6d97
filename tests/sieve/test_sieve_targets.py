"""Targets: known by name, overruled by a greeting, each fact with its source."""

from __future__ import annotations

import pytest

from coldstop.sieve.errors import SieveCode, SieveError
from coldstop.sieve.targets import NEEDED, load_target, target_names


def test_all_targets_are_there_and_say_where_their_facts_are_from() -> None:
    """Eleven kinds of host, each with sources; facts name keys that exist."""
    assert set(target_names()) == {
        "cyrus", "cyrus-128k", "fastmail", "gandi", "generic", "mailcow", "migadu", "pigeonhole",
        "pigeonhole-2.4", "proton", "stalwart",
    }  # fmt: skip
    for name in target_names():
        target = load_target(name)
        assert target.name == name
        assert target.facts
        assert set(NEEDED) <= set(target.extensions)
        for fact in target.facts:
            for about in fact.about:
                key, _, inner = about.partition(".")
                assert hasattr(target, key)
                assert not inner or hasattr(target.limits, inner)


def test_a_greeting_counts_more_than_the_table() -> None:
    """The server's own SIEVE line decides how text is tested."""
    assert load_target("generic").strategy == "contains"
    greeting = '"SIEVE" "fileinto variables body regex relational comparator-i;ascii-numeric"'
    assert load_target("generic", greeting).strategy == "regex"
    assert load_target("pigeonhole", "fileinto variables").strategy == "headers-only"


@pytest.mark.parametrize(
    ("name", "capabilities", "code"),
    [
        ("nowhere", None, SieveCode.UNKNOWN_TARGET),
        ("../targets/cyrus", None, SieveCode.UNKNOWN_TARGET),
        ("generic", "", SieveCode.BAD_CAPABILITIES),
        ("generic", "fileinto <variables>", SieveCode.BAD_CAPABILITIES),
        ("generic", "fileinto body", SieveCode.MISSING_EXTENSION),
    ],
)
def test_what_is_no_target(name: str, capabilities: str | None, code: SieveCode) -> None:
    """A name that is not shipped, a list that is none, a host that cannot count."""
    with pytest.raises(SieveError) as caught:
        load_target(name, capabilities)
    assert caught.value.code is code
