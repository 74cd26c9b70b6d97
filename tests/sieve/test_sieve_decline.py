"""The decline goes to a person who wrote one apt pitch, once, and to nobody else (S56-S61)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldstop.policy.load import load_policy, load_text
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.decline import HANDLE, MACHINE_FIELDS, ROBOTS
from coldstop.sieve.loss import State
from coldstop.sieve.targets import load_target, target_names
from support.judging import TODAY
from support.sieveanswers import AnsweringHost
from support.sievecheck import Pigeonhole, cyrus_compiles
from support.sievehosts import CyrusHost

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coldstop.sieve.compile import Compiled

TEXT = 'Thank you for contacting me. At this time I am not "looking", ${name}; feel free \\ later.'
POLICY = """\
coldstop: 1
name: tiny
trust: {authserv: mx.home.example}
pitch: {threshold: 3}
lists: {relays: [linkedin.com]}
rules:
  job: {when: {text: a job}, pitch: 3, kind: job}
  blast: {when: {text: a blast}, pitch: 3, kind: blast}
  inmail: {when: {header: X-InMail}, pitch: 3, kind: inmail}
  connect: {when: {text: connect}, pitch: 3, kind: connect}
  career: {when: {text: career coach}, pitch: 3, kind: career-service}
  candidate: {when: {text: our bench}, pitch: 3, kind: candidate}
  alert: {when: {text: job alert}, pitch: 3, kind: job-alert}
  status: {when: {text: your application}, pitch: 3, kind: ats-status}
  asks: {when: {text: who do you know}, pitch: 3, kind: referral}
  excused: {when: {text: excuse}, pitch: -3, kind: referral}
  scam: {when: {text: a fee}, pitch: 3, kind: scam}
  board: {when: {text: our board}, pitch: 3, kind: job-board}
  hurry: {when: {text: hurry}, points: 3, always: true}
  far: {when: {text: relocate}, points: 6}
  bad: {when: {text: bad}, points: 20}
ladder: {0: keep, 3: tag, 6: later, 20: trash}
"""
DECLINE = f"""\
reply:
  decline: '{TEXT}'
"""
VOUCHED = "mx.home.example; dmarc=pass header.from=firm.example"


def mail(text: str = "A job, relocate.", /, **fields: str | None) -> bytes:
    """A pitch from Ann that would be declined; fields replace hers, None leaves one out."""
    given: Mapping[str, str | None] = {
        "Return-Path": "<ann@firm.example>",
        "Authentication-Results": VOUCHED,
        "From": "Ann <ann@firm.example>",
        "To": "alice@mail.test",
        "Subject": "Hello",
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value is not None)
    return f"{head}\r\n{text}\r\n".encode()


def made(
    target: str = "pigeonhole", more: str = DECLINE, *, behind_milter: bool = False
) -> Compiled:
    """A script of the policy for a target."""
    policy = load_text(POLICY + more)
    return compile_policy(policy, load_target(target), behind_milter=behind_milter, today=TODAY)


@pytest.fixture(scope="module")
def shown() -> Iterator[Shown]:
    """Pigeonhole's own tool."""
    with Pigeonhole() as host:
        yield Shown(host)


class Shown:
    """Whether Pigeonhole would answer a mail."""

    def __init__(self, host: Pigeonhole) -> None:
        self.host = host
        self.script = made().text

    def answers(self, raw: bytes) -> bool:
        """The vacation action is among those that it shows."""
        return f"handle  : {HANDLE}" in self.host.run(self.script, raw)


def test_off_unless_it_is_written() -> None:
    """Without a text nothing is sent, whatever else the section says."""
    for more in ("", "reply: {reject: no}\n", "reply: {decline_days: 9}\n"):
        compiled = made(more=more)
        assert "vacation" not in compiled.requires
        assert "vacation" not in compiled.text


@pytest.mark.parametrize("text", ["A job, hurry.", "A job, relocate.", "Who do you know? Hurry."])
def test_an_apt_pitch_is_declined(shown: Shown, text: str) -> None:
    """A job or a request for names, from an authenticated person, at one of the verdicts."""
    assert shown.answers(mail(text))
    assert TEXT in shown.host.run(shown.script, mail(text))


