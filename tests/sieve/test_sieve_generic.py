"""Hosts of which nothing is known: scripts that the smallest takes and reads as others do."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coldstop.policy.load import load_policy, load_text
from coldstop.resources import shipped_policies
from coldstop.sieve.budget import bytes_of, tokens_of
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.quote import DOLLAR, quote
from coldstop.sieve.rereading import NOTHING, without_dollars, without_empty_blocks
from coldstop.sieve.script import (
    BodyTest,
    Branch,
    Every,
    HeaderTest,
    If,
    Match,
    Negation,
    Set,
    SizeOver,
    Some,
    Stop,
    all_tests,
)
from coldstop.sieve.targets import load_target
from support.judging import TODAY
from support.sievecheck import Pigeonhole, cyrus_compiles, meaning

if TYPE_CHECKING:
    from pathlib import Path


def _scripts(target: str) -> list[str]:
    return [
        compile_policy(load_policy(name), load_target(target), today=TODAY).text
        for name in shipped_policies()
    ]


@pytest.mark.slow
def test_the_smallest_hosts_take_every_shipped_policy() -> None:
    """32 KB, 5,000 tokens, and the compilers of Pigeonhole and Cyrus, without being asked."""
    scripts = _scripts("generic")
    for script in scripts:
        assert bytes_of(script) <= 32_768
        assert tokens_of(script) <= 5_000
        assert not cyrus_compiles(script.replace("\n", "\r\n"))
    with Pigeonhole() as host:
        assert not host.compile(scripts)


@pytest.mark.slow
def test_a_host_without_text_takes_every_shipped_policy(tmp_path: Path) -> None:
    """GNU mailutils, which knows no CRLF, no empty block, no body, envelope or flags."""
    for script in _scripts("generic-headers"):
        path = tmp_path / "script.sieve"
        path.write_text(script, encoding="utf-8")
        done = subprocess.run(["sieve", "-c", path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("subject", "folder"),
    [("Dear $?nothing", ""), ("dear ${first_name}, a job", "Recruiters"), ("a job", "")],
)
def test_mailutils_files_as_the_policy_says(tmp_path: Path, subject: str, folder: str) -> None:
    """Tallies are counted there, and a failed mail merge is found."""
    text = """
coldstop: 1
name: merge
pitch: {threshold: 2}
rules:
  merge: {when: {header: Subject, contains: ["dear ${first_name}"]}, pitch: 2}
  any: {when: {header: Subject}, points: 5}
  tagged: {when: {header: X-Tag}, points: -2}
ladder: {0: keep, 3: tag, 5: file}
folders: {file: Recruiters}
"""
    script = compile_policy(load_text(text), load_target("generic-headers"), today=TODAY).text
    (tmp_path / "script.sieve").write_text(script, encoding="utf-8")
    box = tmp_path / "box"
    head = "From a@b.example Thu Jan  1 00:00:00 2026\nFrom: a@b.example\n"
    box.write_text(f"{head}Subject: {subject}\n\nhi\n\n", encoding="utf-8")
    done = subprocess.run(
        ["sieve", "-n", "-v", "-f", box, tmp_path / "script.sieve"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert (f"delivering into {folder}" in done.stderr + done.stdout) is bool(folder)


@given(st.text(alphabet="${}ab*?\\", min_size=1, max_size=12), st.booleans())
def test_a_key_is_never_lost_however_often_variables_are_put_in(text: str, whole: bool) -> None:
    """Read once or twice, no key becomes shorter: what it stood for still stands."""
    match = Match.IS if whole else Match.CONTAINS
    tests = (HeaderTest(("subject",), match, (text, "other")), BodyTest(match, (text,)))
    (command,) = without_dollars((If((Branch(Every(tests), (Stop(),)),)),))
    assert isinstance(command, If)
    for test in all_tests(command.branches[0].test):
        for key in test.keys if isinstance(test, HeaderTest | BodyTest) else ():
            once = meaning(quote(key), {DOLLAR: "$"})
            assert meaning(quote(once), {}) == once == key


def test_what_is_not_a_key_stays() -> None:
    """Tests around a key, guards and other commands are what they were."""
    guard = Negation(SizeOver(5))
    odd = BodyTest(Match.CONTAINS, ("a ${b}", "c"))
    (told,) = without_dollars((If((Branch(Every((guard, odd)), (Set("a", "${b}"),)),)),))
    plain, pattern = BodyTest(Match.CONTAINS, ("c",)), BodyTest(Match.MATCHES, ("*a $?b}*",))
    assert told == If((Branch(Every((guard, Some((plain, pattern)))), (Set("a", "${b}"),)),))


def test_no_block_is_empty() -> None:
    """Where a host takes none, a command that does nothing stands there."""
    (told,) = without_empty_blocks((If((Branch(SizeOver(1), ()), Branch(SizeOver(2), (Stop(),)))),))
    assert told == If(
        (Branch(SizeOver(1), (Set(NOTHING, ""),)), Branch(SizeOver(2), (Stop(),))), ()
    )


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ('require ["a", "b"];', 7),
        ('if header :contains "x" "y \\" z" { stop; }', 10),
        ("# a comment, with; marks\nstop;", 2),
        ("if size :over 1M { stop; }", 9),
    ],
)
def test_tokens(text: str, tokens: int) -> None:
    """A tag is two, a string is one, a comment is none."""
    assert tokens_of(text) == tokens
