"""Places in a real Pigeonhole and a real Cyrus: a script says near and far where the judge does.

Readers at home in Berlin, Manchester, Toronto and Albany; letters with accents in UTF-8, in
ISO 8859-1, as HTML entities and in encoded words of a Subject.
"""

from __future__ import annotations

import datetime as dt
import functools
import re

import pytest

from coldstop.message.reader import read
from coldstop.policy.load import load_text
from coldstop.scorecard.judge import judge
from coldstop.scorecard.resolve import resolve
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.targets import load_target
from support.judging import mail
from support.placemail import ALBANY, BERLIN, MANCHESTER, SAID, TORONTO, policy
from support.sievecheck import Pigeonhole
from support.sievehosts import CyrusHost
from support.workmail import STATEMENTS
from support.workmail import policy as work_policy

TODAY = dt.date(2026, 6, 1)

HEAD = b"From: Ann <ann@firm.example>\r\nTo: me@home.example\r\nMIME-Version: 1.0\r\n"


def _typed(charset: str, text: bytes, kind: str = "plain", subject: bytes = b"A job") -> bytes:
    kinds = f"Content-Type: text/{kind}; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n"
    return HEAD + b"Subject: " + subject + b"\r\n" + kinds.encode() + b"\r\n" + text + b"\r\n"


ODD = (
    (BERLIN, _typed("iso-8859-1", "Standort: München".encode("latin-1")), "far"),
    (BERLIN, _typed("windows-1252", "Standort: Düsseldorf \u2013 sofort".encode("cp1252")), "far"),
    (BERLIN, _typed("utf-8", b"<p><b>Standort:</b> M&uuml;nchen</p>", "html"), "far"),
    (BERLIN, _typed("utf-8", "<td>Standort:</td><td>Köln</td>".encode(), "html"), "far"),
    (BERLIN, _typed("utf-8", b"Standort: Berlin\r\nHR: Frau Muster"), ""),
    (BERLIN, _typed("utf-8", b"Standort: Berlin\r\nDauer: 6 Monate"), "near"),
    (BERLIN, _typed("utf-8", b"x", subject=b"=?utf-8?q?Dev=2C_M=C3=BCnchen=2C_Germany?="), "far"),
    (BERLIN, _typed("utf-8", b"x", subject=b"=?iso-8859-1?q?Dev_in_M=FCnchen?="), "far"),
    (TORONTO, _typed("iso-8859-1", "Location: Montréal, Québec".encode("latin-1")), "far"),
    (TORONTO, _typed("utf-8", b"Location: Montr&eacute;al", "html"), "far"),
    (TORONTO, _typed("utf-8", b"Location: Toronto,&nbsp;ON", "html"), "near"),
    (ALBANY, _typed("iso-8859-1", "Location: Zürich, Switzerland".encode("latin-1")), "far"),
    (MANCHESTER, _typed("utf-8", b"Location: <b>Manchester</b><br>Rate: 500", "html"), "near"),
    (MANCHESTER, _typed("utf-8", b"Location: <b>Salford</b>, M5 3AB", "html"), ""),
)

EVERY = [
    *((home, mail(text or "Hello.", subject), side) for home, subject, text, side in SAID),
    *ODD,
]


@functools.cache
def script(home: str) -> str:
    """Compile what names the rules that fired."""
    target = load_target("pigeonhole")
    return compile_policy(load_text(policy(home)), target, trace=True, today=TODAY, fixed=True).text


@pytest.mark.real
@pytest.mark.parametrize("home", [BERLIN, ALBANY])
def test_cyrus_and_judge_agree_about_places(home: str) -> None:
    """With room for every town, Cyrus' PCRE finds the places that the judge finds."""
    card = resolve(load_text(policy(home)))
    target = load_target("cyrus")
    limits = target.limits.model_copy(update={"script_bytes": None})
    roomy = target.model_copy(update={"places": "all", "limits": limits})
    text = compile_policy(load_text(policy(home)), roomy, trace=True, today=TODAY, fixed=True).text
    raws = [raw for where, raw, _ in EVERY if where == home]
    mails = [b"X-Number: %d\r\n" % number + raw for number, raw in enumerate(raws)]
    with CyrusHost() as host:
        host.activate("alice", text)
        assert all(code < 300 for code, _ in host.deliver("alice", mails))
        stored = [one for group in host.stored("alice").values() for one in group]
    assert len(stored) == len(mails)
    for one in stored:
        number = re.search(rb"^X-Number: (\d+)\r$", one.raw, re.MULTILINE)
        assert number is not None
        raw = raws[int(number[1])]
        fired = {one.name for one in judge(read(raw), card, today=TODAY).fired} - {"everything"}
        found = {side for side in ("near", "far") if f"$coldstop-rule-{side}" in one.flags}
        assert found == fired, raw


@pytest.mark.parametrize("home", [BERLIN, MANCHESTER, TORONTO, ALBANY])
def test_script_and_judge_agree_about_places(home: str) -> None:
    """Each message has the same side in both, and the one that a person would say."""
    card = resolve(load_text(policy(home)))
    with Pigeonhole() as host:
        for raw, side in ((raw, side) for where, raw, side in EVERY if where == home):
            fired = {one.name for one in judge(read(raw), card, today=TODAY).fired} - {"everything"}
            assert fired == ({side} if side else set()), raw
            flags = host.run(script(home), raw)
            assert set(re.findall(r"\$coldstop-rule-(near|far)\b", flags)) == fired, raw


@pytest.mark.parametrize("home", [ALBANY, "Austin, TX"])
def test_script_and_judge_agree_about_work(home: str) -> None:
    """Remote, remote for residents, and having to move are the same in both."""
    card = resolve(load_text(work_policy(home)))
    target = load_target("pigeonhole")
    text = compile_policy(
        load_text(work_policy(home)), target, trace=True, today=TODAY, fixed=True
    ).text
    with Pigeonhole() as host:
        for statement in STATEMENTS:
            raw = mail(statement)
            fired = {one.name for one in judge(read(raw), card, today=TODAY).fired} - {"everything"}
            flags = host.run(text, raw)
            found = set(re.findall(r"\$coldstop-rule-(remote|move)\b", flags))
            assert found == fired, statement