@pytest.mark.parametrize(
    "text",
    [
        "A job.",  # kept: not one of the verdicts
        "A job, bad.",  # trashed
        "Hurry, relocate.",  # no pitch
        "Hurry; excuse me: a job.",  # no longer one
        "A job for a fee, relocate.",
        "A job on our board, relocate.",
        "A blast about a job, relocate.",
        "A job, relocate; let us connect.",
        "A job from a career coach, relocate.",
        "A job for our bench, relocate.",
        "A job alert: a job, relocate.",
        "A job: your application. Relocate.",
    ],
)
def test_other_verdicts_and_kinds_are_not(shown: Shown, text: str) -> None:
    """Nothing is answered that is no pitch, no apt one, or of another kind."""
    assert not shown.answers(mail(text))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, "1") for name in MACHINE_FIELDS),
        ("Precedence", "bulk"),
        ("Precedence", "list"),
        ("precedence", "Junk"),
        ("Auto-Submitted", "auto-generated"),
        ("Auto-Submitted", "auto-replied (vacation)"),
        ("Auto-Submitted", "x-odd"),
        ("X-InMail", "1"),
    ],
)
def test_machines_are_not_answered(shown: Shown, name: str, value: str) -> None:
    """Lists, bulk mail, automatic mail and InMail get none."""
    assert not shown.answers(mail(**{name: value}))


def test_people_may_say_that_they_are_no_machine(shown: Shown) -> None:
    """`Auto-Submitted: no` and an ordinary priority change nothing."""
    assert shown.answers(mail(Auto_Submitted="no", Precedence="first-class"))


@pytest.mark.parametrize(
    "local",
    [
        "noreply",
        "No-Reply",
        "jobs-noreply",
        "do_not_reply",
        "mailer-daemon",
        "bounce+12",
        "notifications",
        "recruiters-request",
    ],
)
def test_robots_are_not_answered(shown: Shown, local: str) -> None:
    """An address that nobody reads gets no answer."""
    sender = f"{local}@firm.example"
    assert not shown.answers(mail(From=sender, Return_Path=f"<{sender}>"))


@pytest.mark.parametrize("local", ["ann.bouncer-jones", "request", "autumn", "lister", "roots"])
def test_people_with_such_names_are(shown: Shown, local: str) -> None:
    """Names that only look like a robot's are answered, but for the commonest marks."""
    sender = f"{local}@firm.example"
    expected = "bounce" not in local
    assert shown.answers(mail(From=sender, Return_Path=f"<{sender}>")) is expected


@pytest.mark.parametrize(
    "fields",
    [
        {"Authentication-Results": None},
        {"Authentication-Results": "mx.home.example; dmarc=fail header.from=firm.example"},
        {"Authentication-Results": "mx.else.example; dmarc=pass header.from=firm.example"},
        {"Authentication-Results": "mx.home.example; dmarc=pass header.from=other.example"},
        {"Return-Path": "<victim@other.example>"},
        {"Return-Path": "<bounces+7@firm.example>"},
        {"From": "ann@firm.example, bob@firm.example"},
        {
            "From": "ann@linkedin.com",
            "Return-Path": "<ann@linkedin.com>",
            "Authentication-Results": "mx.home.example; dmarc=pass header.from=linkedin.com",
        },
    ],
)
def test_nobody_is_answered_who_may_not_have_written(
    shown: Shown, fields: dict[str, str | None]
) -> None:
    """From must be authenticated, no relay's, and the answer must go to that very address."""
    assert not shown.answers(mail(**fields))


def test_the_other_verdicts_go_on_as_before(shown: Shown) -> None:
    """A decline stands beside the action of the verdict, which stays one."""
    tagged = shown.host.run(shown.script, mail("A job, hurry."))
    assert "$coldstop-tag" in tagged
    filed = shown.host.run(shown.script, mail())
    assert "Recruiters/Later" in filed
    for one in (tagged, filed):
        assert one.count("store message in folder") == 1


