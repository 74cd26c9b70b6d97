"""Every shipped policy for every target: it compiles, it fits, and it says what it loses."""

from __future__ import annotations

import datetime as dt

import pytest

from coldstop.policy.load import load_policy, load_text
from coldstop.resources import shipped_policies
from coldstop.scorecard.resolve import load_scorecard
from coldstop.sieve.compile import Compiled, compile_policy, compile_scorecard
from coldstop.sieve.errors import SieveCode, SieveError
from coldstop.sieve.loss import State
from coldstop.sieve.seal import read_seal
from coldstop.sieve.targets import load_target, target_names
from support.judging import TODAY
from support.policies import wanting
from support.sievecheck import Pigeonhole, cyrus_compiles

POLICIES = shipped_policies()


RAY = "examples/ray.yaml"


@pytest.fixture(scope="module")
def compiled() -> dict[tuple[str, str], Compiled]:
    """The example with everything in it, for hosts of every sort."""
    card = load_scorecard(RAY)
    return {
        (RAY, target): compile_scorecard(
            card, load_target(target), trim=target == "cyrus", today=TODAY
        )
        for target in ("pigeonhole", "cyrus", "cyrus-128k", "stalwart", "proton", "generic")
    }


@pytest.mark.slow
def test_shipped_policies_compile_for_every_target() -> None:
    """The host's own compiler takes every script that is for it."""
    scripts: list[str] = []
    for name in POLICIES:
        card = load_scorecard(name)
        for target in map(load_target, target_names()):
            made = compile_scorecard(card, target, trim=True, today=TODAY)
            assert made.fullness <= 1
            if target.runs == "cyrus":
                assert not cyrus_compiles(made.text)
            else:
                scripts.append(made.text)
    with Pigeonhole() as host:
        assert not host.compile(scripts)


@pytest.mark.slow
def test_a_script_keeps_within_the_known_bounds(
    compiled: dict[tuple[str, str], Compiled],
) -> None:
    """The example with its gazetteer stays under 240 KB; a form of it fits Cyrus' default 32 KB."""
    assert len(compiled[RAY, "pigeonhole"].text.encode()) < 240 * 1024
    cyrus = compiled[RAY, "cyrus"].text
    assert len(cyrus.replace("\n", "\r\n").encode()) <= 32_768
    assert not cyrus_compiles(cyrus)
    assert not cyrus_compiles(compiled[RAY, "cyrus-128k"].text)


def test_every_rule_is_accounted_for(compiled: dict[tuple[str, str], Compiled]) -> None:
    """Each rule stands once in the report; one that is not exact says why."""
    for (name, _), made in compiled.items():
        rules = [loss.rule for loss in made.loss if loss.rule]
        assert rules == list(load_policy(name).rules)
        assert all(loss.why for loss in made.loss if loss.state is not State.EXACT)


def test_what_regex_hosts_lose_is_whose_words_they_are(
    compiled: dict[tuple[str, str], Compiled],
) -> None:
    """On Pigeonhole only the stated connection is approximate, and nothing is dropped."""
    made = compiled[RAY, "pigeonhole"]
    lost = {loss.rule for loss in made.loss if loss.rule and loss.state is not State.EXACT}
    assert {"cold", "says-how-we-met", "relocation"} <= lost
    assert not {"template", "unwanted-role", "job-form", "never-again"} & lost
    assert all(loss.state is not State.DROPPED for loss in made.loss)


def test_a_host_without_text_says_so(compiled: dict[tuple[str, str], Compiled]) -> None:
    """On Proton labels are dropped, text rules search the subject, header rules are exact."""
    states = {loss.rule: loss.state for loss in compiled[RAY, "proton"].loss if loss.rule}
    assert states["job-form"] is State.DROPPED
    assert states["template"] is State.APPROXIMATE
    assert states["never-again"] is State.EXACT


