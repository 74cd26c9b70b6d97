"""Judge and generated script agree to the last point, on a real Pigeonhole and a real Cyrus.

`make parity` compares more. Where the SpamAssassin corpus is missing these tests fail and say how
to fetch it; where the corpora beside the project are missing they print that nothing of them was
compared.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from coldstop.message.defects import Defect
from coldstop.policy.load import load_text
from differential import micro
from differential.engines import Lab, Side, host_for, target_for
from differential.generate import Generator
from differential.known import HIDDEN, TORTURE, reason
from differential.mailsets import CorpusMissingError, corpora, samples, spamassassin
from differential.outcome import Outcome, differences
from differential.sets import POLICIES, shares, shipped, sides
from differential.small import texts
from support.sievecheck import Pigeonhole
from support.sievewire import authority

if TYPE_CHECKING:
    from pathlib import Path

    from differential.engines import Letter, Result

pytestmark = [pytest.mark.real, pytest.mark.slow]

ENGINES = ("pigeonhole", "cyrus")
SPAMASSASSIN = 1_000
MADE = 300
MIME = 80
GAPS = 60
EACH = 40
"""Generated messages for each small policy."""


NEVER_FIRE = {
    "kinds": {"is-connect", "is-candidate", "is-ats-status"},
    "dates": {"until-yesterday", "from-tomorrow", "passive"},
    "omitted": {"own"},
}
"""Rules of the small policies that must not fire, in either world."""
REFUSED = {
    "cyrus": {
        "mikel-mail__spec_fixtures_emails_.gitattributes.eml",
        "mikel-mail__spec_fixtures_emails_error_emails_multiple_references_with_one_invalid.eml",
        "mikel-mail__spec_fixtures_emails_rfc2822_example13.eml",
        "python-cpython-3-13-0__Lib_test_test_email_data_msg_35.eml",
        "stalwartlabs-mail-parser__resources_eml_thirdparty_005.eml",
    },
    "pigeonhole": set[str](),
}
"""Torture that the server does not take: lines in the header that are no fields, and NUL."""

Plan = list[tuple[str, Side, "list[Letter]"]]
Found = dict[str, dict[str, "list[Result]"]]


def plan(engine: str) -> Plan:
    """Everything that is delivered to one engine: a name, a policy, letters."""
    dealt = shares(shipped(), spam=SPAMASSASSIN, made=MADE, mime=MIME, gaps=GAPS)
    found: Plan = [
        (f"{side.name} {name}", side, letters)
        for side, share in zip(sides(engine), dealt, strict=True)
        for name, letters in share.items()
        if letters
    ]
    small = {
        name: Side.of(load_text(text, name), target_for(engine, roomy=True))
        for name, text in texts(today()).items()
    }
    found += [
        (f"small {name}", side, Generator(load_text(text, name)).letters(EACH))
        for (name, side), text in zip(small.items(), texts(today()).values(), strict=True)
    ]
    found += [
        ("micro words", small["words"], micro.texts()),
        ("micro headers", small["headers"], micro.subjects()),
        ("micro addresses", small["addresses"], micro.addresses()),
        ("micro people", small["people"], micro.addresses()),
    ]
    return [*found, ("torture", small["words"], corpora("torture"))]


def today() -> dt.date:
    """The hosts' day."""
    return dt.datetime.now().astimezone().date()