def test_every_target_says_what_becomes_of_it() -> None:
    """A host that cannot tell who wrote never declines, and the report says so."""
    sent = set()
    for name in target_names():
        compiled = made(name)
        about = [one for one in compiled.loss if one.why[:1] and "decline" in one.why[0]]
        about = [one for one in about if one.why[0] not in compiled.target.remarks]
        assert len(about) == 1
        assert ("vacation" in compiled.requires) is (about[0].state is State.EXACT)
        if about[0].state is State.EXACT:
            sent.add(name)
            if compiled.target.runs == "cyrus":
                assert not cyrus_compiles(compiled.text)
    assert sent == set(target_names()) - {"generic", "generic-headers", "proton"}


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        (POLICY.replace("trust:", "#") + DECLINE, "trust.authserv"),
        (POLICY + DECLINE + "  decline_on: file\n", "never comes to file"),
    ],
)
def test_a_policy_may_stand_in_its_own_way(policy: str, why: str) -> None:
    """Nobody authenticated, or a verdict that is never reached: no command, and the reason."""
    compiled = compile_policy(load_text(policy), load_target("pigeonhole"), today=TODAY)
    assert "vacation" not in compiled.requires
    assert why in next(one.why[0] for one in compiled.loss if "decline" in "".join(one.why))


def test_behind_the_milter_the_report_warns() -> None:
    """What the milter has judged the script only files."""
    about = [one.why for one in made(behind_milter=True).loss]
    assert ("mail that the milter has judged is not declined",) in about


def test_the_shipped_policies_decline_too() -> None:
    """With a text, the script of a preset compiles for Pigeonhole and has one `vacation`."""
    text = "coldstop: 1\nextends: presets/passive.yaml\ntrust: {authserv: mx.example}\n" + DECLINE
    compiled = compile_policy(load_text(text), load_target("pigeonhole"), today=TODAY)
    assert compiled.text.count("vacation :days 7") == 1
    with Pigeonhole() as host:
        assert not host.compile([compiled.text])
    assert (
        "vacation" not in compile_policy(load_policy("passive"), compiled.target, today=TODAY).text
    )


def test_robots_are_spelled_as_they_are_compared() -> None:
    """Local parts are compared without case, so the list is in lower case, each once."""
    assert list(ROBOTS) == [one.lower() for one in dict.fromkeys(ROBOTS)]


@pytest.mark.real
def test_dovecot_answers_once() -> None:
    """One answer to the sender for two pitches; none for a list, InMail or a forged envelope."""
    with AnsweringHost() as host:
        host.activate("alice", made().text)

        def deliver(raw: bytes, sender: str = "ann@firm.example") -> list[str]:
            (reply,) = host.deliver("alice", [raw], sender)
            assert reply[0] == 250
            return [one.recipient for one in host.answers()]

        quiet = {"Return-Path": None}
        assert deliver(mail(**quiet, List_Id="<x.example>")) == []
        assert deliver(mail(**quiet, X_InMail="1")) == []
        assert deliver(mail(**quiet), "victim@other.example") == []
        (reply,) = host.deliver("alice", [mail(**quiet)], "ann@firm.example")
        assert reply[0] == 250
        (answer,) = host.answers()
        assert answer.recipient == "ann@firm.example"
        assert TEXT in answer.raw
        assert "Subject: Thank you for your message" in answer.raw
        assert "Auto-Submitted: auto-replied" in answer.raw
        assert deliver(mail("A job, hurry.", **quiet)) == []
        counts = {name: len(found) for name, found in host.stored("alice").items()}
        assert counts == {"Recruiters/Later": 4, "INBOX": 1}


@pytest.mark.real
def test_cyrus_takes_it_and_delivers() -> None:
    """Cyrus accepts the script, and mail is filed and tagged as without a decline."""
    with CyrusHost() as host:
        host.activate("alice", made("cyrus").text)
        for text in ("A job, relocate.", "A job, hurry.", "Hello."):
            (reply,) = host.deliver("alice", [mail(text)], "ann@firm.example")
            assert reply[0] == 250, reply
        counts = {name: len(found) for name, found in host.stored("alice").items()}
        assert counts == {"Recruiters/Later": 1, "INBOX": 2}
