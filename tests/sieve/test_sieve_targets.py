"""Targets: known by name, overruled by a greeting, each fact with its source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldstop.sieve.errors import SieveCode, SieveError
from coldstop.sieve.targets import NEEDED, load_target, target_names

if TYPE_CHECKING:
    from pathlib import Path


def test_all_targets_are_there_and_say_where_their_facts_are_from() -> None:
    """Sixteen kinds of host, each with sources; facts name keys that exist."""
    assert set(target_names()) == {
        "cyrus", "cyrus-128k", "docker-mailserver", "fastmail", "gandi", "generic",
        "generic-headers", "mail-in-a-box", "mailcow", "mailu", "migadu", "pigeonhole",
        "pigeonhole-2.4", "proton", "stalwart", "stalwart-1m",
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


@pytest.mark.parametrize("name", target_names())
def test_every_target_is_bounded_and_says_why(name: str) -> None:
    """A size, and either its source or the word that none was found."""
    target = load_target(name)
    assert target.limits.script_bytes is not None
    told = next(fact for fact in target.facts if "limits.script_bytes" in fact.about)
    known = told.source != "no source found"
    assert known != ("written nowhere" in told.says or "none found" in told.says)


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
        ("../targets/cyrus", None, SieveCode.BAD_TARGET),
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


MINE = """
name: mine
title: My own host
like: pigeonhole
limits: {script_bytes: 4000000}
"""


def test_a_target_of_ones_own(tmp_path: Path) -> None:
    """What a file does not say is taken from the target that it is like, its facts too."""
    path = tmp_path / "mine.yaml"
    path.write_text(MINE)
    mine, like = load_target(str(path)), load_target("pigeonhole")
    assert (mine.name, mine.limits.script_bytes) == ("mine", 4_000_000)
    assert mine.limits.variables == like.limits.variables
    assert mine.extensions == like.extensions
    assert not [fact for fact in mine.facts if "limits.script_bytes" in fact.about]
    assert [fact for fact in mine.facts if "letters" in fact.about]
    fewer = load_target(str(path), "fileinto variables")
    assert (fewer.strategy, fewer.limits) == ("headers-only", mine.limits)


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("name: [", ":1:8", "no YAML: "),
        ("- name", "", "a target is a mapping"),
        ("title: x\nextensions: []", "", "name: field required"),
        ("name: my host\ntitle: x\nextensions: []", "", "name: string should match pattern"),
        ("name: cyrus\ntitle: x\nlike: cyrus", "", "'cyrus' is a target that is shipped"),
        ("name: mine\ntitle: x\nlike: nowhere", "", "like: there is no target 'nowhere'"),
        ("name: mine\ntitle: x\nlike: [cyrus]", "", "like: there is no target"),
        ("name: mine\ntitle: x\nlike: cyrus\nbody: no", "", "body: unknown key"),
        ("name: mine\ntitle: x\nlike: cyrus\nlimits: 5", "", "limits: a mapping"),
        (
            "name: mine\ntitle: x\nlike: cyrus\nlimits: {script_bytes: much, words: 3}",
            "",
            "unable to parse string as an integer; limits.words: unknown key",
        ),
    ],
)
def test_a_file_that_is_no_target(tmp_path: Path, text: str, where: str, what: str) -> None:
    """Each error names the file, the place in it where that is known, and what is wrong."""
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(SieveError) as caught:
        load_target(str(path))
    assert caught.value.code is SieveCode.BAD_TARGET
    assert caught.value.message.startswith(f"{path}{where}: ")
    assert what in caught.value.message


@pytest.mark.parametrize("data", [None, b"\xff", b"#" * (1 << 20)])
def test_a_file_that_cannot_be_read(tmp_path: Path, data: bytes | None) -> None:
    """One that is missing, that is no text, that is far too large."""
    path = tmp_path / "mine.yaml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(SieveError, match=r"mine\.yaml: (cannot be read|is not UTF-8|more than)"):
        load_target(str(path))
