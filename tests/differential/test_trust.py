"""Whose word counts, in the judge and on real servers: everyday fields, and forged ones.

Every letter is handed to Dovecot and to Cyrus by LMTP and judged there by compiled scripts; the
judge reads the same stored bytes. What a script credits, the judge credits: never the reverse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from coldstop.policy.load import load_text
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.targets import load_target
from differential.engines import Lab, Letter, Side, host_for, target_for
from support.authresults import FRIEND, ID, SPELLINGS
from support.forgeries import EVIL, FIRM, forgeries
from support.judging import TODAY

if TYPE_CHECKING:
    from collections.abc import Iterator


pytestmark = [pytest.mark.real, pytest.mark.slow]

POLICY: Final = """
coldstop: 1
name: {name}
pitch: {{threshold: 1}}
trust: {{authserv: [{id}, "*.farm.example"]{more}}}
lists:
  firms: [{firm}, {friend}]
  people: [friend@known.example]
  recognised: []
  relays: []
  connection: []
rules:
  everything: {{when: {{not: {{header: X-Never}}}}, pitch: 1}}
  known: {{when: {{relationship: [known-firm, known-person]}}, points: 10}}
  auth: {{when: {{authenticated: true}}, points: 100}}
ladder: {{0: keep, 10: file Known, 100: file Auth, 110: file KnownAuth}}
"""
FORGED: Final = 2_400
ODD_SENDERS: Final = (
    f"Bob <bob@=?utf-8?q?{FIRM}?=>",
    f"Bob <bob@=?utf-8?q?{FIRM}_?=.{EVIL}>",
    f"Bob <bob@=?utf-8?b?Z29vZGZpcm0uZXhhbXBsZQ==?=.{EVIL}>",
    f"=?utf-8?q?bob=40{FIRM}?= <bob@{EVIL}>",
    f"=?utf-8?q?Bob_=3Cbob=40{FIRM}=3E?= <bob@{EVIL}>",
    f"Bob <=?utf-8?q?bob=40{FIRM}=3E?=@{EVIL}>",
    f"bob@{FIRM} <bob@{EVIL}>",
    f"<bob@{FIRM}> <bob@{EVIL}>",
    f"Bob <bob@{EVIL}> (bob@{FIRM})",
    f"Bob <@{FIRM}:bob@{EVIL}>",
    f"Bob <bob@{FIRM}@{EVIL}>",
    f"Bob <bob@{FIRM}\\@{EVIL}>",
    f'"bob@{FIRM}" <bob@{EVIL}>',
    f"bob@{FIRM}, bob@{EVIL}",
)


def policy(name: str = "alone", more: str = "") -> str:
    """Write the policy of these tests."""
    return POLICY.format(name=name, id=ID, firm=FIRM, friend=FRIEND, more=more)


def letter(name: str, fields: tuple[str, ...], sender: str) -> Letter:
    """Write one message with these Authentication-Results."""
    lines = "".join(f"Authentication-Results: {one}\n" for one in fields)
    head = f"{lines}From: {sender}\nTo: ray@home.example\nSubject: hello\n\nbody\n"
    return Letter(name, head.replace("\n", "\r\n").encode("utf-8", "surrogateescape"))


def sides(engine: str) -> list[Side]:
    """Give the policies of these tests for the targets that run on this engine."""
    dovecot = ["pigeonhole", "gandi", "stalwart-1m"]
    names = dovecot if engine == "pigeonhole" else ["cyrus", "fastmail", "stalwart"]
    texts = policy(), policy("together", ", foreign: removed, fields: 3")
    return [
        Side.of(load_text(text), target_for(name, roomy=True)) for name in names for text in texts
    ]


@pytest.fixture(scope="module", params=["pigeonhole", "cyrus"])
def lab(request: pytest.FixtureRequest) -> Iterator[tuple[Lab, list[Side]]]:
    """Start a server, with the scripts that run there."""
    with host_for(request.param) as host:
        yield Lab(host), sides(request.param)


def results(
    lab: tuple[Lab, list[Side]], letters: list[Letter]
) -> Iterator[tuple[Side, Letter, frozenset[str], frozenset[str]]]:
    """Judge everywhere: the rules that fired in the judge and in the script. Nothing is lost."""
    for one in lab[0].compare(lab[1], letters, TODAY):
        assert not one.refused
        assert one.judge is not None
        assert one.script is not None
        yield one.side, one.letter, one.judge.rules, one.script.rules


def test_everyday_fields_are_read_and_never_more_in_scripts(lab: tuple[Lab, list[Side]]) -> None:
    """The judge knows every friend; a script knows those that it can know safely."""
    letters = [
        letter(str(number), one.fields, f"Kim <kim@{FRIEND}>")
        for number, one in enumerate(SPELLINGS)
    ]
    wrong = []
    for side, sent, judge, script in results(lab, letters):
        spelling = SPELLINGS[int(sent.name)]
        readable = side.name == "together" or not spelling.together
        found = "auth" in judge, "auth" in script
        if found != (readable, readable and spelling.script):
            wrong.append((side.target.name, side.name, spelling.software, found))
    assert not wrong


def test_no_forged_field_earns_anything(lab: tuple[Lab, list[Side]]) -> None:
    """Whatever a sender encodes into what servers repeat of him: no credit, in no script."""
    letters = [
        letter(fields[0], fields, f"Bob <bob@{FIRM}>") for fields in forgeries(FORGED, seed=11)
    ]
    wrong = [
        (side.target.name, side.name, sent.name, judge, script)
        for side, sent, judge, script in results(lab, letters)
        if {"auth", "known"} & (judge | script)
    ]
    assert not wrong


def test_no_odd_from_earns_anything(lab: tuple[Lab, list[Side]]) -> None:
    """A server that vouches for the sender's own domain, and a From that says two things."""
    letters = []
    for number, sender in enumerate(ODD_SENDERS):
        claims = {EVIL, sender.rpartition("@")[2].strip("<> ()")}
        for claim in sorted(claims):
            results_ = f" dmarc=pass (p=none dis=none) header.from={claim}"
            letters.append(letter(f"{number} {claim}", (f"{ID};{results_}",), sender))
    wrong = [
        (side.target.name, ODD_SENDERS[int(sent.name.split()[0])], sent.name, judge, script)
        for side, sent, judge, script in results(lab, letters)
        if "known" in judge | script
    ]
    assert not wrong


@pytest.mark.parametrize("software", ["OpenDKIM since 2.11.0-beta2", "rspamd", "Exim", "Fastmail"])
def test_the_loss_report_names_what_is_not_believed(software: str) -> None:
    """Software whose fields a script refuses stands in --loss by name."""
    made = compile_policy(load_text(policy()), load_target("pigeonhole"), today=TODAY)
    assert software in "".join(str(one) for one in made.loss).partition("not believed")[2]