@pytest.fixture(scope="module")
def found() -> Found:
    """Deliver everything to both engines at once; results by engine and name."""
    authority()  # made once, before there are threads
    plans = {engine: plan(engine) for engine in ENGINES}
    found: Found = {engine: {} for engine in ENGINES}
    failed: list[BaseException] = []

    def deliver(engine: str) -> None:
        try:
            with host_for(engine) as host:
                lab = Lab(host)
                # Letters of one policy go together: a Cyrus mailbox costs more than a delivery.
                for side in dict.fromkeys(side for _, side, _ in plans[engine]):
                    mine = [(name, every) for name, one, every in plans[engine] if one is side]
                    letters = [letter for _, every in mine for letter in every]
                    results = {id(one.letter): one for one in lab.compare([side], letters, today())}
                    for name, every in mine:
                        found[engine][name] = [results[id(letter)] for letter in every]
        except BaseException as error:  # noqa: BLE001 - raised again in pytest's own thread
            failed.append(error)

    threads = [threading.Thread(target=deliver, args=(engine,)) for engine in ENGINES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return found


def faults(results: list[Result]) -> list[str]:
    """Differences that nothing explains, in words."""
    return [
        f"{one.side.name}: {one.letter.name}: {one.difference}"
        for one in results
        if one.difference and not one.defects and not reason(one)
    ]


def named(found: Found, engine: str, start: str) -> list[Result]:
    """All results of an engine whose name begins so."""
    return [one for name, every in found[engine].items() if name.startswith(start) for one in every]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("policy", POLICIES)
def test_shipped_policies(found: Found, engine: str, policy: str) -> None:
    """Every preset and example: pitch, tallies, verdict, folder and rules are the same."""
    results = named(found, engine, f"{policy} ")
    assert faults(results) == []
    assert not [one.letter.name for one in results if one.difference == "lost"]
    pitches = [one for one in results if one.judge and one.judge.pitch >= one.side.card.threshold]
    equal = sum(one.equal for one in results)
    sys.stdout.write(
        f"{engine}, {policy}: {equal} of {len(results)} equal, {len(pitches)} pitches\n"
    )
    assert len(pitches) >= 40
    assert equal >= len(results) * 0.98


@pytest.mark.parametrize("engine", ENGINES)
def test_a_thousand_messages_of_the_spamassassin_corpus(found: Found, engine: str) -> None:
    """The share of real mail is what it should be, and all of it is accepted."""
    results = [one for policy in POLICIES for one in named(found, engine, f"{policy} SpamAssassin")]
    assert len(results) == SPAMASSASSIN
    assert sum(one.equal for one in results) >= SPAMASSASSIN * 0.995
    assert faults(results) == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", sorted(texts(dt.date(2026, 1, 1))))
def test_small_policies(found: Found, engine: str, name: str) -> None:
    """One policy a kind of test: equal on every message, and every rule of it fired."""
    results = found[engine][f"small {name}"]
    assert faults(results) == []
    fired = {rule for one in results if one.judge for rule in one.judge.rules}
    assert results[0].side.card.policy.rules.keys() - fired == NEVER_FIRE.get(name, set())


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["words", "headers", "addresses", "people"])
def test_one_oddity_a_message(found: Found, engine: str, name: str) -> None:
    """A message on which the reader notes no defect is read alike, whatever else is odd in it."""
    results = found[engine][f"micro {name}"]
    assert faults(results) == []
    assert sum(one.equal for one in results) > len(results) * 0.8


@pytest.mark.parametrize("engine", ENGINES)
def test_torture(found: Found, engine: str) -> None:
    """On hostile MIME every difference is a named one, and every named one is still there."""
    results = found[engine]["torture"]
    sys.stdout.write(f"{engine}: {len(results)} messages of the torture corpus compared\n")
    if results:
        differ = {one.letter.name.partition("/")[2] for one in results if one.difference}
        assert differ == TORTURE[engine].keys()
        refused = {one.letter.name.partition("/")[2] for one in results if one.refused}
        assert refused == REFUSED[engine]


@pytest.mark.parametrize("engine", ENGINES)
def test_defects_hide_nothing_from_the_judge(found: Found, engine: str) -> None:
    """Where both read defective mail differently it is the judge who reads more, always."""
    results = [*found[engine]["torture"], *found[engine]["micro words"]]
    less = {
        one.letter.name
        for one in results
        if one.judge and one.script and one.script.rules - one.judge.rules
    }
    assert less == set()


@pytest.mark.parametrize("engine", ENGINES)
def test_what_hosts_hide_is_named(found: Found, engine: str) -> None:
    """A part of unknown encoding or broken type is read, with a defect; scripts do not see it."""
    hidden = {Defect.UNKNOWN_ENCODING.value, Defect.BAD_CONTENT_TYPE.value}
    results = [one for one in found[engine]["micro words"] if hidden & set(one.defects)]
    differ = {
        one.letter.name
        for one in results
        if one.judge and one.script and one.judge.rules and not one.script.rules
    }
    assert {name for name in differ if "doubt" not in name} == HIDDEN[engine].keys()


@pytest.mark.parametrize("engine", ENGINES)
def test_the_judge_reads_what_is_in_doubt(found: Found, engine: str) -> None:
    """Preambles, epilogues and parts that only some mail programs show."""
    doubts = [one for one in found[engine]["micro words"] if "doubt" in one.letter.name]
    assert len(doubts) == 5
    assert not [one.letter.name for one in doubts if not one.defects]
    assert not [one.letter.name for one in doubts if not one.judge or not one.judge.rules]


def test_sieve_test_says_the_same() -> None:
    """Pigeonhole's own `sieve-test` agrees on the samples, without a server in between."""
    (policy,) = (one for one in shipped() if one.name == "samples")
    side = Side.of(policy, target_for("pigeonhole"))
    with Pigeonhole() as pigeonhole:
        for letter in samples():
            raw = letter.raw.replace(b"\n", b"\r\n")
            said = pigeonhole.run(side.script, raw)
            folder = re.search(r"store message in folder: (.+)", said)
            flags = re.search(r"add IMAP flags: (.+)", said)
            assert folder is not None
            assert flags is not None
            judged, _ = side.judge(raw, letter.sender, today())
            script = Outcome.of_trace(flags[1].split(), folder[1])
            assert (letter.name, differences(judged, script)) == (letter.name, "")


def test_the_missing_corpus_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the SpamAssassin corpus nothing is skipped: the error says what to run."""
    monkeypatch.setenv("COLDSTOP_SPAMASSASSIN", str(tmp_path))
    with pytest.raises(CorpusMissingError, match="make corpus"):
        spamassassin(10)