@pytest.mark.slow
def test_the_same_policy_gives_the_same_script() -> None:
    """Nothing in a script depends on the run."""
    first = compile_policy(load_policy("strict"), load_target("cyrus"), trim=True, today=TODAY)
    again = compile_policy(load_policy("strict"), load_target("cyrus"), trim=True, today=TODAY)
    assert again.text == first.text


def test_the_head_shows_changes() -> None:
    """Line ends may change on the way to a server, anything else shows."""
    text = compile_policy(load_policy("strict"), load_target("pigeonhole"), today=TODAY).text
    seal = read_seal(text)
    assert seal is not None
    assert (seal.policy, seal.target, seal.intact) == ("strict", "pigeonhole", True)
    crlf = read_seal(text.replace("\n", "\r\n").rstrip())
    assert crlf is not None
    assert crlf.intact
    edited = read_seal(text.replace("fileinto", "filinto"))
    assert edited is not None
    assert not edited.intact
    assert read_seal("require []; # coldstop") is None


def test_behind_the_milter_its_word_counts() -> None:
    """Only with --behind-milter the script looks at the milter's headers at all."""
    policy, target = load_policy("passive"), load_target("pigeonhole")
    assert "X-Coldstop" not in compile_policy(policy, target, today=TODAY).text
    trusting = compile_policy(policy, target, behind_milter=True, trace=True, today=TODAY).text
    assert trusting.index("X-Coldstop-Verdict") < trusting.index("body :content")
    head = "X-Coldstop-Verdict: {}\r\nX-Coldstop-Folder: Some/Where\r\nSubject: hi\r\n\r\nhi\r\n"
    with Pigeonhole() as host:
        filed = host.run(trusting, head.format("file").encode())
        assert "folder: Some/Where" in filed
        assert "$coldstop-pitch" not in filed
        assert "$coldstop-tag" in host.run(trusting, head.format("tag").encode())
        observed = host.run(trusting, head.format("observe; would=trash").encode())
        assert "$coldstop" not in observed
        assert "$coldstop-pitch-0" in host.run(trusting, head.format("none").encode())


@pytest.mark.parametrize(
    ("want", "action"),
    [
        ("keep", "verdict-keep"),
        ("tag", "$coldstop-tag"),
        ("later", "folder: Recruiters/Later"),
        ("file", "folder: Recruiters"),
        ("quarantine", "folder: Junk"),
        ("trash", "folder: Trash"),
        ("reject", "folder: Recruiters"),
        ("discard", "discard"),
    ],
)
def test_every_verdict_has_one_action(want: str, action: str) -> None:
    """Reject files, discard is there where the policy names it, and nothing is done twice."""
    script = compile_policy(
        load_text(wanting()), load_target("pigeonhole"), trace=True, today=TODAY
    ).text
    with Pigeonhole() as host:
        done = host.run(script, f"X-Want: {want}\r\nSubject: x\r\n\r\nhi\r\n".encode())
    assert action in done
    assert done.count(" * ") == (1 if want != "keep" else done.count(" * "))


def test_a_script_for_one_day_holds_no_clock() -> None:
    """`day` writes the answers of that day into the script."""
    text = """
coldstop: 1
name: dated
pitch: {threshold: 1}
rules:
  any: {when: {date: {from: 2026-06-01, until: 2026-06-30}}, pitch: 1}
ladder: {0: keep}
"""
    policy, target = load_text(text), load_target("pigeonhole")
    assert "currentdate" in compile_policy(policy, target, today=TODAY).text
    inside = compile_policy(policy, target, today=dt.date(2026, 6, 30), fixed=True)
    assert "currentdate" not in inside.text
    assert 'set "for" "${for}x"' in inside.text
    outside = compile_policy(policy, target, today=dt.date(2026, 7, 1), fixed=True)
    assert 'set "for" "${for}x"' not in outside.text


def test_tracing_needs_flags() -> None:
    """A host without imap4flags cannot show a trace."""
    target = load_target("generic", "fileinto variables")
    with pytest.raises(SieveError) as caught:
        compile_policy(load_policy("open"), target, trace=True, today=TODAY)
    assert caught.value.code is SieveCode.MISSING_EXTENSION
